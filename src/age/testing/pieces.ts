/** Ways to cut bytes into the pieces of a stream, for tests: what a reader does must not depend on the cut. */

export function inPieces(bytes: Uint8Array, sizes: Iterable<number>): AsyncIterable<Uint8Array> {
  return {
    // Not a generator: single bytes of a large file would take three times as long.
    [Symbol.asyncIterator]() {
      const iterator = sizes[Symbol.iterator]();
      let at = 0;
      return {
        next() {
          if (at >= bytes.length) return Promise.resolve({ done: true, value: undefined });
          const { done, value } = iterator.next();
          const piece = bytes.subarray(at, done ? bytes.length : at + value);
          at += piece.length;
          return Promise.resolve({ done: false, value: piece });
        },
      };
    },
  };
}

export function* always(size: number): Generator<number> {
  for (;;) yield size;
}

/** Pseudo-random sizes of 0 to `max`, the same for the same seed (mulberry32). */
export function* randomSizes(seed: number, max: number): Generator<number> {
  for (let state = seed >>> 0; ;) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield ((mixed ^ (mixed >>> 14)) >>> 0) % (max + 1);
  }
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What came out until the end or the error. */
export async function released(source: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error: unknown }> {
  const pieces: Uint8Array[] = [];
  let error: unknown = null;
  try {
    for await (const piece of source) pieces.push(piece);
  } catch (caught) {
    error = caught;
  }
  return { bytes: Buffer.concat(pieces), error };
}
