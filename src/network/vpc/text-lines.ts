import { createGunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { networkErrors } from '../errors.ts';
import { isGzip, peeked } from './peeked.ts';

export interface LineLimit {
  /** Characters of a line, about. */
  readonly most: number;
  /** What a file is that has a longer one. */
  readonly code: 'network_vpc_unknown' | 'network_archive_unknown';
}

/** A log has fields of some ten bytes, thirty of them. */
export const LOG_LINE: LineLimit = { most: 64 * 1024, code: 'network_vpc_unknown' };

/** Lines of text, unpacked where it comes packed by gzip. Throws `network_capture_unreadable`, and the code of the limit. */
export async function* textLines(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  { most, code: tooLong }: LineLimit,
): AsyncGenerator<string> {
  const attempted = `Read “${name}”`;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const piece of await unpacked(pieces)) {
      // What is left of a long line is not looked through again with each piece.
      const [first = '', ...more] = decoder.decode(piece, { stream: true }).split('\n');
      const lines = [rest + first, ...more];
      rest = lines.pop() ?? '';
      if (rest.length > most) {
        throw networkErrors(tooLong, { attempted, detail: `a line has more than ${most} characters` });
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

/** What comes packed by gzip as it was before; anything else as it is. */
export async function unpacked(pieces: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const { first, all } = await peeked(pieces, 2);
  if (!isGzip(first)) return all;
  const gunzip = createGunzip();
  // Whoever reads hears of what is wrong; what is found after nobody reads any more, as where a log turned out to be none, ends no process.
  gunzip.on('error', () => undefined);
  return pipeline(Readable.from(all), gunzip, () => undefined);
}
