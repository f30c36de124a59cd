import { setImmediate } from 'node:timers/promises';
import type { RangeQuery, SensorView, Talker, TalkersQuery, TimelinePoint, TimelineQuery } from '../../flow-store.ts';
import type { FlowFile, SumsRow } from '../disk/flow-file.ts';
import { Adding } from '../sums/adding.ts';
import { sumAddresses, sumPorts, sumServices, type SummedRows } from '../sums/sum-flows.ts';
import { addressName, portName, SUM_WORDS, unpackServices, unpackTable } from '../sums/sums.ts';
import { Field, Flag } from '../segments/row-columns.ts';
import { newestOfEach } from './find-notices.ts';

const TURN_MS = 10;
/** Those with as many bytes as the last are in the order of names: some more than are wanted have to be looked at. */
const SAME = 100;
/** So many slots at least make a point: what began in the one at its edge may be told at its neighbour. */
const SLOTS_OF_A_POINT = 4;

/** From what was added up when it was stored; only flows at the ends of the range are looked at. Most bytes first. */
export async function topTalkers(files: readonly FlowFile[], query: TalkersQuery): Promise<readonly Talker[]> {
  if (query.by === 'service') return await topServices(files, query);
  const part = query.by === 'address' ? 'addresses' : 'ports';
  const words = SUM_WORDS[part];
  const adding = new Adding(words);
  for await (const { file, sums, rows } of sumsIn(files, query, () => true)) {
    if (rows === null) adding.addTable(unpackTable(file.sumsPart(sums, part), words));
    else adding.addTable(part === 'addresses' ? sumAddresses(rows) : sumPorts(rows));
  }
  const { count, columns } = adding.top(query.limit + SAME);
  const name = query.by === 'address' ? addressName : portName;
  const [flows, packets, bytes] = columns.slice(words);
  return ordered(
    Array.from({ length: count }, (_, row) => ({
      name: name(columns.slice(0, words).map((column) => column[row]!)),
      ...{ flows: flows![row]!, packets: packets![row]!, bytes: bytes![row]! },
    })),
    query.limit,
  );
}

async function topServices(files: readonly FlowFile[], query: TalkersQuery): Promise<readonly Talker[]> {
  const added = new Map<string, Talker>();
  for await (const { file, sums, rows } of sumsIn(files, query, () => true)) {
    const services = rows === null ? unpackServices(file.sumsPart(sums, 'services')) : sumServices(rows);
    for (const [names, flows, packets, bytes] of services) {
      // A flow may speak one protocol inside of another.
      for (const name of names.split(',')) {
        const known = added.get(name) ?? { name, flows: 0, packets: 0, bytes: 0 };
        added.set(name, {
          ...{ name, flows: known.flows + flows },
          ...{ packets: known.packets + packets, bytes: known.bytes + bytes },
        });
      }
    }
  }
  return ordered([...added.values()], query.limit);
}

function ordered(talkers: readonly Talker[], limit: number): readonly Talker[] {
  return talkers.toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)).slice(0, limit);
}

/** From slots that were added up, where these are a good deal shorter than a point; else from flows. */
export async function timelineOf(files: readonly FlowFile[], query: TimelineQuery): Promise<readonly TimelinePoint[]> {
  const width = (query.to - query.from) / query.points;
  const points = Array.from({ length: query.points }, (_, index) => ({
    ...{ ts: query.from + index * width, flows: 0, packets: 0, bytes: 0, notices: 0 },
  }));
  const at = (seconds: number) =>
    points[Math.min(query.points - 1, Math.max(0, Math.floor((seconds - query.from) / width)))];
  const add = (seconds: number, flows: number, packets: number, bytes: number): void => {
    const point = at(seconds);
    if (!point) return;
    point.flows += flows;
    point.packets += packets;
    point.bytes += bytes;
  };
  // Slots that begin where points do are told exactly.
  const isFine = ({ slotSeconds }: SumsRow): boolean =>
    slotSeconds * SLOTS_OF_A_POINT <= width || (width % slotSeconds === 0 && query.from % slotSeconds === 0);
  for await (const { file, sums, rows } of sumsIn(files, query, isFine)) {
    if (rows !== null) addFlows(rows, add);
    else {
      const { count, columns } = unpackTable(file.sumsPart(sums, 'slots'), SUM_WORDS.slots);
      const [slot, seconds, flows, packets, bytes] = columns;
      for (let row = 0; row < count; row += 1) {
        add(slot![row]! * seconds![row]!, flows![row]!, packets![row]!, bytes![row]!);
      }
    }
  }
  for (const { last } of newestOfEach(files, query)) {
    const point = last < query.to ? at(last) : undefined;
    if (point) point.notices += 1;
  }
  return points;
}

function addFlows(
  { count, column, range }: SummedRows,
  add: (seconds: number, flows: number, packets: number, bytes: number) => void,
): void {
  const [ts, flags] = [column(Field.ts), column(Field.flags)];
  const [sent, received] = [column(Field.originatorPackets), column(Field.responderPackets)];
  const [sentBytes, receivedBytes] = [column(Field.originatorIpBytes), column(Field.responderIpBytes)];
  for (let row = 0; row < count; row += 1) {
    const us = ts.values[row]! + ts.base;
    if ((range && (us < range.fromUs || us >= range.toUs)) || (flags.values[row]! + flags.base) & Flag.partial)
      continue;
    const packets = sent.values[row]! + sent.base + received.values[row]! + received.base;
    add(
      us / 1e6,
      1,
      packets,
      sentBytes.values[row]! + sentBytes.base + receivedBytes.values[row]! + receivedBytes.base,
    );
  }
}

interface SumsInRange {
  readonly file: FlowFile;
  readonly sums: SumsRow;
  /** The flows themselves, where not all of them are in the range or their sums are not fine enough. */
  readonly rows: SummedRows | null;
}

/** As few as say all of the range: from those above down to the flows at its ends. */
async function* sumsIn(
  files: readonly FlowFile[],
  { from, to, sensor }: RangeQuery,
  isFine: (sums: SumsRow) => boolean,
): AsyncGenerator<SumsInRange> {
  const range = { fromUs: Math.ceil(from * 1e6), toUs: Math.ceil(to * 1e6) };
  let turnMs = performance.now();
  for (const file of files) {
    const below = Map.groupBy(file.sums(), ({ within }) => within);
    const segments = new Map(file.segments().map((segment) => [segment.id, segment]));
    const waiting = [...(below.get(0) ?? [])];
    for (let sums = waiting.pop(); sums; sums = waiting.pop()) {
      if (sums.mostUs < range.fromUs || sums.leastUs >= range.toUs) continue;
      if (sensor !== undefined && sums.sensor !== sensor) continue;
      if (performance.now() - turnMs > TURN_MS) {
        await setImmediate();
        turnMs = performance.now();
      }
      const isWhole = sums.leastUs >= range.fromUs && sums.mostUs < range.toUs && isFine(sums);
      const segment = segments.get(sums.segment);
      if (!isWhole && !segment) {
        waiting.push(...(below.get(sums.id) ?? []));
        continue;
      }
      yield { file, sums, rows: isWhole || !segment ? null : rowsOf(file.flows(segment), range) };
    }
  }
}

function rowsOf(
  segment: ReturnType<FlowFile['flows']>,
  range: { readonly fromUs: number; readonly toUs: number },
): SummedRows {
  return {
    count: segment.rows,
    column: (field) => segment.column(field),
    addresses: segment.addresses,
    texts: segment.texts.texts,
    range,
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
