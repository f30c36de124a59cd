/** Captures made by hand, in every shape that a file may have. */

export interface Captured {
  /** Microseconds; in files of nanoseconds a thousand times that is written. */
  readonly atUs: number;
  readonly frame: readonly number[];
  /** On the wire, when less was captured. */
  readonly length?: number;
  /** Of pcapng. */
  readonly on?: number;
}

export interface Shape {
  readonly little?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

export function number(value: number, size: 2 | 4 | 8, little: boolean): number[] {
  const bytes = Array.from({ length: size }, (_, at) => Math.floor(value / 256 ** at) % 256);
  return little ? bytes : bytes.toReversed();
}

export function pcap(
  packets: readonly Captured[],
  { little = true, nanoseconds = false, linkType = 1 }: Shape = {},
): Uint8Array {
  const u16 = (value: number): number[] => number(value, 2, little);
  const u32 = (value: number): number[] => number(value, 4, little);
  const head = [
    ...[...u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4), ...u16(2), ...u16(4)],
    ...[...u32(0), ...u32(0), ...u32(262_144), ...u32(linkType)],
  ];
  const parts = packets.map(({ atUs, frame, length = frame.length }) => {
    const fraction = (atUs % 1e6) * (nanoseconds ? 1000 : 1);
    return [...u32(Math.floor(atUs / 1e6)), ...u32(fraction), ...u32(frame.length), ...u32(length), ...frame];
  });
  return Uint8Array.from([head, ...parts].flat());
}

export interface Option {
  readonly code: number;
  readonly value: readonly number[];
}

export function block(kind: number, body: readonly number[], little = true): number[] {
  const padded = [...body, ...Array<number>(-body.length & 3).fill(0)];
  const length = number(padded.length + 12, 4, little);
  return [...number(kind, 4, little), ...length, ...padded, ...length];
}

export function section(little = true): number[] {
  const u16 = (value: number): number[] => number(value, 2, little);
  const body = [...number(0x1a2b3c4d, 4, little), ...u16(1), ...u16(0), ...Array<number>(8).fill(255)];
  return block(0x0a0d0d0a, body, little);
}

export function interfaceBlock(linkType: number, options: readonly Option[] = [], little = true): number[] {
  const u16 = (value: number): number[] => number(value, 2, little);
  const written = options.flatMap(({ code, value }) => [
    ...[...u16(code), ...u16(value.length), ...value],
    ...Array<number>(-value.length & 3).fill(0),
  ]);
  return block(1, [...u16(linkType), ...u16(0), ...number(0, 4, little), ...written, ...u16(0), ...u16(0)], little);
}

/** `units`: since 1970, as the interface counts. */
export function packetBlock(
  units: bigint,
  { frame, on = 0, length = frame.length }: Omit<Captured, 'atUs'>,
  little = true,
): number[] {
  const u32 = (value: number): number[] => number(value, 4, little);
  const [high, low] = [Number(units >> 32n), Number(units & 0xffffffffn)];
  return block(6, [...u32(on), ...u32(high), ...u32(low), ...u32(frame.length), ...u32(length), ...frame], little);
}

export function pcapng(packets: readonly Captured[], { little = true, linkType = 1 }: Shape = {}): Uint8Array {
  const blocks = packets.map(({ atUs, ...packet }) => packetBlock(BigInt(atUs), packet, little));
  return Uint8Array.from([section(little), interfaceBlock(linkType, [], little), ...blocks].flat());
}
