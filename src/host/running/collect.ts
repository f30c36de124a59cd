/** At most `limit` bytes of it; the rest is read and let go, and `onMore` hears that there is some. */
export async function collect(stream: AsyncIterable<unknown>, limit: number, onMore?: () => void): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    if (size < limit) pieces.push(piece.subarray(0, limit - size));
    else onMore?.();
    size += piece.length;
  }
  return Buffer.concat(pieces);
}
