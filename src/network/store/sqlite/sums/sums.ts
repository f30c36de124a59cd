import { ipv4Text, ipv6Text } from '../../../records/addresses.ts';
import { protocolName } from '../../../records/conn-writer.ts';
import { columnOf, packColumns, type Whole } from '../segments/column-pack.ts';

/**
 * What a stretch of flows adds to top talkers and to the timeline, so that neither has to look at flows: rows of numbers, each with how
 * many flows, packets and bytes. A flow that goes on counts for nothing: it comes again with all that it has.
 */
export interface SumTable {
  readonly count: number;
  /** What a row is about, one column for each word of it; then flows, packets, bytes. */
  readonly columns: readonly Whole[];
}

export const sumParts = ['addresses', 'ports', 'services', 'slots'] as const;
export type SumPart = (typeof sumParts)[number];
export type PackedSums = Readonly<Record<SumPart, Uint8Array>>;

/** Words of what a row is about: version and four words; a protocol and a port; a number and the seconds of a slot. */
export const SUM_WORDS = { addresses: 5, ports: 2, slots: 2 } as const;
const FIGURES = 3;

/** Of addresses and ports; of the others nothing is said. */
export const MOST_COUNTED = 512;

/** Name, flows, packets, bytes. */
export type CountedService = readonly [name: string, flows: number, packets: number, bytes: number];

export function packTable({ count, columns }: SumTable): Uint8Array {
  const packed = packColumns(columns, count);
  const bytes = new Uint8Array(8 + packed.length);
  new Float64Array(bytes.buffer, 0, 1)[0] = count;
  bytes.set(packed, 8);
  return bytes;
}

/** Throws a `RangeError` when the bytes cannot be what was packed. */
export function unpackTable(bytes: Uint8Array, words: number): SumTable {
  const whole = Uint8Array.from(bytes);
  const count = new Float64Array(whole.buffer, 0, 1)[0]!;
  const part = whole.subarray(8);
  const columns = Array.from({ length: words + FIGURES }, (_, index) => {
    const { values, base } = columnOf(part, index, count);
    return Float64Array.from({ length: count }, (_each, row) => values[row]! + base);
  });
  return { count, columns };
}

export function packServices(services: readonly CountedService[]): Uint8Array {
  return Buffer.from(JSON.stringify(services));
}

export function unpackServices(bytes: Uint8Array): readonly CountedService[] {
  return JSON.parse(Buffer.from(bytes).toString()) as CountedService[];
}

/** `192.0.2.1` */
export function addressName([version, a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return version === 4 ? ipv4Text(a) : ipv6Text(a, b, c, d);
}

/** `443/tcp` */
export function portName([protocol = 0, port]: readonly number[]): string {
  return `${port}/${protocolName(protocol)}`;
}
