import { protocolName } from '../../../records/conn-writer.ts';
import type { PackedAddresses } from './address-book.ts';
import { Flag, Key, Rest } from './row-columns.ts';

/** Name, flows, packets, bytes. */
export type Counted = readonly [name: string, flows: number, packets: number, bytes: number];
/** Flows that began in the slot of this number, counted from 1970. */
type SlotCounted = readonly [slot: number, flows: number, packets: number, bytes: number];

/**
 * What a segment adds to top talkers and to the timeline, so that neither has to look at flows. A flow that goes on counts for nothing:
 * it comes again with all that it has.
 */
export interface FlowSummary {
  readonly addresses: readonly Counted[];
  readonly ports: readonly Counted[];
  readonly services: readonly Counted[];
  /** How long a slot is: as short as keeps them few. */
  readonly slotSeconds: number;
  readonly slots: readonly SlotCounted[];
}

/** Of addresses and ports; of the others a segment says nothing. */
export const MOST_COUNTED = 512;
const SLOT_SECONDS = [1, 10, 60, 600, 3600, 86_400] as const;
const MOST_SLOTS = 512;

/** Rows as they lie before they are packed, or as they were packed. */
export interface SummedRows {
  readonly count: number;
  readonly key: (key: number, row: number) => number;
  readonly rest: (field: number, row: number) => number;
  readonly addresses: PackedAddresses;
  readonly texts: readonly string[];
  /** Which rows count; absent: all of them. */
  readonly isWanted?: (row: number) => boolean;
}

export function summaryOf(rows: SummedRows): FlowSummary {
  const { addresses } = rows;
  const byAddress = new Sums(addresses.count);
  const byPort = new Map<number, [number, number, number]>();
  const byService = new Map<number, [number, number, number]>();
  const bySlot = new Map<number, [number, number, number]>();
  const slotSeconds = slotFor(rows);
  for (let row = 0; row < rows.count; row += 1) {
    if (rows.key(Key.flags, row) & Flag.partial || rows.isWanted?.(row) === false) continue;
    const packets = rows.rest(Rest.originatorPackets, row) + rows.rest(Rest.responderPackets, row);
    const bytes = rows.rest(Rest.originatorIpBytes, row) + rows.rest(Rest.responderIpBytes, row);
    const [originator, responder] = [rows.key(Key.originator, row), rows.key(Key.responder, row)];
    byAddress.add(originator, packets, bytes);
    if (responder !== originator) byAddress.add(responder, packets, bytes);
    const protocol = rows.key(Key.protocol, row);
    if (protocol === 6 || protocol === 17)
      add(byPort, protocol * 65_536 + rows.key(Key.responderPort, row), packets, bytes);
    add(byService, rows.key(Key.service, row), packets, bytes);
    add(bySlot, Math.floor(rows.key(Key.ts, row) / (slotSeconds * 1e6)), packets, bytes);
  }
  return {
    addresses: byAddress.top(MOST_COUNTED, (place) => addresses.text(place)),
    ports: top(byPort, (port) => `${port % 65_536}/${protocolName(Math.floor(port / 65_536))}`),
    services: top(byService, (place) => (place === 0 ? '-' : (rows.texts[place - 1] ?? '-'))),
    slotSeconds,
    slots: Array.from(bySlot, ([slot, sums]): SlotCounted => [slot, ...sums]),
  };
}

function slotFor({ count, key }: SummedRows): number {
  let [least, most] = [Infinity, -Infinity];
  for (let row = 0; row < count; row += 1) {
    const us = key(Key.ts, row);
    if (us < least) least = us;
    if (us > most) most = us;
  }
  return SLOT_SECONDS.find((seconds) => most - least < MOST_SLOTS * seconds * 1e6) ?? SLOT_SECONDS.at(-1)!;
}

function add(sums: Map<number, [number, number, number]>, key: number, packets: number, bytes: number): void {
  const known = sums.get(key);
  if (!known) {
    sums.set(key, [1, packets, bytes]);
    return;
  }
  known[0] += 1;
  known[1] += packets;
  known[2] += bytes;
}

function top(sums: Map<number, [number, number, number]>, name: (key: number) => string): readonly Counted[] {
  return Array.from(sums)
    .toSorted(([, a], [, b]) => b[2] - a[2])
    .slice(0, MOST_COUNTED)
    .map(([key, counted]): Counted => [name(key), ...counted]);
}

/** A segment may have as many addresses as twice its rows: no object for each. */
class Sums {
  readonly #flows: Float64Array;
  readonly #packets: Float64Array;
  readonly #bytes: Float64Array;

  constructor(places: number) {
    this.#flows = new Float64Array(places);
    this.#packets = new Float64Array(places);
    this.#bytes = new Float64Array(places);
  }

  add(place: number, packets: number, bytes: number): void {
    this.#flows[place]! += 1;
    this.#packets[place]! += packets;
    this.#bytes[place]! += bytes;
  }

  top(most: number, name: (place: number) => string): readonly Counted[] {
    const least = leastOf(this.#bytes, most);
    const places: number[] = [];
    for (let place = 0; place < this.#flows.length; place += 1) {
      if (this.#flows[place]! > 0 && this.#bytes[place]! >= least) places.push(place);
    }
    return places
      .toSorted((a, b) => this.#bytes[b]! - this.#bytes[a]!)
      .slice(0, most)
      .map((place): Counted => [name(place), this.#flows[place]!, this.#packets[place]!, this.#bytes[place]!]);
  }
}

/** About `most` are at or above it, and no fewer where there are so many: sorting all of them would cost more than the rest. */
function leastOf(bytes: Float64Array, most: number): number {
  if (bytes.length <= most * 4) return 0;
  // Halves of powers of two: a histogram over magnitudes.
  const counts = new Uint32Array(128);
  for (const value of bytes) counts[magnitude(value)]! += 1;
  let left = most;
  for (let place = counts.length - 1; place > 0; place -= 1) {
    left -= counts[place]!;
    if (left <= 0) return place % 2 === 0 ? 2 ** (place / 2 - 1) : 1.5 * 2 ** ((place - 1) / 2 - 1);
  }
  return 0;
}

function magnitude(value: number): number {
  if (value < 1) return 0;
  const power = Math.floor(Math.log2(value));
  return Math.min(127, (power + 1) * 2 + (value >= 1.5 * 2 ** power ? 1 : 0));
}
