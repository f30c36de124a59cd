import { storageErrors } from '../errors.ts';

const REPLAYABLE = Symbol('replayable body');
const BYTES = Symbol('bytes');

/** A body that may be read from its beginning any number of times, so that a failed put can be tried again. */
export function replayableBody(open: () => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const body = { [Symbol.asyncIterator]: () => open()[Symbol.asyncIterator](), [REPLAYABLE]: true };
  return body;
}

/** The given bytes as a replayable body of one piece. */
export function bytesBody(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const body = replayableBody(async function* () {
    if (bytes.byteLength > 0) yield bytes;
  });
  return Object.assign(body, { [BYTES]: bytes });
}

/** The bytes of a {@link bytesBody}, for who would only put its pieces together again; `null` for any other body. */
export function bytesOf(body: AsyncIterable<Uint8Array> & { readonly [BYTES]?: Uint8Array }): Uint8Array | null {
  return body[BYTES] ?? null;
}

export function isReplayable(body: AsyncIterable<Uint8Array>): boolean {
  return REPLAYABLE in body;
}

/**
 * Everything a body yields, in one buffer. `maxBytes` guards against a body that does not end. Each piece is copied before
 * the next one is asked for: its source may use the memory again, or give it back.
 */
export async function readBody(body: AsyncIterable<Uint8Array>, maxBytes = 64 * 2 ** 20): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of body) {
    total += piece.byteLength;
    if (total > maxBytes) throw storageErrors('object_too_large', { detail: `more than ${maxBytes} bytes` });
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces, total);
}

/**
 * The body, ended with the signal's reason as soon as it aborts, also while the source is stalled. A stalled source
 * is told to stop but not waited for: its `return` would queue behind the `next` that never comes.
 */
export function untilAborted(body: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  return signal ? abortable(body, signal) : body;
}

async function* abortable(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const iterator = body[Symbol.asyncIterator]();
  // One rejecter at a time instead of Promise.race with a long-lived promise, which would keep every step in memory.
  let cancel: (() => void) | undefined;
  const onAbort = (): void => cancel?.();
  signal.addEventListener('abort', onAbort, { once: true });
  let ended = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const step = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        cancel = () => reject(reasonOf(signal));
        iterator.next().then(resolve, reject);
      });
      if (step.done) {
        ended = true;
        return;
      }
      yield step.value;
    }
  } catch (error) {
    if (!signal.aborted) ended = true;
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!ended) {
      const stopped = Promise.resolve(iterator.return?.()).catch(() => undefined);
      if (!signal.aborted) await stopped;
    }
  }
}

/** The body, remembering what it threw: a source that broke must not be taken for a store that did. */
export function watchFailure(body: AsyncIterable<Uint8Array>): {
  readonly body: AsyncIterable<Uint8Array>;
  readonly threw: (error: unknown) => boolean;
} {
  const failures = new Set<unknown>();
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      failures.add(error);
      throw error;
    }
  };
  return { body: watched(), threw: (error) => failures.has(error) };
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('The operation was aborted', { cause: reason });
}

/**
 * Passes the body on and holds it to `size` (when known) and `maxBytes`, refusing at the first byte too many.
 * Throws `body_size_mismatch`, `object_too_large`.
 */
export async function* sizeChecked(
  body: AsyncIterable<Uint8Array>,
  options: { readonly size?: number | undefined; readonly maxBytes: number; readonly attempted: string },
): AsyncGenerator<Uint8Array> {
  const { size, maxBytes, attempted } = options;
  let total = 0;
  for await (const piece of body) {
    total += piece.byteLength;
    if (size !== undefined && total > size) {
      throw storageErrors('body_size_mismatch', { attempted, detail: `more than the announced ${size} bytes` });
    }
    if (total > maxBytes) throw storageErrors('object_too_large', { attempted, detail: `at most ${maxBytes} bytes` });
    yield piece;
  }
  if (size !== undefined && total !== size) {
    throw storageErrors('body_size_mismatch', { attempted, detail: `${total} bytes where ${size} were announced` });
  }
}
