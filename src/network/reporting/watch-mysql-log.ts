import type { Detections } from '../detecting/index.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { FlowQuery, StoredFlow } from '../store/flow-store.ts';
import { joinMysqlLog } from './join-mysql-log.ts';
import type { MysqlLogTail } from './mysql-log-tail.ts';
import { oneGuessing } from './one-guessing.ts';
import type { RefusedLogin } from './mysql-log.ts';
import { withLog } from './with-log.ts';

type Looking = Pick<Detections, 'conn' | 'protocol' | 'arp' | 'take'>;

export interface MysqlWatch {
  /** As those that were given, with what the log says of refused logins. */
  readonly detections: Looking;
  /**
   * Reads what the database wrote, and joins it with the flows. `isEnd`: no more flows come, and nobody looks again. Throws
   * `network_log_unreadable`.
   */
  look(isEnd?: boolean): Promise<void>;
}

interface WatchOptions {
  readonly detections: Looking;
  readonly tail: MysqlLogTail;
  readonly port: number;
  /** An alert that goes on is told again after so long, with its new numbers. */
  readonly againSeconds: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Flows and logins that are remembered: what belongs together is minutes apart. */
const MOST = 4096;
const REMEMBERED_S = 3600;
/** A flow ends some seconds after the login in it was refused; until then it cannot be found. */
const SETTLED_S = 15;
/** After so much quiet of a source its refused logins are a new alert. */
const QUIET_S = 1800;

/**
 * For whoever has no store of flows: those to the database's port are remembered for an hour, and joined with the logins that the database refused
 * meanwhile. An alert that wire and log both have goes on as that of the wire, with the words of both.
 */
export function watchMysqlLog(options: WatchOptions): MysqlWatch {
  const watch = besideLog(options);
  const asOne = oneGuessing();
  const { detections } = watch;
  return { ...watch, detections: { ...detections, take: (...words) => asOne(detections.take(...words)) } };
}

function besideLog({ detections, tail, port, againSeconds, clock }: WatchOptions): MysqlWatch {
  const flows: StoredFlow[] = [];
  let logins: RefusedLogin[] = [];
  let ofWire: NoticeRecord[] = [];
  /** What was told last of each source, by the log. */
  const told = new Map<string, NoticeRecord>();
  const waiting = new Map<string, NoticeRecord>();
  const memory = {
    flows: async ({ from, to, address, limit }: FlowQuery) => ({
      flows: flows
        .filter((flow) => flow['id.orig_h'] === address && flow.ts >= from && flow.ts < to)
        .slice(-limit)
        .toReversed(),
      next: null,
    }),
  };

  /** The same alert as before where it went on, so that it stands there once. */
  function goingOn(notice: NoticeRecord, isEnd: boolean): NoticeRecord | null {
    const before = told.get(notice.src ?? '');
    if (before === undefined) return notice;
    if (notice.n <= before.n || (!isEnd && notice.last - before.last < againSeconds)) return null;
    return { ...notice, key: before.key, first: before.first, ts: before.first };
  }

  return {
    async look(isEnd = false) {
      const now = clock() / 1000;
      const fresh = await tail.read();
      for (const { source, ts } of fresh) {
        const before = told.get(source);
        if (before === undefined || ts <= before.last + QUIET_S) continue;
        // What it did before the quiet has been told, and is no part of what begins now.
        told.delete(source);
        logins = logins.filter((each) => each.source !== source);
      }
      logins = [...logins, ...fresh].filter(({ ts }) => ts > now - REMEMBERED_S).slice(-MOST);
      const range = { from: now - REMEMBERED_S, to: isEnd ? Infinity : now - SETTLED_S };
      for (const joined of await joinMysqlLog(memory, range, { logins, port })) {
        const notice = goingOn(joined, isEnd);
        if (notice === null) continue;
        const source = notice.src ?? '';
        told.set(source, notice);
        waiting.set(source, notice);
      }
      for (const [source, { last }] of told) if (last < now - REMEMBERED_S - QUIET_S) told.delete(source);
    },
    detections: {
      conn(record: ConnRecord) {
        if (record['id.resp_p'] === port && record.proto === 'tcp') {
          flows.push({ ...record, sensor: 'local' });
          if (flows.length > MOST) flows.splice(0, MOST / 4);
        }
        detections.conn(record);
      },
      protocol: (record) => detections.protocol(record),
      arp: (...words) => detections.arp(...words),
      take(...words) {
        const taken = detections.take(...words);
        if (waiting.size === 0 && taken.length === 0) return taken;
        const isGuessing = ({ note, p }: NoticeRecord): boolean => note === 'Login::Guessing' && p === port;
        const guessing = taken.filter(isGuessing);
        ofWire = [...ofWire, ...guessing].slice(-MOST / 16);
        const ofLog = [...waiting.values()];
        waiting.clear();
        const newest = new Map(ofWire.map((notice) => [notice.key, notice]));
        const known = new Set(newest.values());
        // Of what the wire told already, only what the log has something to say of is told once more.
        const joined = withLog([...newest.values()], ofLog).filter((notice) => !known.has(notice));
        const again = new Set(joined.map(({ key }) => key));
        // What the wire tells anew keeps the words of the log: who reads it sees the last that was told.
        const saidByLog = [...told.values()];
        // The log says nothing of others, which may be very many in a flood.
        const ofNow = taken
          .filter(({ key }) => !again.has(key))
          .map((notice) => (isGuessing(notice) ? withLog([notice], saidByLog)[0]! : notice));
        return [...ofNow, ...joined];
      },
    },
  };
}
