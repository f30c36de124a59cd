import type { Db } from 'mongodb';
import type { NoticeRecord } from '../../records/notice-record.ts';
import type { NoticeQuery } from '../flow-store.ts';
import { canonical, noticeFilter } from '../notice-page.ts';
import { noticeOf } from './documents.ts';
import { MOST_MS } from './queries.ts';

/** Far more than anybody looks through; beyond it the oldest are left out. */
const MOST_NOTICES = 100_000;

/** Those of a range, in no order. Throws `flows_query_invalid`. */
export async function findNotices(
  database: Db,
  query: Omit<NoticeQuery, 'limit' | 'cursor'>,
): Promise<readonly NoticeRecord[]> {
  const isWanted = noticeFilter(query);
  const { from, to, sensor } = query;
  const address = query.address === undefined ? undefined : canonical(query.address);
  const filter = {
    ...{ _last: { $gte: from }, _first: { $lt: to } },
    ...(sensor === undefined ? {} : { _sensor: sensor }),
    ...(address === undefined ? {} : { $or: [{ src: address }, { dst: address }] }),
  };
  const found = database.collection('notice').find(filter).sort({ _last: -1 }).limit(MOST_NOTICES).maxTimeMS(MOST_MS);
  return (await found.toArray()).map(noticeOf).filter(isWanted);
}
