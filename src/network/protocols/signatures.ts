import { type OpenAnalyzer, SERVER, type Side } from './analyzer.ts';
import { dnsOverTcp } from './dns/dns.ts';
import { looksLikeDns } from './dns/message.ts';
import { looksLikeMysql } from './mysql/handshake.ts';
import { openMysql } from './mysql/mysql.ts';
import { looksLikeSsh } from './ssh/greeting.ts';
import { openSsh } from './ssh/ssh.ts';
import { looksLikeTls, openTls } from './tls/tls.ts';

/** `more`: what there is may be the beginning of it. */
export type Likeness = 'yes' | 'more' | 'no';

/** How a protocol is known by the first bytes of one side. */
export interface Signature {
  /** Who says it; null: either. */
  readonly side: Side | null;
  /** `port`: of the server, which decides where two protocols begin alike. */
  looksLike(bytes: Uint8Array, from: number, to: number, port: number): Likeness;
  readonly open: OpenAnalyzer;
}

/** No signature needs more. */
export const MOST_NEEDED = 64;

const SIGNATURES: readonly Signature[] = [
  { side: null, looksLike: looksLikeSsh, open: openSsh },
  { side: null, looksLike: looksLikeTls, open: openTls },
  { side: SERVER, looksLike: looksLikeMysql, open: openMysql },
  { side: null, looksLike: looksLikeDns, open: dnsOverTcp },
];

/** Which protocol begins so; `more`: it may still become one, `none`: it is none that is known. */
export function byContent(
  side: Side,
  bytes: Uint8Array,
  from: number,
  to: number,
  port: number,
): OpenAnalyzer | 'more' | 'none' {
  let isOpen = false;
  for (const signature of SIGNATURES) {
    if (signature.side !== null && signature.side !== side) continue;
    const likeness = signature.looksLike(bytes, from, to, port);
    if (likeness === 'yes') return signature.open;
    if (likeness === 'more') isOpen = true;
  }
  return isOpen ? 'more' : 'none';
}
