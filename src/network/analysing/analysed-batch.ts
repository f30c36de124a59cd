import { newId } from '../../base/ids.ts';
import { connRecord } from '../records/conn-object.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { FlowColumns } from '../records/flow-columns.ts';
import { type FlowBatch, MOST_RECORDS_OF_A_BATCH } from '../store/flow-batch.ts';

/** What an analysis hands on: a batch whose flows are as they lie in memory. Valid until its receiver is done with it. */
export interface AnalysedBatch extends Omit<FlowBatch, 'conn'> {
  readonly columns: FlowColumns;
}

/** All flows of a batch as objects, in the order they ended in. */
export function connRecords({ columns }: Pick<AnalysedBatch, 'columns'>): readonly ConnRecord[] {
  return Array.from({ length: columns.count }, (_, index) => connRecord(columns, index));
}

/**
 * The same with objects, for whoever keeps or sends it. Mostly one; what is more than `most` records, at most what a batch may hold,
 * goes into further ones.
 */
export function flowBatches(analysed: AnalysedBatch, most = MOST_RECORDS_OF_A_BATCH): readonly FlowBatch[] {
  const { id, sensor, logs, notices, coverage } = analysed;
  const rest = { conn: [...connRecords(analysed)], logs: [...logs], notices: [...notices] };
  const batches: FlowBatch[] = [];
  do {
    // A flow goes before or with what was said in it.
    const conn = rest.conn.splice(0, most);
    const some = rest.logs.splice(0, most - conn.length);
    const told = rest.notices.splice(0, most - conn.length - some.length);
    const isFirst = batches.length === 0;
    batches.push({
      ...{ id: isFirst ? id : newId(), sensor, conn, logs: some, notices: told },
      coverage: isFirst ? coverage : { from: coverage.from, to: coverage.to, packets: 0, dropped: 0, leftOut: {} },
    });
  } while (rest.conn.length + rest.logs.length + rest.notices.length > 0);
  return batches;
}

/**
 * As texts to send, none above `mostBytes` of UTF-8: records with the longest addresses and names are forty times as large as
 * ordinary ones. One record alone is never as large as that.
 */
export function batchTexts(analysed: AnalysedBatch, mostBytes: number, most?: number): readonly string[] {
  const texts = flowBatches(analysed, most).map((each) => JSON.stringify(each));
  if (most === 1 || texts.every((text) => Buffer.byteLength(text) <= mostBytes)) return texts;
  return batchTexts(analysed, mostBytes, Math.ceil((most ?? MOST_RECORDS_OF_A_BATCH) / 8));
}
