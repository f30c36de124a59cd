import { topRows } from '../../../records/top-rows.ts';
import type { PackedAddresses } from '../segments/address-book.ts';
import type { Column } from '../segments/column-pack.ts';
import { NO_STATE } from '../segments/conn-states.ts';
import { Field, Flag } from '../segments/row-columns.ts';
import { topOf } from './adding.ts';
import { type CountedService, MOST_COUNTED, packServices, type PackedSums, packTable, type SumTable } from './sums.ts';

const SLOT_SECONDS = [1, 10, 60, 600, 3600, 86_400] as const;
const MOST_SLOTS = 512;

/** Flows as they lie before they are packed, or as they were packed. */
export interface SummedRows {
  readonly count: number;
  readonly column: (field: number) => Column;
  readonly addresses: PackedAddresses;
  readonly texts: readonly string[];
  /** Only those that began then, in microseconds; absent: all of them. */
  readonly range?: { readonly fromUs: number; readonly toUs: number };
}

/** Flows, packets and bytes by whatever a row has a number of, below `most`. */
class Figures {
  readonly flows: Float64Array;
  readonly packets: Float64Array;
  readonly bytes: Float64Array;

  constructor(most: number) {
    this.flows = new Float64Array(most);
    this.packets = new Float64Array(most);
    this.bytes = new Float64Array(most);
  }

  add(place: number, packets: number, bytes: number): void {
    this.flows[place]! += 1;
    this.packets[place]! += packets;
    this.bytes[place]! += bytes;
  }

  get columns(): readonly Float64Array[] {
    return [this.flows, this.packets, this.bytes];
  }
}

/** What each flow counts for, in the order of rows; -1 packets: for nothing. */
function counted(rows: SummedRows): { readonly packets: Float64Array; readonly bytes: Float64Array } {
  const { count, range } = rows;
  const flags = rows.column(Field.flags);
  const [packets, bytes] = [new Float64Array(count), new Float64Array(count)];
  for (const [to, fields] of [
    [packets, [Field.originatorPackets, Field.responderPackets]],
    [bytes, [Field.originatorIpBytes, Field.responderIpBytes]],
  ] as const) {
    for (const field of fields) {
      const { values, base } = rows.column(field);
      for (let row = 0; row < count; row += 1) to[row]! += values[row]! + base;
    }
  }
  for (let row = 0; row < count; row += 1) if ((flags.values[row]! + flags.base) & Flag.partial) packets[row] = -1;
  if (range) {
    const { values, base } = rows.column(Field.ts);
    for (let row = 0; row < count; row += 1) {
      const us = values[row]! + base;
      if (us < range.fromUs || us >= range.toUs) packets[row] = -1;
    }
  }
  return { packets, bytes };
}

export function sumFlows(rows: SummedRows): PackedSums {
  const figures = counted(rows);
  return {
    addresses: packTable(sumAddresses(rows, figures)),
    ports: packTable(sumPorts(rows, figures)),
    services: packServices(sumServices(rows, figures)),
    slots: packTable(sumSlots(rows, figures)),
  };
}

type Counts = ReturnType<typeof counted>;

export function sumAddresses(rows: SummedRows, { packets, bytes }: Counts = counted(rows)): SumTable {
  const { addresses } = rows;
  const [from, to] = [rows.column(Field.originator), rows.column(Field.responder)];
  const figures = new Figures(addresses.count);
  for (let row = 0; row < rows.count; row += 1) {
    if (packets[row]! < 0) continue;
    const [originator, responder] = [from.values[row]! + from.base, to.values[row]! + to.base];
    figures.add(originator, packets[row]!, bytes[row]!);
    if (responder !== originator) figures.add(responder, packets[row]!, bytes[row]!);
  }
  const top = topRows({ count: addresses.count, flows: figures.flows, bytes: figures.bytes }, MOST_COUNTED);
  const version = Float64Array.from(top, (place) => (addresses.isVersion6(place) ? 6 : 4));
  const words = [0, 1, 2, 3].map((word) => Float64Array.from(top, (place) => addresses.word(place, word)));
  const sums = figures.columns.map((column) => Float64Array.from(top, (place) => column[place]!));
  return { count: top.length, columns: [version, ...words, ...sums] };
}

const PORTS = 65_536;
const TCP = 6;
const UDP = 17;
/** Of each port of TCP, then of UDP, its place and one, while the ports of one segment are added up. */
const portPlaces = new Int32Array(2 * PORTS);

export function sumPorts(rows: SummedRows, { packets, bytes }: Counts = counted(rows)): SumTable {
  const protocols = rows.column(Field.protocol);
  const [from, to] = [rows.column(Field.originatorPort), rows.column(Field.responderPort)];
  const states = rows.column(Field.state);
  const known: number[] = [];
  const figures = new Figures(Math.min(rows.count, 2 * PORTS));
  for (let row = 0; row < rows.count; row += 1) {
    const protocol = protocols.values[row]! + protocols.base;
    if (packets[row]! < 0 || (protocol !== TCP && protocol !== UDP)) continue;
    const asked = to.values[row]! + to.base;
    // As servedPort() has it: a line of a flow log has no state, and may be an answer.
    const isLogged = states.values[row]! + states.base === NO_STATE;
    const port = isLogged ? Math.min(from.values[row]! + from.base, asked) : asked;
    const key = (protocol === UDP ? PORTS : 0) + port;
    if (portPlaces[key] === 0) portPlaces[key] = known.push(key);
    figures.add(portPlaces[key]! - 1, packets[row]!, bytes[row]!);
  }
  for (const key of known) portPlaces[key] = 0;
  const words = [
    Float64Array.from(known, (key) => (key >= PORTS ? UDP : TCP)),
    Float64Array.from(known, (key) => key % PORTS),
  ];
  return topOf({ count: known.length, columns: [...words, ...figures.columns] }, MOST_COUNTED);
}

export function sumServices(rows: SummedRows, { packets, bytes }: Counts = counted(rows)): readonly CountedService[] {
  const figures = new Figures(rows.texts.length + 1);
  if (rows.texts.length === 0) {
    for (let row = 0; row < rows.count; row += 1) if (packets[row]! >= 0) figures.add(0, packets[row]!, bytes[row]!);
  } else {
    const services = rows.column(Field.service);
    for (let row = 0; row < rows.count; row += 1) {
      if (packets[row]! >= 0) figures.add(services.values[row]! + services.base, packets[row]!, bytes[row]!);
    }
  }
  return Array.from(figures.flows, (flows, place): CountedService => {
    const name = place === 0 ? '-' : (rows.texts[place - 1] ?? '-');
    return [name, flows, figures.packets[place]!, figures.bytes[place]!];
  }).filter(([, flows]) => flows > 0);
}

export function sumSlots(rows: SummedRows, { packets, bytes }: Counts = counted(rows)): SumTable {
  const { count } = rows;
  const { values, base } = rows.column(Field.ts);
  let [least, most] = [Infinity, -Infinity];
  for (let row = 0; row < count; row += 1) {
    const us = values[row]! + base;
    if (us < least) least = us;
    if (us > most) most = us;
  }
  const seconds = slotSecondsFor(most - least);
  const first = Math.floor(least / (seconds * 1e6));
  const slots = count === 0 ? 0 : Math.floor(most / (seconds * 1e6)) - first + 1;
  const figures = new Figures(slots);
  for (let row = 0; row < count; row += 1) {
    if (packets[row]! < 0) continue;
    figures.add(Math.floor((values[row]! + base) / (seconds * 1e6)) - first, packets[row]!, bytes[row]!);
  }
  const used = Array.from(figures.flows.keys()).filter((slot) => figures.flows[slot]! > 0);
  const of = (column: Float64Array) => Float64Array.from(used, (slot) => column[slot]!);
  return {
    count: used.length,
    columns: [
      Float64Array.from(used, (slot) => slot + first),
      new Float64Array(used.length).fill(seconds),
      ...figures.columns.map(of),
    ],
  };
}

/** As short as keeps them few. */
export function slotSecondsFor(spanUs: number): number {
  return SLOT_SECONDS.find((seconds) => spanUs < MOST_SLOTS * seconds * 1e6) ?? SLOT_SECONDS.at(-1)!;
}
