/**
 * The lines of a result file, docs/host-result.md. It comes from a computer that somebody else may hold: nothing in it is
 * believed before it was looked at, and whatever is not as it should be is refused as a whole.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zlibOnUse } from '../../base/node-on-use.ts';
import { hostErrors } from '../errors.ts';

export interface ResultLimits {
  /** As it comes; unpacked it may be four times as large. */
  readonly hostResultBytes: number;
}

export type ResultLine = Readonly<Record<string, unknown>> & { readonly kind: string };

const UNPACKED = 4;
/** Rules or answers of 4 MiB, in base64. */
const MOST_OF_A_LINE = 8 * 2 ** 20;
/** Checks, probes, facts and rules; own checks may be many. */
const MOST_LINES = 5000;

const ATTEMPTED = 'Read the result of a scan';

export function invalid(detail: string) {
  return hostErrors('host_result_invalid', { attempted: ATTEMPTED, detail });
}

/** All but the last, which is held against the rest. Throws `host_result_invalid`, `host_result_cut_off`, `host_result_too_large`. */
export async function resultLines(file: Buffer, limits: ResultLimits): Promise<readonly ResultLine[]> {
  const bytes = await unpacked(file, limits);
  const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length;
  const from = bytes.lastIndexOf(0x0a, end - 1) + 1;
  if (bytes.length === 0) {
    // It is made before anything is looked at.
    throw hostErrors('host_result_cut_off', {
      attempted: ATTEMPTED,
      detail: 'it is empty: the scan did not come to its end',
    });
  }
  if (!bytes.subarray(0, 32).toString('latin1').startsWith('{"kind":"begin"')) throw invalid('it begins otherwise');
  const last = from > 0 ? seal(bytes.subarray(from, end)) : null;
  if (last === null)
    throw hostErrors('host_result_cut_off', { attempted: ATTEMPTED, detail: 'its last line is missing' });
  const body = bytes.subarray(0, from);
  if (createHash('sha256').update(body).digest('hex') !== last.sha256) {
    throw hostErrors('host_result_cut_off', { attempted: ATTEMPTED, detail: 'its digest is another one' });
  }
  return [...linesOf(body), last];
}

async function unpacked(file: Buffer, { hostResultBytes: most }: ResultLimits): Promise<Buffer> {
  const tooLarge = (cause?: unknown) =>
    hostErrors('host_result_too_large', {
      ...{ attempted: ATTEMPTED, detail: `${most} bytes are taken, ${UNPACKED} times as many unpacked`, cause },
    });
  if (file.length > most) throw tooLarge();
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  try {
    return await promisify(zlibOnUse().gunzip)(file, { maxOutputLength: most * UNPACKED });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(cause);
    throw hostErrors('host_result_cut_off', { attempted: ATTEMPTED, detail: (cause as Error).message, cause });
  }
}

function* linesOf(body: Buffer): Generator<ResultLine> {
  let number = 0;
  for (let at = 0; at < body.length; number += 1) {
    const end = body.indexOf(0x0a, at);
    if (number === MOST_LINES) throw invalid(`it has more than ${MOST_LINES} lines`);
    if (end - at > MOST_OF_A_LINE) throw invalid(`its line ${number + 1} is larger than 8 MiB`);
    const line = objectIn(body.subarray(at, end));
    if (line === null) throw invalid(`its line ${number + 1} is no JSON object with a kind`);
    yield line;
    at = end + 1;
  }
}

/** `null`: it is none. */
function objectIn(bytes: Buffer): ResultLine | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const line = Object.assign(Object.create(null) as object, value) as Record<string, unknown>;
    return typeof line['kind'] === 'string' ? (line as ResultLine) : null;
  } catch {
    return null;
  }
}

function seal(bytes: Buffer): (ResultLine & { readonly sha256: string }) | null {
  if (bytes.length > 300) return null;
  const line = objectIn(bytes);
  const sha256 = line?.['sha256'];
  if (line === null || line.kind !== 'end' || typeof sha256 !== 'string') return null;
  return { ...line, sha256 };
}

// --- Fields of a line: each of its own kind, none that is not known ------------------------------------------------

/** Throws `host_result_invalid` where two are called the same. */
export function distinct<Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] {
  if (new Set(items.map(nameOf)).size === items.length) return items;
  throw invalid('something stands there twice');
}

/** Throws `host_result_invalid` where a line has other fields than these. */
export function onlyFields(line: ResultLine, ...names: readonly string[]): void {
  const other = Object.keys(line).find((name) => name !== 'kind' && !names.includes(name));
  const missing = names.find((name) => !(name in line));
  if (other !== undefined) throw invalid(`a line “${line.kind}” has a field that is not known`);
  if (missing !== undefined) throw invalid(`a line “${line.kind}” has no “${missing}”`);
}

export function wordIn(line: ResultLine, name: string, pattern: RegExp): string {
  const value = line[name];
  if (typeof value === 'string' && value.length <= 128 && pattern.test(value)) return value;
  throw invalid(`“${name}” of a line “${line.kind}” is not what it should be`);
}

export function oneOfIn<const Words extends readonly string[]>(
  line: ResultLine,
  name: string,
  words: Words,
): Words[number] {
  const found = words.find((word) => word === line[name]);
  if (found === undefined) throw invalid(`“${name}” of a line “${line.kind}” is none of ${words.join(', ')}`);
  return found;
}

/** A day in milliseconds is more than anything takes. */
export function numberIn(line: ResultLine, name: string): number {
  const value = line[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 86_400_000) return value;
  throw invalid(`“${name}” of a line “${line.kind}” is no number from 0 to 86400000`);
}

export function flagIn(line: ResultLine, name: string): boolean {
  const value = line[name];
  if (typeof value === 'boolean') return value;
  throw invalid(`“${name}” of a line “${line.kind}” is neither true nor false`);
}

/** What came from the host stands there in base64 (RFC 4648, 4). */
export function bytesIn(line: ResultLine, name: string, most: number): Buffer {
  const value = line[name];
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) {
    throw invalid(`“${name}” of a line “${line.kind}” is no base64`);
  }
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length > most) throw invalid(`“${name}” of a line “${line.kind}” is larger than ${most} bytes`);
  return bytes;
}
