import { find, le24, le32, text } from '../text.ts';

const SEMICOLON_FREE_VERSION = /^[\x20-\x7e]+$/;

/** What a server says first. */
export interface Greeting {
  readonly version: string;
  readonly plugin: string;
}

/** Protocol::HandshakeV10, in [from, to) of a packet's payload. null: this is none. */
export function readGreeting(bytes: Uint8Array, from: number, to: number): Greeting | null {
  const end = find(bytes, 0, from + 1, to);
  if (bytes[from] !== 10 || end < 0) return null;
  const version = text(bytes, from + 1, end, 128);
  if (!SEMICOLON_FREE_VERSION.test(version)) return null;
  // Number, scramble, flags, character set, state, flags, length, reserved, scramble.
  const length = bytes[end + 21] ?? 0;
  const pluginFrom = end + 32 + Math.max(13, length - 8);
  const pluginTo = pluginFrom < to ? find(bytes, 0, pluginFrom, to) : -1;
  return {
    // MariaDB says so to replicas that know no version from 10 on.
    version: version.replace(/^5\.5\.5-(?=1\d)/, ''),
    plugin: pluginFrom < to ? text(bytes, pluginFrom, pluginTo < 0 ? to : pluginTo, 64) : 'mysql_native_password',
  };
}

const Flag = {
  withDatabase: 0x8,
  compress: 0x20,
  protocol41: 0x200,
  ssl: 0x800,
  secureConnection: 0x8000,
  pluginAuth: 0x80000,
  lengthEncoded: 0x200000,
} as const;

/** Who wants to log in. Of what proves it nothing is kept but whether there is any. */
export interface LoginRequest {
  readonly user: string;
  readonly database: string | undefined;
  readonly plugin: string | undefined;
  readonly hasProof: boolean;
  readonly isCompressed: boolean;
}

/** The client goes on over TLS: its flags alone, without a user. */
export function isSslRequest(bytes: Uint8Array, from: number, to: number): boolean {
  const size = to - from;
  if (size < 4) return false;
  const flags = le32(bytes, from);
  if ((flags & Flag.ssl) === 0) return false;
  return flags & Flag.protocol41 ? size === 32 : size === 5;
}

/** Protocol::HandshakeResponse41 and 320. null: it is broken. */
export function readLogin(bytes: Uint8Array, from: number, to: number): LoginRequest | null {
  if (to - from < 6) return null;
  const flags = le32(bytes, from);
  if ((flags & Flag.protocol41) === 0) return readOldLogin(bytes, from, to);
  const userFrom = from + 32;
  const userTo = userFrom < to ? find(bytes, 0, userFrom, to) : -1;
  if (userTo < 0) return null;
  let at = userTo + 1;
  let proofBytes = 0;
  if (flags & (Flag.lengthEncoded | Flag.secureConnection)) {
    proofBytes = bytes[at] ?? 0;
    at += 1;
    if (flags & Flag.lengthEncoded && proofBytes === 0xfc) {
      proofBytes = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      at += 2;
    }
    at += proofBytes;
  } else {
    const end = find(bytes, 0, Math.min(at, to), to);
    proofBytes = end < 0 ? to - at : end - at;
    at = end < 0 ? to : end + 1;
  }
  const words = stringsFrom(bytes, at, to);
  const database = flags & Flag.withDatabase ? words.next().value : undefined;
  const plugin = flags & Flag.pluginAuth ? words.next().value : undefined;
  return {
    user: text(bytes, userFrom, userTo, 256),
    ...{ database: database || undefined, plugin: plugin || undefined },
    hasProof: proofBytes > 0,
    isCompressed: (flags & Flag.compress) !== 0,
  };
}

function readOldLogin(bytes: Uint8Array, from: number, to: number): LoginRequest | null {
  const userTo = find(bytes, 0, from + 5, to);
  if (userTo < 0) return null;
  const proofBytes = to - userTo - 1;
  const flags = le24(bytes, from) & 0xffff;
  return {
    user: text(bytes, from + 5, userTo, 256),
    ...{ database: undefined, plugin: 'mysql_old_password', hasProof: proofBytes > 1 },
    isCompressed: (flags & Flag.compress) !== 0,
  };
}

/** COM_CHANGE_USER, without its first byte. */
export function readChangeUser(bytes: Uint8Array, from: number, to: number): LoginRequest | null {
  const userTo = find(bytes, 0, from, to);
  if (userTo < 0) return null;
  const proofBytes = bytes[userTo + 1] ?? 0;
  const words = stringsFrom(bytes, userTo + 2 + proofBytes, to);
  const database = words.next().value;
  // Behind it the character set, which may hold a 0.
  const databaseTo = find(bytes, 0, Math.min(userTo + 2 + proofBytes, to), to);
  const plugin = databaseTo < 0 ? undefined : stringsFrom(bytes, databaseTo + 3, to).next().value;
  return {
    user: text(bytes, from, userTo, 256),
    ...{ database: database || undefined, plugin: plugin || undefined, hasProof: proofBytes > 0, isCompressed: false },
  };
}

/** Text up to each 0. */
function* stringsFrom(bytes: Uint8Array, from: number, to: number): Generator<string, undefined> {
  for (let at = from; at < to;) {
    const end = find(bytes, 0, at, to);
    yield text(bytes, at, end < 0 ? to : end, 256);
    if (end < 0) return undefined;
    at = end + 1;
  }
  return undefined;
}

/** A server's refusal: ERR_Packet. */
export interface Refusal {
  readonly code: number;
  readonly message: string;
}

export function readRefusal(bytes: Uint8Array, from: number, to: number): Refusal | null {
  if (to - from < 3 || bytes[from] !== 0xff) return null;
  const hasState = bytes[from + 3] === 35 && to - from >= 9;
  return {
    code: bytes[from + 1]! | (bytes[from + 2]! << 8),
    message: text(bytes, from + (hasState ? 9 : 3), to, 512),
  };
}

/** The first packet of a server: its greeting, or a refusal before anybody said who they are. */
export function looksLikeMysql(bytes: Uint8Array, from: number, to: number): 'yes' | 'more' | 'no' {
  if (to - from < 5) return to - from < 4 || bytes[from + 3] === 0 ? 'more' : 'no';
  const size = le24(bytes, from);
  const kind = bytes[from + 4];
  if (bytes[from + 3] !== 0 || size > 1024) return 'no';
  if (kind === 0xff) {
    const refusal = to - from >= 8 ? readRefusal(bytes, from + 4, to) : null;
    return refusal !== null && refusal.code >= 1000 && refusal.code < 5000 ? 'yes' : 'no';
  }
  if (kind !== 10 || size < 20) return 'no';
  if (to - from < 4 + size && find(bytes, 0, from + 5, to) < 0) return 'more';
  return readGreeting(bytes, from + 4, Math.min(to, from + 4 + size)) === null ? 'no' : 'yes';
}
