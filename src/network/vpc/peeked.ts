export interface Peeked {
  /** As it begins. */
  readonly first: Uint8Array;
  /** All of it, that included. */
  readonly all: AsyncGenerator<Uint8Array>;
  /** In place of reading it. */
  release(): Promise<void>;
}

/** Reads the first bytes, at least `least` where there are so many. */
export async function peeked(pieces: AsyncIterable<Uint8Array>, least: number): Promise<Peeked> {
  const iterator = pieces[Symbol.asyncIterator]();
  let first = new Uint8Array(0);
  let next = await iterator.next();
  while (!next.done) {
    first = Buffer.concat([first, next.value]);
    if (first.length >= least) break;
    next = await iterator.next();
  }
  const release = async (): Promise<void> => void (await iterator.return?.());
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      if (first.length > 0) yield first;
      for (let more = await iterator.next(); !more.done; more = await iterator.next()) yield more.value;
    } finally {
      await release();
    }
  };
  return { first, all: all(), release };
}

/** As gzip begins (RFC 1952). */
export function isGzip(first: Uint8Array): boolean {
  return first[0] === 0x1f && first[1] === 0x8b;
}
