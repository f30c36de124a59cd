import { networkErrors } from '../../errors.ts';
import type { FlowFile, SegmentRow } from './disk/flow-file.ts';
import { PackedAddresses } from './segments/address-book.ts';
import type { Whole } from './segments/column-pack.ts';
import type { FlowRows } from './segments/flow-rows.ts';
import { packFlows } from './segments/flow-segment.ts';
import { logParts, type LogRow, packLogs } from './segments/log-segment.ts';
import { Field, flowParts } from './segments/row-columns.ts';
import { slotSecondsFor, sumFlows } from './sums/sum-flows.ts';

/** From 4096 flows, and 256 records of a log, a segment stays as it is. */
export const LAST_LEVEL = { flows: 3, logs: 2 };

/**
 * Records are unpacked to be put together, and a host may send long ones: a segment with more text stays as it is, however few its rows
 * are, so that sixteen of them are 8 MiB at most. In characters.
 */
export const MOST_MERGED_TEXT = 2 ** 19;

/** What has been put into `rows`, as one segment; they are empty after it. */
export function writeFlows(file: FlowFile, sensor: string, rows: FlowRows): void {
  const { count, columns } = rows;
  if (count === 0) return;
  const parts = packFlows(rows);
  let states = 0;
  const stateColumn = columns[Field.state]!;
  for (let row = 0; row < count; row += 1) states |= 1 << stateColumn[row]!;
  const span = spanOf(columns[Field.ts]!, count);
  const level = levelOf(count);
  const segment = file.addSegment(
    {
      ...{ kind: 'conn', sensor, rows: count, level, states, ...span },
      services: [...valuesOf(columns[Field.service]!, count)]
        .map((place) => rows.texts[place - 1])
        .filter((name) => name !== undefined),
      protocols: [...valuesOf(columns[Field.protocol]!, count)],
    },
    flowParts.map((part) => parts[part]),
  );
  const packed = sumFlows({
    count,
    column: (field) => ({ values: columns[field]!, base: 0 }),
    addresses: new PackedAddresses(parts.addresses),
    texts: rows.texts,
  });
  const slotSeconds = slotSecondsFor(span.mostUs - span.leastUs);
  file.addSums({ sensor, ...span, slotSeconds, segment, level: level < LAST_LEVEL.flows ? 0 : 1 }, packed, []);
  rows.clear();
}

function valuesOf(column: Whole, count: number): ReadonlySet<number> {
  const values = new Set<number>();
  let last = -1;
  for (let row = 0; row < count; row += 1) {
    const value = column[row]!;
    if (value !== last) values.add(value);
    last = value;
  }
  return values;
}

/** At most MOST_LOG_ROWS of one log. */
export function writeLogs(file: FlowFile, sensor: string, kind: string, rows: readonly LogRow[]): void {
  const packed = packLogs(rows);
  if (packed === null) throw networkErrors('flows_batch_invalid', { detail: `no address in a record of ${kind}` });
  const times = Float64Array.from(rows, ({ record }) => Math.round(record.ts * 1e6));
  const level = packed.textLength > MOST_MERGED_TEXT ? LAST_LEVEL.logs : levelOf(rows.length);
  file.addSegment(
    {
      ...{ kind, sensor, rows: rows.length, level, states: 0, services: [], protocols: [] },
      ...spanOf(times, rows.length),
    },
    logParts.map((part) => packed.parts[part]),
  );
}

function spanOf(times: Whole, count: number): Pick<SegmentRow, 'leastUs' | 'mostUs'> {
  let [leastUs, mostUs] = [times[0] ?? 0, times[0] ?? 0];
  for (let row = 1; row < count; row += 1) {
    const time = times[row]!;
    if (time < leastUs) leastUs = time;
    if (time > mostUs) mostUs = time;
  }
  return { leastUs, mostUs };
}

/** Each has sixteen times the rows of the one below it. */
export function levelOf(rows: number): number {
  return Math.floor(Math.log2(Math.max(1, rows)) / 4);
}
