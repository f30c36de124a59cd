import type { NoticeRecord } from '../records/notice-record.ts';
import { isOfLog, isOfLogAlone } from './join-mysql-log.ts';

/** How far apart the two may be: the log has whole seconds, and alerts the times of connections. */
const APART_S = 5;

/**
 * Alerts of the wire, and of the database's own log. What both saw is one alert: that of the wire, with what the log says beside it.
 * What the log alone saw, such as logins over TLS, is one of its own. Alerts that a live capture kept may have words of the log already:
 * what the log says now stands in their place.
 */
export function withLog(ofWire: readonly NoticeRecord[], ofLog: readonly NoticeRecord[]): readonly NoticeRecord[] {
  const left = new Set(ofLog);
  const joined = ofWire.map((notice) => {
    const same = [...left].filter((each) => isSame(notice, each));
    for (const each of same) left.delete(each);
    const [newest] = same.toSorted((one, other) => other.n - one.n);
    if (newest === undefined) return notice;
    if (isOfLogAlone(notice)) return newest.n < notice.n ? notice : { ...newest, key: notice.key };
    const { explained: before } = notice.arithmetic;
    const ofLogBefore = before.findIndex(isOfLog);
    const explained = [
      ...(ofLogBefore === -1 ? before : before.slice(0, ofLogBefore)),
      ...same.flatMap(({ msg, arithmetic }) => [msg, ...arithmetic.explained.slice(1)]),
    ];
    return { ...notice, arithmetic: { ...notice.arithmetic, explained } };
  });
  return [...joined, ...left];
}

/** Whether both tell of the same guessing. */
export function isSame(wire: NoticeRecord, log: NoticeRecord): boolean {
  return (
    wire.note === 'Login::Guessing' &&
    wire.src === log.src &&
    wire.p === log.p &&
    wire.first - APART_S <= log.last &&
    log.first - APART_S <= wire.last
  );
}
