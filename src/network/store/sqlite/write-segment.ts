import { networkErrors } from '../../errors.ts';
import type { FlowFile, SegmentRow } from './disk/flow-file.ts';
import { PackedAddresses } from './segments/address-book.ts';
import type { FlowRows } from './segments/flow-rows.ts';
import { flowParts, packFlows } from './segments/flow-segment.ts';
import { summaryOf } from './segments/flow-summary.ts';
import { logParts, type LogRow, packLogs } from './segments/log-segment.ts';
import { Key } from './segments/row-columns.ts';

/** What has been put into `rows`, as one segment; they are empty after it. */
export function writeFlows(file: FlowFile, sensor: string, rows: FlowRows): void {
  const { count, keys } = rows;
  if (count === 0) return;
  const parts = packFlows(rows);
  const summary = summaryOf({
    count,
    key: (key, row) => keys[key]![row]!,
    rest: (field, row) => rows.rest[field]![row]!,
    addresses: new PackedAddresses(parts.addresses),
    texts: rows.texts,
  });
  let states = 0;
  const services = new Set<number>();
  for (let row = 0; row < count; row += 1) {
    states |= 1 << keys[Key.state]![row]!;
    services.add(keys[Key.service]![row]!);
  }
  file.addSegment(
    {
      ...{ kind: 'conn', sensor, rows: count, level: levelOf(count), states },
      ...spanOf(keys[Key.ts]!, count),
      services: Array.from(services, (place) => rows.texts[place - 1]).filter((name) => name !== undefined),
    },
    flowParts.map((part) => parts[part]),
    summary,
  );
  rows.clear();
}

/** At most MOST_LOG_ROWS of one log. */
export function writeLogs(file: FlowFile, sensor: string, kind: string, rows: readonly LogRow[]): void {
  const parts = packLogs(rows);
  if (parts === null) throw networkErrors('flows_batch_invalid', { detail: `no address in a record of ${kind}` });
  const times = Float64Array.from(rows, ({ record }) => Math.round(record.ts * 1e6));
  file.addSegment(
    {
      ...{ kind, sensor, rows: rows.length, level: levelOf(rows.length), states: 0, services: [] },
      ...spanOf(times, rows.length),
    },
    logParts.map((part) => parts[part]),
    null,
  );
}

function spanOf(times: Float64Array, count: number): Pick<SegmentRow, 'leastUs' | 'mostUs'> {
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
