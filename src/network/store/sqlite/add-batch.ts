import type { FlowColumns } from '../../records/flow-columns.ts';
import type { KeptFlow } from '../../records/logged-flow.ts';
import type { ProtocolRecord } from '../../records/log-records.ts';
import type { NoticeRecord } from '../../records/notice-record.ts';
import { networkErrors } from '../../errors.ts';
import type { AnalysedBatch, Coverage, FlowBatch } from '../flow-batch.ts';
import type { FlowFile } from './disk/flow-file.ts';
import type { FlowFolder } from './disk/flow-folder.ts';
import { mergeSegments } from './merge-segments.ts';
import type { FlowRows } from './segments/flow-rows.ts';
import { type LogRow, MOST_LOG_ROWS } from './segments/log-segment.ts';
import { MOST_ROWS } from './segments/row-columns.ts';
import { rollUp } from './sums/roll-up.ts';
import { writeFlows, writeLogs } from './write-segment.ts';

const HOUR_SECONDS = 3600;

/** Stores a batch whole, in one transaction; false: it is stored already. `rows` is memory to work in. */
export function addBatch(folder: FlowFolder, batch: FlowBatch | AnalysedBatch, rows: FlowRows, nowMs: number): boolean {
  // It may have been stored before midnight.
  const isKnown = folder.files().some((file) => isStored(file, batch.id));
  if (isKnown) return false;
  let isNew = true;
  folder.write(nowMs, (file) => {
    // Another process may have been given the same batch.
    isNew = !isStored(file, batch.id);
    if (!isNew) return;
    file.statement('INSERT INTO batches VALUES (?)').run(batch.id);
    const { sensor } = batch;
    if ('columns' in batch) addColumns(file, sensor, batch.columns, rows);
    else addRecords(file, sensor, batch.conn, rows);
    addLogs(file, sensor, batch.logs ?? []);
    for (const notice of batch.notices ?? []) addNotice(file, sensor, notice);
    addCoverage(file, sensor, batch.coverage);
    mergeSegments(file, sensor, rows);
    rollUp(file, sensor);
  });
  return isNew;
}

function isStored(file: FlowFile, id: string): boolean {
  return file.statement('SELECT 1 FROM batches WHERE id = ?').get(id) !== undefined;
}

function addColumns(file: FlowFile, sensor: string, columns: FlowColumns, rows: FlowRows): void {
  rows.clear();
  for (let index = 0; index < columns.count; index += 1) {
    rows.addFlow(columns, index);
    if (rows.count === MOST_ROWS) writeFlows(file, sensor, rows);
  }
  writeFlows(file, sensor, rows);
}

function addRecords(file: FlowFile, sensor: string, conn: readonly KeptFlow[], rows: FlowRows): void {
  rows.clear();
  for (const record of conn) {
    if (!rows.addRecord(record)) throw networkErrors('flows_batch_invalid', { detail: `no address in ${record.uid}` });
    if (rows.count === MOST_ROWS) writeFlows(file, sensor, rows);
  }
  writeFlows(file, sensor, rows);
}

function addLogs(file: FlowFile, sensor: string, logs: readonly ProtocolRecord[]): void {
  const byKind = Map.groupBy(logs, ({ log }) => log);
  for (const [kind, records] of byKind) {
    const rows = records.map((record): LogRow => ({ record, serial: Math.floor(Math.random() * 2 ** 32) }));
    for (let from = 0; from < rows.length; from += MOST_LOG_ROWS) {
      writeLogs(file, sensor, kind, rows.slice(from, from + MOST_LOG_ROWS));
    }
  }
}

/** Of a key the newest record is kept: it has all that those before had. */
function addNotice(file: FlowFile, sensor: string, notice: NoticeRecord): void {
  file
    .statement(
      `INSERT INTO notices VALUES (?, ?, ?, ?, ?) ON CONFLICT (sensor, key) DO UPDATE
       SET first = excluded.first, last = excluded.last, body = excluded.body WHERE excluded.last >= last`,
    )
    .run(sensor, notice.key, notice.first, notice.last, JSON.stringify(notice));
}

function addCoverage(file: FlowFile, sensor: string, coverage: Coverage): void {
  const hour = Math.floor(coverage.from / HOUR_SECONDS);
  const known = file.statement('SELECT * FROM coverage WHERE sensor = ? AND hour = ?').get(sensor, hour) as
    | { first: number; last: number; packets: number; dropped: number; left_out: string }
    | undefined;
  const leftOut = new Map(Object.entries(known ? (JSON.parse(known.left_out) as Record<string, number>) : {}));
  for (const [why, packets] of Object.entries(coverage.leftOut)) leftOut.set(why, (leftOut.get(why) ?? 0) + packets);
  file
    .statement('INSERT OR REPLACE INTO coverage VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(
      ...[sensor, hour, Math.min(known?.first ?? coverage.from, coverage.from)],
      ...[Math.max(known?.last ?? coverage.to, coverage.to), (known?.packets ?? 0) + coverage.packets],
      ...[(known?.dropped ?? 0) + coverage.dropped, JSON.stringify(Object.fromEntries(leftOut))],
    );
}
