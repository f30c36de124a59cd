import type { Readable } from 'node:stream';
import { httpOnUse } from '../../base/http/node-http.ts';
import { releaseMemory } from '../../base/memory/release-memory.ts';

/** Few pieces, for what each of them costs on its way, and little enough for many uploads at a time. */
const PIECE_BYTES = 512 * 1024;
/** Gathered and not asked for yet; one more is being filled. */
const PIECES_AHEAD = 2;

/**
 * The bytes of a body, gathered as they come in. A stream that is asked for one piece after the other stops and starts its
 * connection at every 64 KiB, which takes longer than encrypting them. Nothing is read before somebody asks. Each piece
 * lies in memory of its own, which whoever takes it may hand on. `size`: of the body, when announced.
 *
 * However it ends, the stream is left whole: destroying it would cut the connection that carries the answer.
 * Throws what the stream fails with, and an error of its own when it closes before its end.
 */
export async function* bodyPieces(body: Readable, size: number | undefined): AsyncGenerator<Buffer> {
  const full: Buffer[] = [];
  const pieceBytes = Math.max(1, Math.min(PIECE_BYTES, size ?? PIECE_BYTES));
  // What comes of a request lies in memory that its parser made for it, and is nobody's once it is copied.
  const isMadeForUs = body instanceof httpOnUse().IncomingMessage;
  let filling: Buffer | undefined;
  let used = 0;
  let ended = body.readableEnded;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};

  const onData = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length;) {
      filling ??= Buffer.allocUnsafeSlow(pieceBytes);
      const taken = bytes.copy(filling, used, at);
      used += taken;
      at += taken;
      if (used < filling.length) continue;
      full.push(filling);
      filling = undefined;
      used = 0;
    }
    if (isMadeForUs && body.listenerCount('data') === 1) releaseMemory(bytes);
    if (full.length >= PIECES_AHEAD) body.pause();
    if (full.length > 0) wake();
  };
  const onEnd = (): void => {
    ended = true;
    wake();
  };
  const onError = (error: unknown): void => {
    failure ??= { error };
    wake();
  };
  const onClose = (): void => {
    if (!ended) onError(body.errored ?? new Error('The body closed before its end'));
  };

  if (body.destroyed) onClose();
  body.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  try {
    for (;;) {
      const piece = full.shift();
      if (piece) {
        yield piece;
      } else if (failure) {
        throw failure.error;
      } else if (ended) {
        if (filling) yield filling.subarray(0, used);
        return;
      } else {
        const more = new Promise<void>((resolve) => (wake = resolve));
        body.resume();
        await more;
      }
    }
  } finally {
    body.off('data', onData).off('end', onEnd).off('close', onClose);
    // Whoever reads the rest by now goes on: the server throws away what comes after a refusal.
    if (body.listenerCount('data') === 0) body.pause();
    // One that comes later is nobody's any more, and must not end the process.
    body.off('error', onError).on('error', () => undefined);
  }
}
