import { createHash } from 'node:crypto';
import type { SealingThread } from './sealing-thread.ts';
import { SMALL_BYTES } from './through-thread.ts';

/** The SHA-256 of something that goes by. Dispose it when it is not wanted to the end. */
export interface Hashing extends Disposable {
  /**
   * Resolves when there is room for the next piece. The piece may be used again afterwards, unless it is handed over: then it lies in
   * memory of its own, and is gone.
   */
  update(piece: Uint8Array, isHandedOver?: boolean): Promise<void>;
  /** Lower-case hex. */
  digest(): Promise<string>;
}

/** Pieces the thread has not seen yet. */
const PIECES_AHEAD = 4;

/** `bytes`: about how many there will be; few are hashed here, since messages would take longer. */
export function hashing(
  thread: SealingThread,
  bytes: number,
  { background = false }: { readonly background?: boolean | undefined },
): Hashing {
  if (bytes <= SMALL_BYTES) {
    const hash = createHash('sha256');
    return {
      update: async (piece) => void hash.update(piece),
      digest: async () => hash.digest('hex'),
      [Symbol.dispose]() {},
    };
  }
  const job = thread.begin({ kind: 'hash' }, { background });
  let under = 0;
  const onePiece = async (): Promise<void> => {
    await job.answer();
    under -= 1;
  };
  return {
    async update(piece, isHandedOver = false) {
      if (isHandedOver && isOfItsOwn(piece)) job.post(piece, false);
      else job.post(copyOf(piece), true);
      under += 1;
      if (under >= PIECES_AHEAD) await onePiece();
    },
    async digest() {
      job.end();
      while (under > 0) await onePiece();
      const { facts } = await job.answer();
      if (!facts) throw new TypeError('A hash ended without a word');
      return facts.sha256In;
    },
    [Symbol.dispose]: () => job.drop(),
  };
}

const isOfItsOwn = (piece: Uint8Array): piece is Uint8Array<ArrayBuffer> => piece.buffer instanceof ArrayBuffer;

function copyOf(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Buffer.allocUnsafeSlow(piece.byteLength);
  copy.set(piece);
  return copy;
}
