import type { NoticeRecord } from '../../../records/notice-record.ts';
import type { NoticePage, NoticeQuery } from '../../flow-store.ts';
import { canonical, noticeFilter, noticePage } from '../../notice-page.ts';
import type { FlowFile } from '../disk/flow-file.ts';
import { NOTICE_ENDS } from '../disk/schema.ts';

/** More keys than people will ever look at; beyond it the oldest are left out. */
const MOST_KEYS = 100_000;

const ROWS = 'SELECT sensor, body, last FROM notices WHERE last >= ? AND first < ? AND (? IS NULL OR sensor = ?)';
const NEWEST_FIRST = `ORDER BY last DESC LIMIT ${MOST_KEYS}`;
const ALL = `${ROWS} ${NEWEST_FIRST}`;
/** An index for each end. One that is both ends comes twice, and is one by its key. */
export const ofAddress = `SELECT * FROM (${NOTICE_ENDS.map((end) => `${ROWS} AND ${end} = ?`).join(' UNION ALL ')}) ${NEWEST_FIRST}`;

export function findNotices(files: readonly FlowFile[], query: NoticeQuery): NoticePage {
  return noticePage(newestOfEach(files, query), query);
}

/** Raised in the range, of each key the newest record, the last raised first. */
export function newestOfEach(files: readonly FlowFile[], query: Omit<NoticeQuery, 'limit' | 'cursor'>): NoticeRecord[] {
  const isWanted = noticeFilter(query);
  const { from, to, address, sensor = null } = query;
  const range = [from, to, sensor, sensor];
  const ofEnd = address === undefined ? [] : [...range, canonical(address)];
  const [sql, values] = address === undefined ? [ALL, range] : [ofAddress, [...ofEnd, ...ofEnd]];
  const byKey = new Map<string, NoticeRecord>();
  for (const file of files.toReversed()) {
    const rows = file.statement(sql).all(...values) as unknown as readonly Raw[];
    for (const { sensor: seenBy, body } of rows) {
      const notice = JSON.parse(body) as NoticeRecord;
      const key = `${seenBy} ${notice.key}`;
      const known = byKey.get(key);
      if (known === undefined ? byKey.size < MOST_KEYS : known.last < notice.last) byKey.set(key, notice);
    }
  }
  return Array.from(byKey.values()).filter(isWanted);
}

interface Raw {
  readonly sensor: string;
  readonly body: string;
}
