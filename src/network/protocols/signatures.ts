import { CLIENT, type OpenAnalyzer, SERVER, type Side } from './analyzer.ts';
import { begins, looksLikeEither, looksLikeFtp, looksLikeSmtp, openMailOrFtp } from './dialogues/greetings.ts';
import { openFtp } from './dialogues/ftp.ts';
import { openImap } from './dialogues/imap.ts';
import { openPop3 } from './dialogues/pop3.ts';
import { openSmtp } from './dialogues/smtp.ts';
import { dnsOverTcp } from './dns/dns.ts';
import { looksLikeDns } from './dns/message.ts';
import { looksLikeRequest, looksLikeResponse, openHttp } from './http/http.ts';
import { looksLikeMysql } from './mysql/handshake.ts';
import { openMysql } from './mysql/mysql.ts';
import { looksLikeSsh } from './ssh/greeting.ts';
import { openSsh } from './ssh/ssh.ts';
import { looksLikeMongodb, openMongodb } from './stores/mongodb.ts';
import { looksLikePostgresql, openPostgresql } from './stores/postgresql.ts';
import { looksLikeRedis, openRedis } from './stores/redis.ts';
import { looksLikeTls, openTls } from './ssl/ssl.ts';

/** `more`: what there is may be the beginning of it. */
type Likeness = 'yes' | 'more' | 'no';

/** How a protocol is known by the first bytes of one side. */
interface Signature {
  /** Who says it; null: either. */
  readonly side: Side | null;
  /** `port`: of the server, which decides where two protocols begin alike. */
  looksLike(bytes: Uint8Array, from: number, to: number, port: number): Likeness;
  readonly open: OpenAnalyzer;
}

/** No signature needs more. */
export const MOST_NEEDED = 64;

/** What is sure comes before what is likely. */
const SIGNATURES: readonly Signature[] = [
  { side: null, looksLike: looksLikeTls, open: openTls },
  { side: CLIENT, looksLike: looksLikeRequest, open: openHttp },
  { side: SERVER, looksLike: looksLikeResponse, open: openHttp },
  { side: null, looksLike: looksLikeSsh, open: openSsh },
  { side: SERVER, looksLike: looksLikeMysql, open: openMysql },
  { side: CLIENT, looksLike: looksLikePostgresql, open: openPostgresql },
  { side: CLIENT, looksLike: looksLikeMongodb, open: openMongodb },
  { side: CLIENT, looksLike: looksLikeRedis, open: openRedis },
  { side: SERVER, looksLike: looksLikeFtp, open: openFtp },
  { side: SERVER, looksLike: looksLikeSmtp, open: openSmtp },
  { side: SERVER, looksLike: looksLikeEither, open: openMailOrFtp },
  { side: SERVER, looksLike: begins('+OK'), open: openPop3 },
  { side: SERVER, looksLike: begins('* OK'), open: openImap },
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
    // What comes first in the list has to be out of the question before another is taken.
    if (likeness === 'yes' && !isOpen) return signature.open;
    if (likeness !== 'no') isOpen = true;
  }
  return isOpen ? 'more' : 'none';
}
