import { LinkType } from '../capture/frame.ts';
import { be16, type Bounds } from './bounds.ts';
import { decodeArp } from './arp.ts';
import { decodeIp } from './ip.ts';
import { Outcome, type Packet } from './packet.ts';
import type { Reassembly } from './reassembly.ts';

const EtherType = {
  ipv4: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  ipv6: 0x86dd,
  /** IEEE 802.1ad, and what switches used before it. */
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
} as const;

/** Two are QinQ; more than four no switch makes. */
const MOST_TAGS = 4;
/** Below it the field is a length (IEEE 802.3). */
const LEAST_ETHER_TYPE = 0x600;

/** `at`: where the frame begins. */
export function decodeLink(packet: Packet, bounds: Bounds, at: number, linkType: number, reassembly: Reassembly): void {
  switch (linkType) {
    case LinkType.ethernet:
      return decodeEthernet(packet, bounds, at, reassembly);
    case LinkType.raw:
    case LinkType.raw12:
    case LinkType.raw14:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return decodeIp(packet, bounds, at, reassembly);
    case LinkType.null:
    case LinkType.loop:
      return decodeLoopback(packet, bounds, at, reassembly);
    case LinkType.linuxSll:
      return decodeCooked(packet, bounds, at, SLL, reassembly);
    case LinkType.linuxSll2:
      return decodeCooked(packet, bounds, at, SLL2, reassembly);
    default:
      packet.outcome = Outcome.unknownLink;
  }
}

export function decodeEthernet(packet: Packet, bounds: Bounds, at: number, reassembly: Reassembly): void {
  if (bounds.end - at < 14) {
    packet.outcome = Outcome.cut;
    return;
  }
  decodeEtherType(packet, bounds, at + 14, be16(bounds.bytes, at + 12), reassembly);
}

/** `at`: what follows the type. */
function decodeEtherType(packet: Packet, bounds: Bounds, at: number, type: number, reassembly: Reassembly): void {
  if (type === EtherType.ipv4 || type === EtherType.ipv6) return decodeIp(packet, bounds, at, reassembly);
  let tags = 0;
  while (type === EtherType.vlan || type === EtherType.serviceVlan || type === EtherType.oldServiceVlan) {
    if (bounds.end - at < 4) {
      packet.outcome = Outcome.cut;
      return;
    }
    if (tags === MOST_TAGS) {
      packet.outcome = Outcome.malformed;
      return;
    }
    const tag = be16(bounds.bytes, at) & 0xfff;
    if (tags === 0) packet.vlan = tag;
    else if (tags === 1) packet.innerVlan = tag;
    tags += 1;
    type = be16(bounds.bytes, at + 2);
    at += 4;
  }
  if (type < LEAST_ETHER_TYPE) {
    const behindSnap = snapType(bounds, at);
    if (behindSnap === 0) return;
    type = behindSnap;
    at += 8;
  }
  if (type === EtherType.ipv4 || type === EtherType.ipv6) decodeIp(packet, bounds, at, reassembly);
  else if (type === EtherType.arp) decodeArp(packet, bounds, at);
}

/** The type behind an 802.2 header with SNAP (RFC 1042); 0 when there is none. */
function snapType({ bytes, end }: Bounds, at: number): number {
  const isSnap = end - at >= 8 && be16(bytes, at) === 0xaaaa && be16(bytes, at + 2) === 0x0300 && bytes[at + 4] === 0;
  return isSnap ? be16(bytes, at + 6) : 0;
}

/** AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD and macOS; AF_INET is 2 everywhere. */
const IPV6_FAMILIES: readonly number[] = [10, 24, 28, 30];

/** BSD's loopback: the family in the byte order of the machine that captured; what counts is that IP follows. */
function decodeLoopback(packet: Packet, bounds: Bounds, at: number, reassembly: Reassembly): void {
  const { bytes, end } = bounds;
  if (end - at < 4) {
    packet.outcome = Outcome.cut;
    return;
  }
  const family = bytes[at]! | bytes[at + 3]!;
  const isIp = bytes[at + 1] === 0 && bytes[at + 2] === 0 && (family === 2 || IPV6_FAMILIES.includes(family));
  if (isIp) decodeIp(packet, bounds, at + 4, reassembly);
}

interface Cooked {
  readonly protocolAt: number;
  readonly headerBytes: number;
}

const SLL: Cooked = { protocolAt: 14, headerBytes: 16 };
const SLL2: Cooked = { protocolAt: 0, headerBytes: 20 };

/** What Linux gives for "any": LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
function decodeCooked(packet: Packet, bounds: Bounds, at: number, cooked: Cooked, reassembly: Reassembly): void {
  if (bounds.end - at < cooked.headerBytes) {
    packet.outcome = Outcome.cut;
    return;
  }
  const type = be16(bounds.bytes, at + cooked.protocolAt);
  decodeEtherType(packet, bounds, at + cooked.headerBytes, type, reassembly);
}
