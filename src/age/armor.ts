import { ageErrors } from './errors.ts';
import { unread } from './unread.ts';

/**
 * The text form of an age file, strict PEM: https://c2sp.org/age#ascii-armor
 * 64 columns of padded base64 between a BEGIN and an END line. Readers accept LF and CRLF, and blank space before
 * and after; anything else would give one file several spellings.
 */

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';
const COLUMNS = 64;
const LINE_BYTES = 48;
/** Decoded or encoded at once: whole lines, about 64 KiB of them. */
const BATCH_LINES = 1365;
/** Blank space around the armor is a courtesy to mail programs and not a place to hide gigabytes. */
const MAX_BLANK_CHARACTERS = 1024;

/** Binary to text. Constant memory. */
export async function* armor(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  yield Buffer.from(`${BEGIN}\n`);
  let pending = Buffer.alloc(0);
  for await (const piece of source) {
    pending = pending.length === 0 ? Buffer.from(piece) : Buffer.concat([pending, piece]);
    const whole = pending.length - (pending.length % LINE_BYTES);
    if (whole === 0) continue;
    yield encodeLines(pending.subarray(0, whole));
    pending = pending.subarray(whole);
  }
  if (pending.length > 0) yield encodeLines(pending);
  yield Buffer.from(`${END}\n`);
}

function encodeLines(bytes: Buffer): Buffer {
  const text = bytes.toString('base64');
  let lines = '';
  for (let at = 0; at < text.length; at += COLUMNS) lines += `${text.slice(at, at + COLUMNS)}\n`;
  return Buffer.from(lines, 'latin1');
}

/** Text to binary. Constant memory. Throws `age_armor_invalid`; all that came out before belongs to whole lines. */
export async function* dearmor(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = new ArmorReader();
  for await (const piece of source) {
    const decoded = reader.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1'));
    if (decoded) yield decoded;
  }
  const decoded = reader.end();
  if (decoded) yield decoded;
}

/**
 * `true` when a file that starts with these bytes is armored, `false` when not, `null` when they are too few to
 * tell: then ask again with more, or take it for `false` at the end of the file.
 */
export function looksArmored(start: Uint8Array): boolean | null {
  const text = Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString('latin1').trimStart();
  const seen = text.slice(0, BEGIN.length);
  if (!BEGIN.startsWith(seen)) return false;
  if (seen.length === BEGIN.length) return true;
  return start.length > MAX_BLANK_CHARACTERS + BEGIN.length ? false : null;
}

/** The same bytes, without their armor when they have one. */
export async function* dearmorIfArmored(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let start = Buffer.alloc(0);
    let isArmored: boolean | null = null;
    while (isArmored === null) {
      const { done, value } = await iterator.next();
      if (done) break;
      start = Buffer.concat([start, value]);
      isArmored = looksArmored(start);
    }
    const whole = unread(start, iterator);
    yield* isArmored ? dearmor(whole) : whole;
  } finally {
    await iterator.return?.();
  }
}

class ArmorReader {
  #state: 'before' | 'inside' | 'after' = 'before';
  /** The line that has not ended yet. */
  #partial = '';
  #blank = 0;
  /** Full lines not decoded yet. */
  #lines: string[] = [];
  #sawShortLine = false;

  push(text: string): Buffer | null {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    if (this.#state === 'inside' && this.#partial.length > COLUMNS + 1) throw invalid('a line is too long');
    if (this.#state !== 'inside' && this.#partial.length > MAX_BLANK_CHARACTERS) throw invalid('it does not start');
    return this.#lines.length >= BATCH_LINES || this.#state === 'after' ? this.#decode() : null;
  }

  end(): Buffer | null {
    if (this.#partial !== '') this.#line(this.#partial);
    if (this.#state === 'before') throw invalid('the BEGIN line is missing');
    if (this.#state === 'inside') throw invalid('the END line is missing');
    return this.#decode();
  }

  #line(line: string): void {
    if (this.#state === 'inside') return this.#inside(line.endsWith('\r') ? line.slice(0, -1) : line);
    // Blank space may stand before the BEGIN line on the line itself, too.
    const content = line.trim();
    this.#blank += line.length + 1 - content.length;
    if (this.#blank > MAX_BLANK_CHARACTERS) throw invalid('there is too much blank space around it');
    if (content === '') return;
    if (this.#state === 'after') throw invalid('something follows the END line');
    if (content !== BEGIN) throw invalid('the BEGIN line is missing or malformed');
    this.#state = 'inside';
  }

  #inside(line: string): void {
    if (line.trimEnd() === END) {
      this.#state = 'after';
      return;
    }
    if (line === '' || line.length > COLUMNS || this.#sawShortLine) throw invalid('a line has the wrong length');
    this.#sawShortLine = line.length < COLUMNS || line.endsWith('=');
    this.#lines.push(line);
  }

  #decode(): Buffer | null {
    if (this.#lines.length === 0) return null;
    const text = this.#lines.join('');
    this.#lines = [];
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') !== text) throw invalid('it is not canonical base64');
    return bytes;
  }
}

function invalid(detail: string): Error {
  return ageErrors('age_armor_invalid', { detail });
}
