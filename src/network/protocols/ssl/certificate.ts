import { createHash } from 'node:crypto';
import { text } from '../text.ts';

/** What is read of a certificate; nothing in it is verified. */
export interface Certificate {
  /** RFC 4514. */
  readonly subject: string;
  readonly issuer: string;
  /** Seconds since 1970. */
  readonly notBefore: number | undefined;
  readonly notAfter: number | undefined;
  /** It names itself as its issuer. */
  readonly isSelfSigned: boolean;
}

/** A value of DER: its tag, and where its content lies. */
interface Value {
  readonly tag: number;
  readonly from: number;
  readonly to: number;
}

const Tag = { object: 6, sequence: 0x30, set: 0x31, version: 0xa0, utcTime: 23, generalizedTime: 24 } as const;
const MOST_PARTS = 64;

/** RFC 5280, section 4.1, in Distinguished Encoding Rules. null: it is none. */
export function readCertificate(bytes: Uint8Array): Certificate | null {
  const whole = valueAt(bytes, 0, bytes.length);
  const signed = whole && valueAt(bytes, whole.from, whole.to);
  if (whole?.tag !== Tag.sequence || signed?.tag !== Tag.sequence) return null;
  const fields = valuesIn(bytes, signed);
  // Version is left out by the first one.
  if (fields[0]?.tag === Tag.version) fields.shift();
  const [, , issuer, validity, subject] = fields;
  if (issuer?.tag !== Tag.sequence || validity?.tag !== Tag.sequence || subject?.tag !== Tag.sequence) return null;
  const [notBefore, notAfter] = valuesIn(bytes, validity);
  const raw = (value: Value): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + value.from, value.to - value.from).toString('latin1');
  return {
    subject: nameText(bytes, subject),
    issuer: nameText(bytes, issuer),
    notBefore: notBefore && timeOf(bytes, notBefore),
    notAfter: notAfter && timeOf(bytes, notAfter),
    isSelfSigned: raw(issuer) === raw(subject),
  };
}

export const fingerprint = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function valueAt(bytes: Uint8Array, at: number, end: number): Value | null {
  if (at + 2 > end) return null;
  const first = bytes[at + 1]!;
  if (first < 0x80) return at + 2 + first > end ? null : { tag: bytes[at]!, from: at + 2, to: at + 2 + first };
  const count = first & 0x7f;
  // Without a length, or with one that no certificate has.
  if (count === 0 || count > 3 || at + 2 + count > end) return null;
  let size = 0;
  for (let index = 0; index < count; index += 1) size = size * 256 + bytes[at + 2 + index]!;
  const from = at + 2 + count;
  return from + size > end ? null : { tag: bytes[at]!, from, to: from + size };
}

function valuesIn(bytes: Uint8Array, { from, to }: Value): Value[] {
  const values: Value[] = [];
  for (let at = from; at < to && values.length < MOST_PARTS;) {
    const value = valueAt(bytes, at, to);
    if (value === null) break;
    values.push(value);
    at = value.to;
  }
  return values;
}

const NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Names of people and machines are shorter. */
const MOST_NAME = 1024;

/** The last part first, as RFC 4514 has it. */
function nameText(bytes: Uint8Array, name: Value): string {
  const parts: string[] = [];
  for (const set of valuesIn(bytes, name)) {
    const pairs = valuesIn(bytes, set).map((pair) => {
      const [kind, value] = valuesIn(bytes, pair);
      if (kind?.tag !== Tag.object || value === undefined) return '';
      const oid = oidText(bytes, kind);
      return `${NAMES[oid] ?? oid}=${escaped(stringOf(bytes, value))}`;
    });
    parts.push(pairs.filter(Boolean).join('+'));
  }
  return parts.toReversed().join(',').slice(0, MOST_NAME);
}

function oidText(bytes: Uint8Array, { from, to }: Value): string {
  const numbers: number[] = [];
  let number = 0;
  for (let at = from; at < to && numbers.length < 20; at += 1) {
    number = (number & 0x1ff_ffff) * 128 + (bytes[at]! & 0x7f);
    if (bytes[at]! & 0x80) continue;
    if (numbers.length === 0)
      numbers.push(Math.min(2, Math.floor(number / 40)), number - 40 * Math.min(2, Math.floor(number / 40)));
    else numbers.push(number);
    number = 0;
  }
  return numbers.join('.');
}

const MOST_VALUE_BYTES = 256;

function stringOf(bytes: Uint8Array, { tag, from, to }: Value): string {
  const end = Math.min(to, from + MOST_VALUE_BYTES);
  if (tag === 30) {
    const units = Array.from(
      { length: (end - from) >> 1 },
      (_, at) => (bytes[from + at * 2]! << 8) | bytes[from + at * 2 + 1]!,
    );
    return String.fromCharCode(...units);
  }
  if (tag === 20) return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1');
  return text(bytes, from, end);
}

function escaped(value: string): string {
  return value.replace(/[,+"\\<>;]|^[ #]| $/g, (sign) => `\\${sign}`);
}

/** `YYMMDDhhmmssZ`, or with four digits of the year. */
function timeOf(bytes: Uint8Array, { tag, from, to }: Value): number | undefined {
  const words = text(bytes, from, to, 20);
  const match = (
    tag === Tag.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(words);
  if (!match) return undefined;
  const [year = 0, month = 1, day = 0, hours = 0, minutes = 0, secondsOf = 0] = match.slice(1).map(Number);
  // RFC 5280, section 4.1.2.5.1.
  const full = tag === Tag.utcTime ? year + (year < 50 ? 2000 : 1900) : year;
  const date = new Date(0);
  date.setUTCFullYear(full, month - 1, day);
  date.setUTCHours(hours, minutes, secondsOf);
  return date.getTime() / 1000;
}
