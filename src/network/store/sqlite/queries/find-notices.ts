import type { NoticeRecord } from '../../../records/notice-record.ts';
import type { NoticePage, NoticeQuery } from '../../flow-store.ts';
import { canonical, noticeFilter, noticePage } from '../../notice-page.ts';
import type { FlowFile } from '../disk/flow-file.ts';

/** More keys than people will ever look at; beyond it the oldest are left out. */
const MOST_KEYS = 100_000;

export function findNotices(files: readonly FlowFile[], query: NoticeQuery): NoticePage {
  return noticePage(newestOfEach(files, query), query);
}

/** Raised in the range, of each key the newest record, the last raised first. */
export function newestOfEach(files: readonly FlowFile[], query: Omit<NoticeQuery, 'limit' | 'cursor'>): NoticeRecord[] {
  const isWanted = noticeFilter(query);
  // Of thousands of notices those with the address in them are few, and no others have to be unpacked.
  const part = query.address === undefined ? null : JSON.stringify(canonical(query.address));
  const byKey = new Map<string, NoticeRecord>();
  for (const file of files.toReversed()) {
    const rows = file
      .statement(
        `SELECT sensor, body FROM notices WHERE last >= ? AND first < ? AND (? IS NULL OR sensor = ?) AND (? IS NULL OR instr(body, ?) > 0)
         ORDER BY last DESC LIMIT ${MOST_KEYS}`,
      )
      .all(
        ...[query.from, query.to, query.sensor ?? null, query.sensor ?? null, part, part],
      ) as unknown as readonly Raw[];
    for (const { sensor, body } of rows) {
      const notice = JSON.parse(body) as NoticeRecord;
      const key = `${sensor} ${notice.key}`;
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
