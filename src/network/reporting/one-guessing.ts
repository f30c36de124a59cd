import type { NoticeRecord } from '../records/notice-record.ts';
import { isOfLog, isOfLogAlone } from './join-mysql-log.ts';
import { isSame, withLog } from './with-log.ts';

/** Sources whose alerts are remembered. */
const MOST = 1024;

/**
 * One guessing is one alert, whoever sees it first. The log of a database tells after fewer refused logins than the wire, and so often earlier: the
 * alert of the wire then goes on as that of the log, with the words of both. To be given all alerts, in the order in which they are told.
 */
export function oneGuessing(): (notices: readonly NoticeRecord[]) => readonly NoticeRecord[] {
  /** By source. */
  const ofLog = new Map<string, NoticeRecord>();
  /** By the key of an alert of the wire: as what it goes on. */
  const goesOnAs = new Map<string, NoticeRecord>();
  const remember = (where: Map<string, NoticeRecord>, key: string, notice: NoticeRecord): void => {
    where.delete(key);
    where.set(key, notice);
    const [oldest] = where.keys();
    if (where.size > MOST && oldest !== undefined) where.delete(oldest);
  };

  function told(notice: NoticeRecord): NoticeRecord {
    const { note, key, src } = notice;
    if (note !== 'Login::Guessing' || src === undefined) return notice;
    if (isOfLogAlone(notice)) {
      remember(ofLog, src, notice);
      return notice;
    }
    const first = ofLog.get(src);
    const before = goesOnAs.get(key) ?? (first && isSame(notice, first) ? first : undefined);
    if (before === undefined) return notice;
    remember(goesOnAs, key, before);
    const { arithmetic } = notice.arithmetic.explained.some(isOfLog)
      ? notice
      : (withLog([notice], [before])[0] ?? notice);
    const since = Math.min(before.first, notice.first);
    return {
      ...{ ...notice, arithmetic, key: before.key, ts: since, first: since },
      ...{ last: Math.max(before.last, notice.last), n: Math.max(before.n, notice.n) },
    };
  }

  return (notices) => notices.map(told);
}
