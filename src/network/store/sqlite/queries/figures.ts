import { setImmediate } from 'node:timers/promises';
import type { RangeQuery, SensorView, Talker, TalkersQuery, TimelinePoint, TimelineQuery } from '../../flow-store.ts';
import type { FlowFile } from '../disk/flow-file.ts';
import { type Counted, type FlowSummary, summaryOf } from '../segments/flow-summary.ts';
import { Flag, Key, Rest } from '../segments/row-columns.ts';
import { newestOfEach } from './find-notices.ts';
import type { Placed } from './newest.ts';

const TURN_MS = 10;

/** From what segments say of themselves; only those at the ends of the range are opened. Most bytes first. */
export async function topTalkers(files: readonly FlowFile[], query: TalkersQuery): Promise<readonly Talker[]> {
  const sums = new Map<string, { flows: number; packets: number; bytes: number }>();
  const add = (name: string, [, flows, packets, bytes]: Counted): void => {
    const known = sums.get(name);
    if (known) {
      known.flows += flows;
      known.packets += packets;
      known.bytes += bytes;
    } else sums.set(name, { flows, packets, bytes });
  };
  for await (const summary of summaries(files, query)) {
    if (query.by === 'address') for (const each of summary.addresses) add(each[0], each);
    else if (query.by === 'port') for (const each of summary.ports) add(each[0], each);
    // A flow may speak one protocol inside of another.
    else for (const each of summary.services) for (const name of each[0].split(',')) add(name, each);
  }
  return Array.from(sums, ([name, counted]): Talker => ({ name, ...counted }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, query.limit);
}

/** From slots that segments have counted, where these are no wider than a point; else from flows. */
export async function timelineOf(files: readonly FlowFile[], query: TimelineQuery): Promise<readonly TimelinePoint[]> {
  const width = (query.to - query.from) / query.points;
  const points = Array.from({ length: query.points }, (_, index) => ({
    ...{ ts: query.from + index * width, flows: 0, packets: 0, bytes: 0, notices: 0 },
  }));
  const at = (seconds: number) =>
    points[Math.min(query.points - 1, Math.max(0, Math.floor((seconds - query.from) / width)))];
  for await (const { placed, isWhole, range } of segmentsIn(files, query)) {
    const summary = isWhole ? placed.file.summary(placed.segment) : null;
    if (summary && summary.slotSeconds <= width) {
      for (const [slot, flows, packets, bytes] of summary.slots) {
        const point = at(slot * summary.slotSeconds);
        if (!point) continue;
        point.flows += flows;
        point.packets += packets;
        point.bytes += bytes;
      }
    } else {
      const rows = rowsOf(placed, range);
      for (let row = 0; row < rows.count; row += 1) {
        if (!rows.isWanted(row) || rows.key(Key.flags, row) & Flag.partial) continue;
        const point = at(rows.key(Key.ts, row) / 1e6);
        if (!point) continue;
        point.flows += 1;
        point.packets += rows.rest(Rest.originatorPackets, row) + rows.rest(Rest.responderPackets, row);
        point.bytes += rows.rest(Rest.originatorIpBytes, row) + rows.rest(Rest.responderIpBytes, row);
      }
    }
  }
  for (const { last } of newestOfEach(files, query)) {
    const point = last < query.to ? at(last) : undefined;
    if (point) point.notices += 1;
  }
  return points;
}

/** Summaries of all segments in the range: kept ones where all of a segment is in it, else made of the rows that are. */
async function* summaries(files: readonly FlowFile[], query: RangeQuery): AsyncGenerator<FlowSummary> {
  for await (const { placed, isWhole, range } of segmentsIn(files, query)) {
    yield isWhole ? placed.file.summary(placed.segment) : summaryOf(rowsOf(placed, range));
  }
}

interface RangeUs {
  readonly fromUs: number;
  readonly toUs: number;
}

async function* segmentsIn(
  files: readonly FlowFile[],
  { from, to, sensor }: RangeQuery,
): AsyncGenerator<{ readonly placed: Placed; readonly isWhole: boolean; readonly range: RangeUs }> {
  const range = { fromUs: Math.ceil(from * 1e6), toUs: Math.ceil(to * 1e6) };
  let turnMs = performance.now();
  for (const file of files) {
    for (const segment of file.segments()) {
      if (segment.kind !== 'conn' || segment.mostUs < range.fromUs || segment.leastUs >= range.toUs) continue;
      if (sensor !== undefined && segment.sensor !== sensor) continue;
      if (performance.now() - turnMs > TURN_MS) {
        await setImmediate();
        turnMs = performance.now();
      }
      const isWhole = segment.leastUs >= range.fromUs && segment.mostUs < range.toUs;
      yield { placed: { file, segment }, isWhole, range };
    }
  }
}

function rowsOf({ file, segment: row }: Placed, { fromUs, toUs }: RangeUs) {
  const segment = file.flows(row);
  const ts = segment.column('keys', Key.ts);
  return {
    count: segment.rows,
    key: (key: number, at: number): number => segment.key(key, at),
    rest: (field: number, at: number): number => segment.rest(field, at),
    addresses: segment.addresses,
    texts: segment.texts.texts,
    isWanted(at: number): boolean {
      const us = ts.values[at]! + ts.base;
      return us >= fromUs && us < toUs;
    },
  };
}

export function sensorsOf(files: readonly FlowFile[], { from, to, sensor }: RangeQuery): readonly SensorView[] {
  const views = new Map<string, SensorView>();
  for (const file of files) {
    const rows = file
      .statement('SELECT * FROM coverage WHERE last >= ? AND first < ? AND (? IS NULL OR sensor = ?)')
      .all(from, to, sensor ?? null, sensor ?? null) as unknown as readonly RawCoverage[];
    for (const row of rows) {
      const known = views.get(row.sensor);
      const leftOut = { ...known?.leftOut };
      for (const [why, packets] of Object.entries(JSON.parse(row.left_out) as Record<string, number>)) {
        leftOut[why] = (leftOut[why] ?? 0) + packets;
      }
      views.set(row.sensor, {
        sensor: row.sensor,
        from: Math.min(known?.from ?? row.first, row.first),
        to: Math.max(known?.to ?? row.last, row.last),
        packets: (known?.packets ?? 0) + row.packets,
        dropped: (known?.dropped ?? 0) + row.dropped,
        leftOut,
      });
    }
  }
  return Array.from(views.values()).toSorted((a, b) => (a.sensor < b.sensor ? -1 : 1));
}

interface RawCoverage {
  readonly sensor: string;
  readonly first: number;
  readonly last: number;
  readonly packets: number;
  readonly dropped: number;
  readonly left_out: string;
}
