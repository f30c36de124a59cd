import { createHash } from 'node:crypto';
import { be32, text } from '../text.ts';

/** What a side offers, each a list as it was sent: RFC 4253, section 7.1. */
export interface Offer {
  readonly kex: string;
  readonly hostKey: string;
  /** From the client to the server, and back. */
  readonly cipher: readonly [string, string];
  readonly mac: readonly [string, string];
  readonly compression: readonly [string, string];
}

const COOKIE_BYTES = 16;
/** Lists of ten algorithms of 30 letters are long already. */
const MOST_LIST_BYTES = 8192;

/** SSH_MSG_KEXINIT, behind the byte that says so. null: it is broken. */
export function readOffer(bytes: Uint8Array, from: number, to: number): Offer | null {
  const lists: string[] = [];
  let at = from + COOKIE_BYTES;
  while (lists.length < 8) {
    if (at + 4 > to) return null;
    const size = be32(bytes, at);
    at += 4;
    if (size > MOST_LIST_BYTES || at + size > to) return null;
    lists.push(text(bytes, at, at + size, MOST_LIST_BYTES));
    at += size;
  }
  const of = (place: number): string => lists[place] ?? '';
  return {
    ...{ kex: of(0), hostKey: of(1), cipher: [of(2), of(3)], mac: [of(4), of(5)], compression: [of(6), of(7)] },
  };
}

/** HASSH of the client, or of the server. */
export function hassh({ kex, cipher, mac, compression }: Offer, side: 0 | 1): string {
  return createHash('md5').update([kex, cipher[side], mac[side], compression[side]].join(';')).digest('hex');
}

/** RFC 4251, section 6. */
const MOST_NAME = 64;

/** The first of the client's that the server has as well: RFC 4253, section 7.1. */
export function chosen(client: string, server: string): string | undefined {
  const has = new Set(server.split(','));
  return client.split(',').find((each) => each.length <= MOST_NAME && has.has(each));
}

/** How packets of a side are laid out once they are encrypted. */
export interface Layout {
  /** Bytes of a packet whose payload has so many. */
  sizeOf(payload: number): number;
  /** The length of a packet is readable. */
  readonly isLengthClear: boolean;
  /** Of what authenticates a packet, behind it. */
  readonly tagBytes: number;
}

const TAG_BYTES: Readonly<Record<string, number>> = {
  'umac-64': 8,
  'umac-128': 16,
  'hmac-sha1': 20,
  'hmac-sha1-96': 12,
  'hmac-md5': 16,
  'hmac-md5-96': 12,
  'hmac-sha2-256': 32,
  'hmac-sha2-512': 64,
  'hmac-ripemd160': 20,
};

/** null: of these algorithms nothing is known. */
export function layoutOf(cipher: string, mac: string): Layout | null {
  const isChacha = cipher.startsWith('chacha20-poly1305');
  const isGcm = /gcm/i.test(cipher);
  const name = mac.replace(/(-etm)?@openssh\.com$/, '').replace(/-etm$/, '');
  const tagBytes = isChacha || isGcm ? 16 : TAG_BYTES[name];
  if (tagBytes === undefined) return null;
  const isEtm = !isChacha && !isGcm && mac.includes('-etm');
  const block = isChacha || /3des|blowfish|cast/.test(cipher) ? 8 : 16;
  // The length counts to the blocks where it is encrypted with them.
  const apart = isChacha || isGcm || isEtm ? 4 : 0;
  return {
    isLengthClear: isGcm || isEtm,
    tagBytes,
    sizeOf(payload) {
      const least = 4 - apart + 1 + payload + 4;
      return apart + Math.ceil(least / block) * block + tagBytes;
    },
  };
}
