import type { NoticeRecord } from '../records/notice-record.ts';
import type { FlowStore, RangeQuery, StoredFlow } from '../store/flow-store.ts';
import type { RefusedLogin } from './mysql-log.ts';

/** As check SQL-06 of the host scanner: so many refused logins of one source within ten minutes are no typing errors. */
const TIMES = 5;
const WITHIN_S = 600;
/** The log has whole seconds, and is written after the packet came. */
const APART_S = 2;
const MOST_SOURCES = 100;
const MOST_FLOWS = 1000;
const MOST_UIDS = 20;
/** How the message of such an alert ends. */
const BY_ITS_OWN_LOG = ', by its own log';

/** A line that the log has said. */
export const isOfLog = (line: string): boolean => line.endsWith(BY_ITS_OWN_LOG);

/** An alert that nothing on the wire has raised. */
export const isOfLogAlone = ({ msg }: Pick<NoticeRecord, 'msg'>): boolean => isOfLog(msg);

/**
 * Refused logins of the database's own log, with the flows that carried them: an alert for each source that tries again and
 * again. The wire says who it was, with which process, and by which id others know the flow; the log says what happened inside of
 * what is encrypted.
 */
export async function joinMysqlLog(
  store: Pick<FlowStore, 'flows'>,
  range: RangeQuery,
  { logins, port }: { readonly logins: readonly RefusedLogin[]; readonly port: number },
): Promise<readonly NoticeRecord[]> {
  const within = logins.filter(({ ts }) => ts >= range.from && ts < range.to);
  const bySource = [...Map.groupBy(within, ({ source }) => source)].map(([source, own]) => ({
    source,
    burst: burstOf(own),
  }));
  const notices: NoticeRecord[] = [];
  const most = bySource
    .filter(({ burst }) => burst.length >= TIMES)
    .toSorted((one, other) => other.burst.length - one.burst.length);
  for (const { source, burst } of most.slice(0, MOST_SOURCES)) {
    const [first, last] = [burst[0]!.ts, burst.at(-1)!.ts];
    const { flows } = await store.flows({
      from: first - 3600,
      to: last + APART_S,
      address: source,
      port,
      limit: MOST_FLOWS,
    });
    const carried = flows.filter((flow) => isTalk(flow, port) && burst.some(({ ts }) => isDuring(flow, ts)));
    notices.push(noticeOf({ source, burst, carried, port }));
  }
  return notices;
}

/** The longest run of logins that lie within ten minutes, in the order of time. */
function burstOf(logins: readonly RefusedLogin[]): readonly RefusedLogin[] {
  const sorted = logins.toSorted((one, other) => one.ts - other.ts);
  let [from, bestFrom, bestTo] = [0, 0, 0];
  for (let to = 0; to < sorted.length; to += 1) {
    while (sorted[to]!.ts - sorted[from]!.ts > WITHIN_S) from += 1;
    if (to + 1 - from > bestTo - bestFrom) [bestFrom, bestTo] = [from, to + 1];
  }
  return sorted.slice(bestFrom, bestTo);
}

/** What a client says first has at least so many bytes, with its head (SSLRequest); less says that it goes again. */
const LEAST_LOGIN = 36;

function isTalk(flow: StoredFlow, port: number): boolean {
  return flow['id.resp_p'] === port && (flow.orig_bytes ?? 0) >= LEAST_LOGIN;
}

function isDuring({ ts, duration }: StoredFlow, at: number): boolean {
  return at >= Math.floor(ts) - APART_S && at <= ts + duration + APART_S;
}

interface Joined {
  readonly source: string;
  readonly burst: readonly RefusedLogin[];
  readonly carried: readonly StoredFlow[];
  readonly port: number;
}

function noticeOf({ source, burst, carried, port }: Joined): NoticeRecord {
  const [first, last] = [burst[0]!.ts, burst.at(-1)!.ts];
  const names = [...new Set(burst.map(({ user }) => (user === '' ? 'nobody' : user)))];
  const shown = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  const [newest] = carried;
  return {
    ...{
      log: 'notice',
      note: 'Login::Guessing',
      ts: first,
      first,
      last,
      n: burst.length,
      severity: 'high',
      src: source,
      p: port,
      proto: 'tcp',
    },
    ...(newest ? { dst: newest['id.resp_h'] } : {}),
    msg: `The database refused ${burst.length} logins of ${source} as ${shown}${BY_ITS_OWN_LOG}`,
    key: `mysql-log|${source}|${port}@${Math.floor(first)}`,
    arithmetic: {
      ...{ count: burst.length, threshold: TIMES, windowSeconds: WITHIN_S },
      explained: [
        `${burst.length} refused logins as ${shown} in the log within ${Math.max(1, last - first)} s; ${TIMES} within ${WITHIN_S} s are no typing errors`,
        carried.length === 0
          ? 'no flow of that time carried them: they came by another way, or nobody captured'
          : `${carried.length === MOST_FLOWS ? 'at least ' : ''}${carried.length} flows of that time carried them`,
        ...(newest ? [flowText(newest)] : []),
      ],
    },
    uids: carried.slice(0, MOST_UIDS).map(({ uid }) => uid),
  };
}

function flowText(flow: StoredFlow): string {
  const holder =
    flow.process === undefined ? '' : `, held by ${flow.process} (pid ${flow.pid ?? '?'}, user ${flow.user ?? '?'})`;
  return `the last of them has the community id ${flow.community_id}${holder}`;
}
