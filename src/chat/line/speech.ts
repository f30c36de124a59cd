/** What a message means: from bytes to what is said to whom. */

/** As in every way in: 16 KiB of UTF-8. */
export const MAX_TEXT_BYTES = 16_384;

export type Spoken =
  | { readonly kind: 'nothing' | 'too long' }
  /** `appPassword`: it is one, and nothing else. */
  | { readonly kind: 'secret'; readonly appPassword: string | null }
  | { readonly kind: 'public'; readonly text: string }
  /** `text` is the whole, the name included: the receiver sees it so. */
  | { readonly kind: 'private'; readonly to: string; readonly text: string };

// Whoever logs in by a script sends it even when the server did not ask.
const APP_PASSWORD = /hfa_[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/;

/** `ownNames`: how the speaker may call themselves in front of what they say. */
export function readMessage(bytes: Buffer, ownNames: readonly string[]): Spoken {
  const text = withoutOwnName(decode(bytes), ownNames);
  if (text.trim() === '') return { kind: 'nothing' };
  if (text.length > MAX_TEXT_BYTES || Buffer.byteLength(text) > MAX_TEXT_BYTES) return { kind: 'too long' };
  const [appPassword] = APP_PASSWORD.exec(text) ?? [];
  if (appPassword !== undefined)
    return { kind: 'secret', appPassword: text.trim() === appPassword ? appPassword : null };
  if (!text.startsWith('@')) return { kind: 'public', text };
  const blank = text.search(/\s/);
  return { kind: 'private', to: text.slice(1, blank === -1 ? undefined : blank), text };
}

/** What cannot be UTF-8 becomes U+FFFD; a message is whole, so nothing waits for more. */
export function decode(bytes: Buffer): string {
  return bytes.toString('utf8');
}

/** Clients of the original design put `LO: ` before everything that LO says. */
export function withoutOwnName(text: string, ownNames: readonly string[]): string {
  const own = ownNames.find((name) => text.startsWith(`${name}: `));
  return own === undefined ? text : text.slice(own.length + 2);
}

/** A browser or a prober that took the port for something else; told by how it begins. */
export function isOtherProtocol(firstBytes: Buffer): boolean {
  return isTlsHello(firstBytes) || HTTP_REQUEST.test(firstBytes.subarray(0, 4096).toString('latin1'));
}

/** RFC 8446 section 5.1: a handshake record. */
export function isTlsHello(bytes: Buffer): boolean {
  return bytes[0] === 0x16 && (bytes.length < 2 || bytes[1] === 0x03);
}

// RFC 9112 section 3, and the requests of HTTP/0.9, which name no version. No name holds a blank.
const HTTP_REQUEST =
  /^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+ +\S+ +HTTP\/[0-9]|(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|PRI) )/;
