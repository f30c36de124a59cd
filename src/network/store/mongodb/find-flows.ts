import type { Collection, Db, Document } from 'mongodb';
import type { ProtocolRecord } from '../../records/log-records.ts';
import type { KeptFlow } from '../../records/logged-flow.ts';
import { type FlowPage, type FlowQuery, type FlowView, protocolLogs, type StoredFlow } from '../flow-store.ts';
import { noticeOf, recordOf } from './documents.ts';
import { behind, flowFilter, MOST_MS, placeText } from './queries.ts';

const MOST_LOGS = 1000;
const MOST_NOTICES = 1000;

/** Newest first. Of several records of a flow it is the one that has most. Throws `flows_cursor_invalid`, `flows_query_invalid`. */
export async function findFlows(conn: Collection, query: FlowQuery): Promise<FlowPage> {
  const { limit } = query;
  const cursor = conn
    .find({ $and: [...flowFilter(query), ...behind(query.cursor, 'uid')] })
    .sort({ _us: -1, uid: -1 })
    .batchSize(limit + 1)
    .allowDiskUse(true)
    .maxTimeMS(MOST_MS);
  const found: Document[] = [];
  for await (const document of cursor) {
    const last = found.at(-1);
    if (last && isSameFlow(last, document)) {
      if (rankOf(document) > rankOf(last)) found[found.length - 1] = document;
    } else {
      if (found.length > limit) break;
      found.push(document);
    }
  }
  const page = found.slice(0, limit);
  const end = page.at(-1);
  const best = await bestRanks(conn, page);
  const flows = page.filter((each) => rankOf(each) >= (best.get(each['uid']) ?? 0)).map(storedFlow);
  const isMore = found.length > limit && end !== undefined;
  return { flows, next: isMore ? placeText(Number(end['_us']), String(end['uid'])) : null };
}

export async function findFlow(database: Db, uid: string): Promise<FlowView | null> {
  const byUid = { uid: { $eq: uid } };
  // The record of its end before those of when it went on, and of these the last.
  const best = await database.collection('conn').find(byUid).sort({ partial: 1, duration: -1 }).limit(1).next();
  if (!best) return null;
  const logs = await Promise.all(
    protocolLogs.map((kind) => database.collection(kind).find(byUid).sort({ _us: 1 }).limit(MOST_LOGS).toArray()),
  );
  const notices = await database.collection('notice').find({ uids: uid }).limit(MOST_NOTICES).toArray();
  const records = logs.flat().map((document) => recordOf<ProtocolRecord>(document));
  return {
    conn: storedFlow(best),
    logs: records.toSorted((a, b) => a.ts - b.ts).slice(0, MOST_LOGS),
    notices: notices.map(noticeOf),
  };
}

/** A record that a filter found may have been outdated by one that it does not fit: what the best of each unfinished flow has. */
async function bestRanks(conn: Collection, documents: readonly Document[]): Promise<ReadonlyMap<unknown, number>> {
  const uids = documents.filter((each) => rankOf(each) < Infinity).map((each) => each['uid'] as string);
  const best = new Map<unknown, number>();
  if (uids.length === 0) return best;
  const all = conn.find({ uid: { $in: uids } }, { projection: { uid: 1, partial: 1, duration: 1 } });
  for await (const each of all) best.set(each['uid'], Math.max(best.get(each['uid']) ?? 0, rankOf(each)));
  return best;
}

function isSameFlow(a: Document, b: Document): boolean {
  return a['uid'] === b['uid'] && Number(a['_us']) === Number(b['_us']);
}

/** The later of two records of a flow has all that the earlier had. */
function rankOf(document: Document): number {
  return document['partial'] === true ? Number(document['duration']) : Infinity;
}

function storedFlow(document: Document): StoredFlow {
  return { ...recordOf<KeptFlow>(document), sensor: document['_sensor'] as string };
}
