import { timingSafeEqual } from 'node:crypto';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { ageErrors } from './errors.ts';
import { FILE_KEY_BYTES } from './file-key.ts';
import { hkdfSha256, hmacSha256 } from '../base/crypto/hmac.ts';
import type { AsyncIdentity, Identity, Recipient, Stanza } from './types.ts';

/** The textual header of an age v1 file: https://c2sp.org/age#header */

const VERSION_LINE = Buffer.from('age-encryption.org/v1\n');
const MAC_LINE = Buffer.from('---');
const NEWLINE = 0x0a;
const HEADER_INFO = Buffer.from('header');
const BODY_COLUMNS = 64;
const MAC_BYTES = 32;

/** Room for 640 post-quantum or several thousand classic recipients; what is longer is refused, not buffered. */
export const MAX_HEADER_BYTES = 1024 * 1024;
/** Of one file we write. A post-quantum stanza has 1.6 KB, so this keeps well below {@link MAX_HEADER_BYTES}. */
export const MAX_RECIPIENTS = 512;

export interface Header {
  readonly stanzas: readonly Stanza[];
  readonly mac: Buffer;
  /** What the MAC covers: up to and including `---`. */
  readonly macInput: Uint8Array;
  /** Where the payload starts. */
  readonly bytes: number;
}

/** Wraps `fileKey` for each recipient. Throws `age_recipients_missing`, `_mixed`, `_too_many`. */
export function makeHeader(fileKey: Uint8Array, recipients: readonly Recipient[]): Buffer {
  checkRecipients(recipients);
  const stanzas = recipients.flatMap((recipient) => recipient.wrapFileKey(fileKey));
  return encodeHeader(fileKey, stanzas);
}

/** {@link makeHeader} that lets slow recipients (passphrases) work off this thread. */
export async function makeHeaderAsync(fileKey: Uint8Array, recipients: readonly Recipient[]): Promise<Buffer> {
  checkRecipients(recipients);
  const stanzas: Stanza[] = [];
  for (const recipient of recipients) {
    stanzas.push(...((await recipient.wrapFileKeyAsync?.(fileKey)) ?? recipient.wrapFileKey(fileKey)));
  }
  return encodeHeader(fileKey, stanzas);
}

function checkRecipients(recipients: readonly Recipient[]): void {
  const [first] = recipients;
  if (!first) throw ageErrors('age_recipients_missing');
  if (recipients.length > MAX_RECIPIENTS) {
    throw ageErrors('age_recipients_too_many', { detail: `${recipients.length}, at most ${MAX_RECIPIENTS}` });
  }
  if (first.suite === 'passphrase' && recipients.length > 1) {
    throw ageErrors('age_recipients_mixed', { detail: 'a passphrase must be the only recipient' });
  }
  if (recipients.some((recipient) => recipient.suite !== first.suite)) {
    throw ageErrors('age_recipients_mixed', { detail: 'post-quantum, classic and passphrase do not mix' });
  }
}

function headerMac(fileKey: Uint8Array, macInput: Uint8Array): Buffer {
  return hmacSha256(hkdfSha256(fileKey, null, HEADER_INFO), macInput);
}

function encodeHeader(fileKey: Uint8Array, stanzas: readonly Stanza[]): Buffer {
  let text = VERSION_LINE.toString();
  for (const { type, args, body } of stanzas) {
    text += `-> ${[type, ...args].join(' ')}\n`;
    const encoded = encodeBase64(body);
    // A body whose last line is full ends with an empty line: a short line is what ends a stanza.
    for (let at = 0; at <= encoded.length; at += BODY_COLUMNS) text += `${encoded.slice(at, at + BODY_COLUMNS)}\n`;
  }
  const macInput = Buffer.from(`${text}---`);
  return Buffer.concat([macInput, Buffer.from(` ${encodeBase64(headerMac(fileKey, macInput))}\n`)]);
}

/**
 * Where the header at the start of `bytes` ends, or `null` when it needs more bytes. Throws `age_header_invalid`
 * as soon as they cannot become a header. `searched`: how many bytes an earlier call has looked at.
 */
export function findHeaderEnd(bytes: Buffer, searched = 0): number | null {
  const intro = bytes.subarray(0, VERSION_LINE.length);
  if (!VERSION_LINE.subarray(0, intro.length).equals(intro)) {
    const isAge = intro.toString('latin1').startsWith('age-encryption.org/');
    throw invalid(isAge ? 'this version of the age format is not known' : 'it does not start like an age file');
  }
  let end: number | null = null;
  for (let at = bytes.indexOf(NEWLINE, searched); at !== -1 && end === null; at = bytes.indexOf(NEWLINE, at + 1)) {
    const lineAt = bytes.lastIndexOf(NEWLINE, at - 1) + 1;
    if (MAC_LINE.equals(bytes.subarray(lineAt, lineAt + MAC_LINE.length))) end = at + 1;
  }
  if ((end ?? bytes.length) > MAX_HEADER_BYTES) throw invalid(`the header is longer than ${MAX_HEADER_BYTES} bytes`);
  return end;
}

/** Reads the header at the start of `bytes`; what follows is not looked at. Throws `age_header_invalid`. */
export function parseHeader(bytes: Uint8Array): Header {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findHeaderEnd(buffer);
  if (end === null) throw invalid('it ends within the header');
  const lines = buffer.toString('latin1', VERSION_LINE.length, end - 1).split('\n');
  const macMatch = /^--- ([\x21-\x7e]+)$/.exec(lines.pop() ?? '');
  const mac = decodeBase64(macMatch?.[1] ?? '');
  if (!macMatch || mac?.length !== MAC_BYTES) throw invalid('its last line is malformed');

  const stanzas: Stanza[] = [];
  for (let at = 0; at < lines.length;) {
    const opening = /^-> ([\x21-\x7e]+(?: [\x21-\x7e]+)*)$/.exec(lines[at] ?? '');
    if (!opening) throw invalid(`line ${at + 2} is malformed`);
    const [type = '', ...args] = (opening[1] ?? '').split(' ');
    let encoded = '';
    let line: string | undefined;
    do {
      line = lines[++at];
      if (line === undefined || line.length > BODY_COLUMNS) throw invalid(`line ${at + 2} is malformed`);
      encoded += line;
    } while (line.length === BODY_COLUMNS);
    const body = decodeBase64(encoded);
    if (!body) throw invalid(`line ${at + 2} is not canonical base64`);
    stanzas.push({ type, args, body });
    at++;
  }
  if (stanzas.length === 0) throw invalid('it has no recipients');
  if (stanzas.length > 1 && stanzas.some((stanza) => stanza.type === 'scrypt')) {
    throw invalid('a passphrase stands beside other recipients');
  }
  const macInput = buffer.subarray(0, end - 1 - (macMatch[0].length - '---'.length));
  return { stanzas, mac, macInput, bytes: end };
}

/** The file key, after the MAC held. Throws `age_no_identity_match`, `age_header_invalid`, `age_header_mac`. */
export function unwrapHeader(header: Header, identities: readonly Identity[]): Buffer {
  for (const identity of identities) {
    const fileKey = identity.unwrapFileKey(header.stanzas);
    if (fileKey) return verified(header, fileKey);
  }
  throw ageErrors('age_no_identity_match');
}

/** {@link unwrapHeader} that lets slow identities (passphrases) work off this thread, in order, one at a time. */
export async function unwrapHeaderAsync(
  header: Header,
  identities: readonly (Identity | AsyncIdentity)[],
): Promise<Buffer> {
  for (const identity of identities) {
    const fileKey =
      'unwrapFileKey' in identity && !identity.unwrapFileKeyAsync
        ? identity.unwrapFileKey(header.stanzas)
        : await identity.unwrapFileKeyAsync?.(header.stanzas);
    if (fileKey) return verified(header, fileKey);
  }
  throw ageErrors('age_no_identity_match');
}

function verified(header: Header, fileKey: Uint8Array): Buffer {
  if (fileKey.length !== FILE_KEY_BYTES) throw invalid('the file key has the wrong size');
  if (!timingSafeEqual(headerMac(fileKey, header.macInput), header.mac)) throw ageErrors('age_header_mac');
  return Buffer.from(fileKey);
}

/** The file key of the header at the start of `bytes`. */
export function openHeader(bytes: Uint8Array, identities: readonly Identity[]): Buffer {
  return unwrapHeader(parseHeader(bytes), identities);
}

function invalid(detail: string): Error {
  return ageErrors('age_header_invalid', { detail });
}
