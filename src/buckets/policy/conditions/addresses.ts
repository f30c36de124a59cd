import { isIPv4, isIPv6 } from 'node:net';
import { remembering } from '../remembering.ts';

/** A range of addresses; version 4 and 6 never meet. */
export interface Range {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
}

/** `203.0.113.0/24`, or an address alone; `null`: it is neither. Bits behind the prefix do not matter. */
export const rangeOf = remembering(2_000, readRange);

function readRange(text: string): Range | null {
  const [address = '', length, ...more] = text.trim().split('/');
  const version = isIPv4(address) ? 4 : isIPv6(address) ? 6 : null;
  if (version === null || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return null;
  const size = 1n << BigInt(bits - prefix);
  const first = (numberOf(address, version) / size) * size;
  return { version, first, last: first + size - 1n, prefix };
}

export function isWithin({ version, first, last }: Range, address: Range): boolean {
  return version === address.version && address.first >= first && address.last <= last;
}

/** By AWS's rule: broader than /8, or /32 in version 6. */
export function isWideToAws({ version, prefix }: Range): boolean {
  return prefix < (version === 4 ? 8 : 32);
}

/** Ranges so wide that strangers are in them: by AWS's rule, and those of version 4 that are written in version 6. */
export function isWide(range: Range): boolean {
  const { version, prefix, first, last } = range;
  const isMapped = version === 6 && first <= MAPPED_LAST && last >= MAPPED_FIRST;
  return isWideToAws(range) || (isMapped && prefix < 96 + 8);
}

/** `::ffff:0:0/96` (RFC 4291, 2.5.5.2). */
const MAPPED_FIRST = 0xffff_0000_0000n;
const MAPPED_LAST = 0xffff_ffff_ffffn;

/** As many addresses as four times the widest range that counts as narrow: a narrow list that long is wide. */
const WIDE_SIZE = { 4: 4n << 24n, 6: 4n << 96n } as const;

/** Whether ranges that are narrow one by one are wide together. Those of private networks count for nothing. */
export function areWideTogether(ranges: readonly Range[]): boolean {
  for (const version of [4, 6] as const) {
    let size = 0n;
    let end = -1n;
    const own = ranges.filter((range) => range.version === version && !isPrivate(range));
    for (const { first, last } of own.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
      const from = first > end ? first : end + 1n;
      if (last >= from) size += last - from + 1n;
      if (last > end) end = last;
    }
    if (size > WIDE_SIZE[version]) return true;
  }
  return false;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(rangeOf).filter((range) => range !== null);

/** RFC 1918: nobody comes from there over the Internet. */
export function isPrivate(range: Range): boolean {
  return PRIVATE.some((own) => isWithin(own, range));
}

/** An address in its usual form. */
export function addressText(version: 4 | 6, value: bigint): string {
  if (version === 4) {
    const bits = Number(value);
    return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
  }
  const groups = value.toString(16).padStart(32, '0').match(/.{4}/g) ?? [];
  return groups.map((group) => group.replace(/^0{1,3}/, '')).join(':');
}

function numberOf(address: string, version: 4 | 6): bigint {
  if (version === 4) return address.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  // The form with a version 4 address at its end: its last two groups.
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address.split('%')[0] ?? '');
  const plain = dotted === null ? (address.split('%')[0] ?? '') : `${dotted[1]}${lastGroups(dotted[2] ?? '')}`;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...gap, ...right].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function lastGroups(address: string): string {
  const value = numberOf(address, 4);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
