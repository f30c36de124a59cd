import type { AnyBulkWriteOperation, Collection, Db, Document, MongoBulkWriteError } from 'mongodb';
import { connRecord } from '../../records/conn-object.ts';
import type { KeptFlow } from '../../records/logged-flow.ts';
import type { NoticeRecord } from '../../records/notice-record.ts';
import type { AnalysedBatch, FlowBatch } from '../flow-batch.ts';
import { HOUR, noteDue } from './sums.ts';
import { checkRecords } from './check-records.ts';
import { connDocument, type Kept, logDocument, noticeDocument } from './documents.ts';

/** https://www.mongodb.com/docs/manual/reference/error-codes/ (DuplicateKey) */
const DUPLICATE = 11_000;

/**
 * Every document of a batch has an id that the batch gives it, so that the same batch again adds what was missing and nothing else. What the
 * sensor looked at comes last: where it stands, the whole batch does. Throws `flows_batch_invalid` before anything is written.
 */
export async function addBatch(database: Db, batch: FlowBatch | AnalysedBatch, nowMs: number): Promise<boolean> {
  const conn = 'columns' in batch ? connOf(batch) : batch.conn;
  const { logs = [], notices = [], coverage, sensor } = batch;
  checkRecords({ conn, logs, notices });
  const coverages = database.collection('coverage');
  const byBatch: Document = { _id: batch.id };
  if (await coverages.findOne(byBatch, { projection: { _id: 1 } })) return false;
  const kept = { batch: batch.id, sensor, stored: new Date(nowMs) };
  const hours = new Set(conn.map(({ ts }) => Math.floor(ts / HOUR)));
  await noteDue(database, sensor, hours, `${batch.id} begins`);
  await insert(
    database.collection('conn'),
    conn.map((record, place) => connDocument(record, place, kept)),
  );
  await noteDue(database, sensor, hours, `${batch.id} is there`);
  const numbered = logs.map((record, place) => ({
    kind: record.log,
    document: logDocument(record, place, kept),
  }));
  for (const [kind, documents] of Map.groupBy(numbered, (each) => each.kind)) {
    await insert(
      database.collection(kind),
      documents.map(({ document }) => document),
    );
  }
  await replaceOlder(database.collection('notice'), notices, kept);
  const { from, to, packets, dropped } = coverage;
  const leftOut = Object.entries(coverage.leftOut).map(([why, count]) => ({
    why,
    packets: BigInt(count),
  }));
  const counts = { packets: BigInt(packets), dropped: BigInt(dropped), leftOut };
  await insert(coverages, [{ ...byBatch, from, to, ...counts, _sensor: sensor, _stored: kept.stored }]);
  return true;
}

function connOf({ columns }: AnalysedBatch): readonly KeptFlow[] {
  return Array.from({ length: columns.count }, (_, index) => connRecord(columns, index));
}

/** What is there already is left as it is. */
async function insert(collection: Collection, documents: readonly Document[]): Promise<void> {
  if (documents.length === 0) return;
  await collection.insertMany([...documents], { ordered: false }).catch(unlessDuplicate);
}

/** Of a key the newest stays: one that is newer than what comes is a duplicate of it. */
async function replaceOlder(collection: Collection, notices: readonly NoticeRecord[], kept: Kept): Promise<void> {
  if (notices.length === 0) return;
  const writes = notices.map((notice): AnyBulkWriteOperation => {
    const filter: Document = { _id: `${kept.sensor} ${notice.key}`, _last: { $lte: notice.last } };
    return { replaceOne: { filter, replacement: noticeDocument(notice, kept), upsert: true } };
  });
  await collection.bulkWrite(writes, { ordered: false }).catch(unlessDuplicate);
}

/** A write that the other servers did not confirm is none, even where nothing else went wrong. */
export function unlessDuplicate(error: unknown): void {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (name === 'MongoBulkWriteError') {
    const { writeErrors, result } = error as MongoBulkWriteError;
    const errors = [writeErrors].flat();
    const isConfirmed = result.getWriteConcernError() === undefined;
    if (isConfirmed && errors.length > 0 && errors.every((each) => each.code === DUPLICATE)) return;
  } else if (name === 'MongoServerError' && code === DUPLICATE) {
    return;
  }
  throw error;
}
