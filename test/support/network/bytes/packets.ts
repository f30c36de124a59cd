/** Packets made by hand, as bytes. What is not given is what an ordinary packet has. */

export interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Bits as they stand in a TCP header. */
export const flagBits: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

export function addressBytes(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number);
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').flatMap((each) => u16(parseInt(each, 16)));
  const [before, behind] = [groups(head), groups(tail)];
  return text.includes('::')
    ? [...before, ...Array<number>(16 - before.length - behind.length).fill(0), ...behind]
    : before;
}

export interface Tcp {
  readonly source?: number;
  readonly target?: number;
  readonly sequence?: number;
  readonly acknowledged?: number;
  /** Letters of {@link flagBits}. */
  readonly flags?: string;
  readonly window?: number;
  readonly payload?: Uint8Array | readonly number[];
  /** Whole words. */
  readonly options?: readonly number[];
}

export function tcp({ source = 40_000, target = 80, sequence = 1, acknowledged = 0, ...rest }: Tcp): number[] {
  const { flags = 'A', window = 1000, payload = [], options = [] } = rest;
  const bits = Array.from(flags).reduce((sum, flag) => sum | (flagBits[flag] ?? 0), 0);
  const words = 5 + options.length / 4;
  return [
    ...[...u16(source), ...u16(target), ...u32(sequence), ...u32(acknowledged)],
    ...[words << 4, bits, ...u16(window), 0, 0, 0, 0, ...options, ...payload],
  ];
}

export function udp(source: number, target: number, payload: readonly number[] = [], length?: number): number[] {
  return [...u16(source), ...u16(target), ...u16(length ?? 8 + payload.length), 0, 0, ...payload];
}

export interface Ipv4 extends Ends {
  readonly protocol: number;
  readonly payload: readonly number[];
  readonly id?: number;
  /** In bytes. */
  readonly offset?: number;
  readonly more?: boolean;
  readonly options?: readonly number[];
  readonly totalLength?: number;
}

export function ipv4({ from, to, protocol, payload, id = 1, offset = 0, more = false, ...rest }: Ipv4): number[] {
  const { options = [], totalLength } = rest;
  const headerWords = 5 + options.length / 4;
  return [
    ...[0x40 | headerWords, 0, ...u16(totalLength ?? headerWords * 4 + payload.length), ...u16(id)],
    ...[...u16((more ? 0x2000 : 0) | (offset >> 3)), 64, protocol, 0, 0],
    ...[...addressBytes(from), ...addressBytes(to), ...options, ...payload],
  ];
}

export interface Ipv6 extends Ends {
  readonly next: number;
  readonly payload: readonly number[];
  readonly payloadLength?: number;
}

export function ipv6({ from, to, next, payload, payloadLength }: Ipv6): number[] {
  const length = payloadLength ?? payload.length;
  return [0x60, 0, 0, 0, ...u16(length), next, 64, ...addressBytes(from), ...addressBytes(to), ...payload];
}

export function ethernet(type: number, payload: readonly number[]): number[] {
  return [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, ...u16(type), ...payload];
}

export const ETHER_IPV4 = 0x0800;
export const ETHER_IPV6 = 0x86dd;

/** A TCP segment over IPv4 in an Ethernet frame. */
export function tcpFrame(ends: Ends, segment: Tcp): number[] {
  return ethernet(ETHER_IPV4, ipv4({ ...ends, protocol: 6, payload: tcp(segment) }));
}

export function udpFrame(ends: Ends, source: number, target: number, payload: readonly number[] = []): number[] {
  return ethernet(ETHER_IPV4, ipv4({ ...ends, protocol: 17, payload: udp(source, target, payload) }));
}
