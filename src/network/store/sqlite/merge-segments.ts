import { LAST_LEVEL, writeFlows, writeLogs } from './write-segment.ts';
import type { FlowFile, SegmentRow } from './disk/flow-file.ts';
import type { FlowRows } from './segments/flow-rows.ts';
import { LogKey, type LogRow, MOST_LOG_ROWS } from './segments/log-segment.ts';
import { MOST_ROWS } from './segments/row-columns.ts';

/** So many of one level become one of the next, so that each flow is written again three times at most. */
const SEGMENTS_OF_A_LEVEL = 16;

/**
 * Batches of a quiet network are a handful of flows, and a query would open ten thousand of them for each day: small segments of a
 * sensor are put together, in the transaction that added the last of them.
 */
export function mergeSegments(file: FlowFile, sensor: string, rows: FlowRows): void {
  for (;;) {
    const small = file
      .segments()
      .filter((row) => row.sensor === sensor && row.level < (row.kind === 'conn' ? LAST_LEVEL.flows : LAST_LEVEL.logs));
    const groups = Map.groupBy(small, ({ kind, level }) => `${kind} ${level}`);
    const full = Array.from(groups.values()).find((group) => group.length >= SEGMENTS_OF_A_LEVEL);
    if (!full) return;
    const merged = full.slice(0, SEGMENTS_OF_A_LEVEL);
    const [{ kind }] = merged as [SegmentRow, ...SegmentRow[]];
    if (kind === 'conn') mergeFlows(file, sensor, merged, rows);
    else mergeLogs(file, sensor, kind, merged);
    for (const row of merged) file.removeSegment(row);
  }
}

function mergeFlows(file: FlowFile, sensor: string, merged: readonly SegmentRow[], rows: FlowRows): void {
  rows.clear();
  for (const each of merged) {
    const segment = file.flows(each);
    if (rows.count + segment.rows > MOST_ROWS) writeFlows(file, sensor, rows);
    rows.addSegment(segment);
  }
  writeFlows(file, sensor, rows);
}

function mergeLogs(file: FlowFile, sensor: string, kind: string, merged: readonly SegmentRow[]): void {
  const all = merged.flatMap((each) => {
    const segment = file.logs(each);
    return segment.records.map((record, row): LogRow => ({ record, serial: segment.key(LogKey.serial, row) }));
  });
  for (let from = 0; from < all.length; from += MOST_LOG_ROWS) {
    writeLogs(file, sensor, kind, all.slice(from, from + MOST_LOG_ROWS));
  }
}
