import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { networkErrors } from '../errors.ts';

/** A log has fields of some ten bytes, thirty of them. */
const MOST_LINE = 64 * 1024;

/** Lines of a log in text, unpacked where it comes packed by gzip. Throws `network_capture_unreadable`, `network_vpc_unknown`. */
export async function* textLines(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const attempted = `Read “${name}”`;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const piece of await unpacked(pieces)) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MOST_LINE) {
        throw networkErrors('network_vpc_unknown', { attempted, detail: `a line has more than ${MOST_LINE} bytes` });
      }
      for (const line of lines) yield line.replace(/\r$/, '');
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code?.startsWith('network_')) throw cause;
    throw networkErrors('network_capture_unreadable', { attempted, detail: code ?? message, cause });
  }
  if (rest !== '') yield rest;
}

async function unpacked(pieces: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  const again = async function* (): AsyncGenerator<Uint8Array> {
    if (!first.done) yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  };
  const isGzip = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  return isGzip ? Readable.from(again()).compose(createGunzip()) : again();
}
