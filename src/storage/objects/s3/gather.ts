/** Pieces of a body of any size become buffers of one size, the last one smaller: what a part of an upload is. */

/** A first buffer, for bodies whose size is not known. Doubles until it holds a part. */
const FIRST_BYTES = 64 * 1024;

/**
 * Yields buffers of exactly `partBytes`, and at the end what is left (perhaps nothing: an empty body yields nothing).
 * Bytes are copied, so that the source may reuse its own. A buffer that was yielded is touched again only when whoever
 * took it lays it into `spare`: each of that size that V8 has to free costs a collection of its whole heap.
 */
export async function* gather(
  body: AsyncIterable<Uint8Array>,
  partBytes: number,
  size: number | undefined,
  spare: Buffer[] = [],
): AsyncGenerator<Buffer> {
  let left = size;
  let buffer: Buffer = Buffer.alloc(0);
  let used = 0;
  const begin = (): void => {
    const wanted = Math.min(partBytes, left === undefined ? FIRST_BYTES : Math.max(1, left));
    buffer = spare.pop() ?? Buffer.allocUnsafeSlow(wanted);
    used = 0;
  };
  begin();
  for await (const piece of body) {
    for (let at = 0; at < piece.byteLength;) {
      if (used === buffer.length) {
        if (buffer.length < partBytes && left === undefined) {
          const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, buffer.length * 2));
          buffer.copy(larger);
          buffer = larger;
        } else {
          yield buffer;
          if (left !== undefined) left -= buffer.length;
          begin();
        }
      }
      const taken = Math.min(buffer.length - used, piece.byteLength - at);
      buffer.set(piece.subarray(at, at + taken), used);
      used += taken;
      at += taken;
    }
  }
  if (used > 0) yield buffer.subarray(0, used);
}
