import type { NoticeRecord } from '../records/notice-record.ts';

/** How far apart the two may be: the log has whole seconds, and alerts the times of connections. */
const APART_S = 5;

/**
 * Alerts of the wire, and of the database's own log. What both saw is one alert: that of the wire, with what the log says beside it.
 * What the log alone saw, such as logins over TLS, is one of its own.
 */
export function withLog(ofWire: readonly NoticeRecord[], ofLog: readonly NoticeRecord[]): readonly NoticeRecord[] {
  const left = new Set(ofLog);
  const joined = ofWire.map((notice) => {
    const same = [...left].filter((each) => isSame(notice, each));
    for (const each of same) left.delete(each);
    if (same.length === 0) return notice;
    const explained = [
      ...notice.arithmetic.explained,
      ...same.flatMap(({ msg, arithmetic }) => [msg, ...arithmetic.explained.slice(1)]),
    ];
    return { ...notice, arithmetic: { ...notice.arithmetic, explained } };
  });
  return [...joined, ...left];
}

function isSame(wire: NoticeRecord, log: NoticeRecord): boolean {
  return (
    wire.note === 'Login::Guessing' &&
    wire.src === log.src &&
    wire.p === log.p &&
    wire.first - APART_S <= log.last &&
    log.first - APART_S <= wire.last
  );
}
