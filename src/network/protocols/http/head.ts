import { text } from '../text.ts';
import { isTokenLike, masked } from './masking.ts';

/** Addresses are longer than other text. */
const MOST_URI = 2048;
const MOST_VALUE = 512;
/** Twice the longest address, with a name and a version. */
const MOST_READ = 4224;
/** What a head takes beside its text. */
const HEAD_BYTES = 512;

/** What is kept of a request or a response while its head is read. */
export interface Head {
  /** Of a request. */
  method?: string;
  uri?: string;
  /** Of a response. */
  status?: number;
  reason?: string;
  version?: string;
  host?: string;
  referrer?: string;
  userAgent?: string;
  mimeType?: string;
  /** Whom Authorization names, where it does. */
  user?: string;
  hasCredential?: boolean;
  isReadable?: boolean;
  /** Bytes of the lines that are kept of it. */
  size: number;
  /** -1: not said. */
  length: number;
  isChunked: boolean;
}

export const emptyHead = (): Head => ({ size: HEAD_BYTES, length: -1, isChunked: false });

/** More is masked than is kept, or a secret that is cut would not look like one. */
const shortMasked = (address: string): string => masked(address.slice(0, 2 * MOST_URI)).slice(0, MOST_URI);

const SPACE = 32;
const VERSION_BYTES = ' HTTP/1.1'.length;

/** `GET /index.html HTTP/1.1`. null: this is none. */
export function readRequestLine(bytes: Uint8Array, from: number, to: number): Head | null {
  let end = to;
  while (end > from && bytes[end - 1] === SPACE) end -= 1;
  const version = text(bytes, Math.max(from, end - VERSION_BYTES), end);
  if (!/^ HTTP\/1\.[01]$/.test(version)) return null;
  const match = /^([A-Z][A-Z-]{1,19}) +(\S.*)$/.exec(text(bytes, from, end - VERSION_BYTES, MOST_READ));
  if (!match) return null;
  const [, method = '', uri = ''] = match;
  const head = { ...emptyHead(), method, uri: shortMasked(uri.trimEnd()), version: version.slice(-3) };
  head.size += Math.min(to - from, MOST_READ);
  return head;
}

/**
 * `HTTP/1.1 200 OK`. null: this is none. What stands at the end of an expression here takes whatever comes (`s`): one that
 * fails at a character in the middle is tried again for each blank before it, which takes long on purpose-made lines.
 */
export function readStatusLine(bytes: Uint8Array, from: number, to: number): Head | null {
  const match = /^HTTP\/(1\.[01]) +(\d{3})(?: (.*))?\s*$/s.exec(text(bytes, from, to, MOST_VALUE));
  if (!match) return null;
  const [, version = '', status = '', said = ''] = match;
  const reason = said.trim();
  return { ...emptyHead(), version, status: Number(status), ...(reason !== '' && { reason }) };
}

/** Of the names below. */
const FIRST_LETTERS = new Set(Array.from('hructap', (letter) => letter.charCodeAt(0)));

/** `Name: value` of either; what nobody asks for is left alone. */
export function readField(head: Head, bytes: Uint8Array, from: number, to: number): void {
  // Most fields are none of these, and no text is made of them.
  if (!FIRST_LETTERS.has(bytes[from]! | 0x20)) return;
  const line = text(bytes, from, to, MOST_READ);
  head.size += line.length;
  const colon = line.indexOf(':');
  if (colon < 1) return;
  const value = line.slice(colon + 1).trim();
  const short = value.slice(0, MOST_VALUE);
  switch (line.slice(0, colon).trim().toLowerCase()) {
    case 'host':
      // Nobody logs in by it, but somebody may try.
      head.host ??= short.replace(/^.*@/, '***@');
      return;
    case 'referer':
      head.referrer = shortMasked(value);
      return;
    case 'user-agent':
      head.userAgent = short;
      return;
    case 'content-type':
      head.mimeType = short.split(';')[0]!.trim().toLowerCase();
      return;
    case 'content-length':
      if (/^\d{1,15}$/.test(value)) head.length = Number(value);
      return;
    case 'transfer-encoding':
      head.isChunked = /\bchunked$/i.test(value);
      return;
    case 'authorization':
    case 'proxy-authorization':
      readCredential(head, value);
      return;
    default:
  }
}

/** RFC 7617, RFC 7616: who it is, and whether what proves it is readable. The proof itself is not kept. */
function readCredential(head: Head, value: string): void {
  const [, scheme = '', rest = ''] = /^(\S+) +(.*)$/s.exec(value) ?? [];
  if (scheme === '') return;
  head.hasCredential = true;
  switch (scheme.toLowerCase()) {
    case 'basic': {
      const [user = ''] = Buffer.from(rest, 'base64').toString('utf8').split(':', 1);
      // Some services take a token for a name.
      if (user !== '') head.user = isTokenLike(user) ? '***' : user.slice(0, 256);
      head.isReadable = true;
      return;
    }
    case 'digest': {
      const user = /\busername="([^"]*)"/.exec(rest)?.[1];
      if (user) head.user = user.slice(0, 256);
      return;
    }
    // These hand out no secret: they prove that it is known.
    case 'negotiate':
    case 'ntlm':
    case 'hoba':
    case 'mutual':
    case 'scram-sha-256':
    case 'aws4-hmac-sha256':
    case 'signature':
      return;
    default:
      head.isReadable = true;
  }
}
