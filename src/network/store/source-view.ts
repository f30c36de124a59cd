import type { ProtocolRecord } from '../records/log-records.ts';
import { hasBegun, isLogged, isRefusedQuestion, type KeptFlow } from '../records/logged-flow.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { isPrivate } from '../records/private-address.ts';
import type { SourceLogin, SourceView, StoryStep, Talker } from './flow-store.ts';

/** What a store found of an address. Flows and logs are newest first. */
export interface SourceFacts {
  readonly address: string;
  readonly firstSeen: number | null;
  readonly lastSeen: number | null;
  /** The last flow before the range; `null`: there is none. */
  readonly before: number | null;
  readonly from: number;
  readonly flows: readonly KeptFlow[];
  readonly logs: readonly ProtocolRecord[];
  readonly notices: readonly NoticeRecord[];
  readonly isWhole: boolean;
}

const MOST_TALKERS = 20;
const MOST_LOGINS = 200;
const MOST_UIDS = 20;
const DAY_SECONDS = 86_400;
/** States of an attempt that led to nothing, as scan detections count them. */
const FAILED: ReadonlySet<string> = new Set(['S0', 'REJ', 'RSTOS0', 'SH', 'RSTRH', 'SHR']);
/** Fewer ends that refuse are a service that is down, and no scan. */
const SCANNED_ENDS = 15;
/** Fewer failed logins are a person who mistyped. */
const GUESSED_LOGINS = 5;
/** Less goes up in a login and a form. */
const UPLOADED_BYTES = 1_000_000;

/** One story of an address: what it did in the range, and whether it had been here before. */
export function sourceView(facts: SourceFacts): SourceView {
  const { address, flows, before, from } = facts;
  const ended = flows.filter(({ partial }) => !partial);
  const begun = ended.filter((flow) => flow['id.orig_h'] === address && (!isLogged(flow) || hasBegun(flow)));
  const logins = loginsOf(address, facts.logs);
  const firstInRange = flows.at(-1)?.ts ?? from;
  return {
    address,
    firstSeen: facts.firstSeen,
    lastSeen: facts.lastSeen,
    isReturning: before !== null && flows.length > 0 && firstInRange - before >= DAY_SECONDS,
    flows: ended.length,
    begun: begun.length,
    failed: begun.filter(hasFailed).length,
    bytesSent: sum(ended, (flow) => (flow['id.orig_h'] === address ? fromOriginator(flow) : (flow.resp_bytes ?? 0))),
    bytesReceived: sum(ended, (flow) =>
      flow['id.orig_h'] === address ? (flow.resp_bytes ?? 0) : fromOriginator(flow),
    ),
    peers: talkers(ended, (flow) => (flow['id.orig_h'] === address ? flow['id.resp_h'] : flow['id.orig_h'])),
    ports: talkers(begun, (flow) => `${flow['id.resp_p']}/${flow.proto}`),
    logins: folded(logins).slice(0, MOST_LOGINS),
    notices: facts.notices,
    story: storyOf(address, ended, logins, facts.notices),
    isWhole: facts.isWhole,
  };
}

function hasFailed(flow: KeptFlow): boolean {
  return isLogged(flow) ? isRefusedQuestion(flow) : FAILED.has(flow.conn_state);
}

/** Of payload; a flow log knows packets that went through alone, with IP's headers. */
function fromOriginator(flow: KeptFlow): number {
  if (isLogged(flow)) return flow.action === 'REJECT' ? 0 : flow.orig_ip_bytes;
  return flow.orig_bytes;
}

function sum(flows: readonly KeptFlow[], bytes: (flow: KeptFlow) => number): number {
  return flows.reduce((all, flow) => all + bytes(flow), 0);
}

function talkers(flows: readonly KeptFlow[], nameOf: (flow: KeptFlow) => string): readonly Talker[] {
  const sums = new Map<string, { flows: number; packets: number; bytes: number }>();
  for (const flow of flows) {
    const name = nameOf(flow);
    const known = sums.get(name) ?? { flows: 0, packets: 0, bytes: 0 };
    known.flows += 1;
    known.packets += flow.orig_pkts + (flow.resp_pkts ?? 0);
    known.bytes += flow.orig_ip_bytes + (flow.resp_ip_bytes ?? 0);
    sums.set(name, known);
  }
  return Array.from(sums, ([name, counted]): Talker => ({ name, ...counted }))
    .toSorted((a, b) => b.bytes - a.bytes || b.flows - a.flows)
    .slice(0, MOST_TALKERS);
}

/** Logins that the address tried, in the order they happened. */
function loginsOf(address: string, logs: readonly ProtocolRecord[]): readonly SourceLogin[] {
  return logs
    .filter((record) => record['id.orig_h'] === address && isLogin(record))
    .map(loginOf)
    .toSorted((a, b) => a.first - b.first);
}

function isLogin(record: ProtocolRecord): boolean {
  if (!('user' in record || 'success' in record || 'cleartext' in record)) return false;
  return record.user !== undefined || record.success !== undefined || record.cleartext === true;
}

function loginOf(record: ProtocolRecord): SourceLogin {
  const said = record as ProtocolRecord & { user?: string; success?: boolean; cleartext?: boolean };
  return {
    service: record.log,
    address: record['id.resp_h'],
    port: record['id.resp_p'],
    user: said.user ?? null,
    success: said.success ?? null,
    cleartext: said.cleartext ?? false,
    ...{ count: 1, first: record.ts, last: record.ts, uid: record.uid },
  };
}

function folded(logins: readonly SourceLogin[]): readonly SourceLogin[] {
  const byWhat = new Map<string, SourceLogin>();
  for (const login of logins) {
    const { service, address, port, user, success, cleartext } = login;
    const what = JSON.stringify([service, address, port, user, success, cleartext]);
    const known = byWhat.get(what);
    byWhat.set(what, known ? { ...login, count: known.count + 1, first: known.first } : login);
  }
  return Array.from(byWhat.values());
}

/** Scanned, guessed, got in, was sent data: each step only where its figures say so. */
function storyOf(
  address: string,
  ended: readonly KeptFlow[],
  logins: readonly SourceLogin[],
  notices: readonly NoticeRecord[],
): readonly StoryStep[] {
  const refused = ended.filter((flow) => flow['id.orig_h'] === address && hasFailed(flow));
  const ends = new Set(refused.map((flow) => `${flow['id.resp_h']} ${flow['id.resp_p']}`));
  const wrong = logins.filter(({ success }) => success === false);
  const alone = wrong.length >= GUESSED_LOGINS ? null : guessedByAlerts(address, notices);
  const guessedAt = wrong[GUESSED_LOGINS - 1]?.first ?? alone?.from ?? Infinity;
  // Who logs in without having guessed, or mistypes before, has got in nowhere.
  const right = logins.filter(({ success, first }) => success === true && first >= guessedAt);
  const steps = [
    ends.size >= SCANNED_ENDS ? step('scanned', refused.map(timed), ends.size) : null,
    wrong.length >= GUESSED_LOGINS ? step('guessed', wrong.map(attempted), wrong.length) : alone,
    right.length > 0 ? step('succeeded', right.map(attempted), right.length) : null,
  ].filter((each) => each !== null);
  // What a stranger is sent who did nothing else is a download.
  const since = isPrivate(address) ? -Infinity : Math.min(...steps.map(({ from }) => from));
  const uploads = ended.filter((flow) => flow.ts >= since && leftBy(flow, address) >= UPLOADED_BYTES);
  if (uploads.length > 0) {
    steps.push(
      step(
        'uploaded',
        uploads.map(timed),
        sum(uploads, (flow) => leftBy(flow, address)),
      ),
    );
  }
  return steps.toSorted((a, b) => a.from - b.from);
}

/** Guessing that no login of a flow shows, since it was encrypted: a database's own log knows of it, and an alert says so. `null`: there was none. */
function guessedByAlerts(address: string, notices: readonly NoticeRecord[]): StoryStep | null {
  const own = notices.filter(({ note, src }) => note === 'Login::Guessing' && src === address);
  if (own.length === 0) return null;
  return {
    step: 'guessed',
    from: Math.min(...own.map(({ first }) => first)),
    to: Math.max(...own.map(({ last }) => last)),
    count: own.reduce((all, { arithmetic }) => all + arithmetic.count, 0),
    uids: [...new Set(own.flatMap(({ uids }) => uids))].slice(0, MOST_UIDS),
  };
}

/** What left by a flow that brought less back: what one of ours sent out of the house, what anybody else was sent. */
function leftBy(flow: KeptFlow, address: string): number {
  // Whether more came back is not known.
  if (isLogged(flow)) return 0;
  const isCaller = flow['id.orig_h'] === address;
  const peer = isCaller ? flow['id.resp_h'] : flow['id.orig_h'];
  const [toPeer, fromPeer] = isCaller ? [flow.orig_bytes, flow.resp_bytes] : [flow.resp_bytes, flow.orig_bytes];
  if (!isPrivate(address)) return fromPeer > toPeer ? fromPeer : 0;
  return !isPrivate(peer) && toPeer > fromPeer ? toPeer : 0;
}

interface Timed {
  readonly ts: number;
  readonly uid: string;
}

function timed({ ts, uid }: KeptFlow): Timed {
  return { ts, uid };
}

function attempted({ first, uid }: SourceLogin): Timed {
  return { ts: first, uid };
}

function step(name: StoryStep['step'], happened: readonly Timed[], count: number): StoryStep {
  const sorted = happened.toSorted((a, b) => a.ts - b.ts);
  return {
    step: name,
    from: sorted[0]?.ts ?? 0,
    to: sorted.at(-1)?.ts ?? 0,
    count,
    uids: [...new Set(sorted.map(({ uid }) => uid))].slice(0, MOST_UIDS),
  };
}
