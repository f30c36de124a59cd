import { be16, be24, text } from '../text.ts';

/** What a side says first: RFC 8446, sections 4.1.2 and 4.1.3. Lists are in the order they were sent, GREASE included. */
export interface Hello {
  /** As the field says it; the versions that count may stand in an extension. */
  readonly version: number;
  /** Of the server: the one it chose. */
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
  readonly supportedVersions: readonly number[];
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly groups: readonly number[];
  readonly pointFormats: readonly number[];
  readonly signatures: readonly number[];
  /** Of the server's key share. */
  readonly keyShare: number | undefined;
  readonly hasPsk: boolean;
}

const Extension = {
  serverName: 0,
  groups: 10,
  pointFormats: 11,
  signatures: 13,
  alpn: 16,
  preSharedKey: 41,
  supportedVersions: 43,
  keyShare: 51,
} as const;

/** Values that clients send so that servers learn to ignore what they do not know: RFC 8701. */
export const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 255);

const MOST_LISTED = 512;
const MOST_ALPN = 16;
const MOST_ALPN_BYTES = 1024;

/** Body of a ClientHello. null: it is broken. */
export function readClientHello(bytes: Uint8Array, from: number, to: number): Hello | null {
  const session = readSession(bytes, from, to);
  if (session === null || session.next + 2 > to) return null;
  const ciphersTo = session.next + 2 + be16(bytes, session.next);
  if (ciphersTo + 1 > to) return null;
  const ciphers = words(bytes, session.next + 2, ciphersTo);
  const compressionTo = ciphersTo + 1 + bytes[ciphersTo]!;
  if (compressionTo > to) return null;
  return { ...session.known, ciphers, ...readExtensions(bytes, compressionTo, to, true) };
}

/** Body of a ServerHello. null: it is broken. */
export function readServerHello(bytes: Uint8Array, from: number, to: number): Hello | null {
  const session = readSession(bytes, from, to);
  if (session === null || session.next + 3 > to) return null;
  const ciphers = [be16(bytes, session.next)];
  return { ...session.known, ciphers, ...readExtensions(bytes, session.next + 3, to, false) };
}

function readSession(bytes: Uint8Array, from: number, to: number) {
  if (from + 35 > to) return null;
  const next = from + 35 + bytes[from + 34]!;
  if (next > to) return null;
  return { known: { version: be16(bytes, from) }, next };
}

type Extensions = Omit<Hello, 'version' | 'ciphers'>;

/** What is cut off or longer than it may be is left out. */
function readExtensions(bytes: Uint8Array, from: number, to: number, isClient: boolean): Extensions {
  const extensions: number[] = [];
  let serverName: string | undefined;
  let keyShare: number | undefined;
  let [alpn, groups, pointFormats]: [string[], number[], number[]] = [[], [], []];
  let [signatures, supportedVersions]: [number[], number[]] = [[], []];
  let hasPsk = false;
  const end = from + 2 > to ? from : Math.min(to, from + 2 + be16(bytes, from));
  for (let at = from + 2; at + 4 <= end && extensions.length < MOST_LISTED;) {
    const kind = be16(bytes, at);
    const body = at + 4;
    const next = body + be16(bytes, at + 2);
    if (next > end) break;
    extensions.push(kind);
    if (kind === Extension.serverName && isClient) serverName = readServerName(bytes, body, next);
    else if (kind === Extension.groups) groups = words(bytes, body + 2, next);
    else if (kind === Extension.pointFormats) pointFormats = [...bytes.subarray(Math.min(body + 1, next), next)];
    else if (kind === Extension.signatures) signatures = words(bytes, body + 2, next);
    else if (kind === Extension.alpn) alpn = readAlpn(bytes, body + 2, next);
    else if (kind === Extension.preSharedKey) hasPsk = true;
    else if (kind === Extension.supportedVersions) supportedVersions = words(bytes, body + (isClient ? 1 : 0), next);
    else if (kind === Extension.keyShare && !isClient && next - body >= 2) keyShare = be16(bytes, body);
    at = next;
  }
  return {
    ...{ extensions, supportedVersions, serverName, alpn, groups, pointFormats, signatures },
    ...{ keyShare, hasPsk },
  };
}

/** RFC 6066, section 3: of the names the first that is a host. */
function readServerName(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (from + 5 > to || bytes[from + 2] !== 0) return undefined;
  const end = from + 5 + be16(bytes, from + 3);
  return end > to ? undefined : text(bytes, from + 5, end, 255).toLowerCase();
}

function readAlpn(bytes: Uint8Array, from: number, to: number): string[] {
  const protocols: string[] = [];
  for (let at = from; at < to && protocols.length < MOST_ALPN;) {
    const end = at + 1 + bytes[at]!;
    if (end > Math.min(to, from + MOST_ALPN_BYTES)) break;
    // As bytes, for they need not be text.
    protocols.push(Buffer.from(bytes.buffer, bytes.byteOffset + at + 1, end - at - 1).toString('latin1'));
    at = end;
  }
  return protocols;
}

function words(bytes: Uint8Array, from: number, to: number): number[] {
  const values: number[] = [];
  for (let at = from; at + 2 <= to && values.length < MOST_LISTED; at += 2) values.push(be16(bytes, at));
  return values;
}

/** DER of each certificate in a Certificate message up to TLS 1.2: RFC 5246, section 7.4.2. */
export function readCertificates(bytes: Uint8Array, from: number, to: number): Uint8Array[] {
  const chain: Uint8Array[] = [];
  for (let at = from + 3; at + 3 <= to && chain.length < MOST_CHAIN;) {
    const end = at + 3 + be24(bytes, at);
    if (end > to) break;
    chain.push(bytes.slice(at + 3, end));
    at = end;
  }
  return chain;
}

const MOST_CHAIN = 10;
