import { be16, be32, type Bounds } from './bounds.ts';
import { skipExtensions } from './extension-headers.ts';
import { Fragment, Outcome, type Packet } from './packet.ts';
import { joinFragments, type Reassembly } from './reassembly.ts';
import { decodeTransport } from './transport.ts';

const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;

/** `at`: where the IP header begins, of either version. */
export function decodeIp(packet: Packet, bounds: Bounds, at: number, reassembly: Reassembly): void {
  if (at >= bounds.end) {
    packet.outcome = Outcome.cut;
    return;
  }
  const version = bounds.bytes[at]! >> 4;
  if (version === 4) decodeIpv4(packet, bounds, at, reassembly);
  else if (version === 6) decodeIpv6(packet, bounds, at, reassembly);
  else packet.outcome = Outcome.malformed;
}

/** RFC 791, section 3.1. */
function decodeIpv4(packet: Packet, bounds: Bounds, at: number, reassembly: Reassembly): void {
  const { bytes, end, wireEnd } = bounds;
  if (end - at < IPV4_HEADER_BYTES) {
    packet.outcome = Outcome.cut;
    return;
  }
  const headerBytes = (bytes[at]! & 15) * 4;
  // 0: the network card will cut it into packets, and nobody has written a length yet.
  const ipBytes = be16(bytes, at + 2) || wireEnd - at;
  if (headerBytes < IPV4_HEADER_BYTES || ipBytes < headerBytes || ipBytes > wireEnd - at) {
    packet.outcome = Outcome.malformed;
    return;
  }
  packet.family = 4;
  packet.ipBytes = ipBytes;
  packet.protocol = bytes[at + 9]!;
  packet.source0 = be32(bytes, at + 12);
  packet.target0 = be32(bytes, at + 16);
  const fragment = be16(bytes, at + 6) & 0x3fff;
  const [from, to] = [at + headerBytes, at + ipBytes];
  if (fragment === 0) return decodeTransport(packet, bounds, from, to);
  packet.fragmentId = be16(bytes, at + 4);
  packet.fragmentOffset = (fragment & 0x1fff) * 8;
  packet.isLastFragment = (fragment & 0x2000) === 0;
  packet.fragmentFrom = from;
  decodeFragment(packet, bounds, from, to, (fragment & 0x1fff) === 0, reassembly);
}

/** RFC 8200, section 3. */
function decodeIpv6(packet: Packet, bounds: Bounds, at: number, reassembly: Reassembly): void {
  const { bytes, end, wireEnd } = bounds;
  if (end - at < IPV6_HEADER_BYTES) {
    packet.outcome = Outcome.cut;
    return;
  }
  // 0: longer than the field can say (RFC 2675), or not yet cut into packets.
  const ipBytes = be16(bytes, at + 4) === 0 ? wireEnd - at : IPV6_HEADER_BYTES + be16(bytes, at + 4);
  if (ipBytes > wireEnd - at) {
    packet.outcome = Outcome.malformed;
    return;
  }
  packet.family = 6;
  packet.ipBytes = ipBytes;
  packet.protocol = bytes[at + 6]!;
  packet.source0 = be32(bytes, at + 8);
  packet.source1 = be32(bytes, at + 12);
  packet.source2 = be32(bytes, at + 16);
  packet.source3 = be32(bytes, at + 20);
  packet.target0 = be32(bytes, at + 24);
  packet.target1 = be32(bytes, at + 28);
  packet.target2 = be32(bytes, at + 32);
  packet.target3 = be32(bytes, at + 36);
  const to = at + ipBytes;
  const from = skipExtensions(packet, bounds, at + IPV6_HEADER_BYTES, to);
  if (from < 0) return;
  if (packet.fragment === Fragment.none) return decodeTransport(packet, bounds, from, to);
  decodeFragment(packet, bounds, from, to, packet.fragment === Fragment.first, reassembly);
}

/** The first fragment names the ports; of the others only lengths are known until it has come. What all of them carry is read with the one that completes it. */
function decodeFragment(
  packet: Packet,
  bounds: Bounds,
  from: number,
  to: number,
  isFirst: boolean,
  reassembly: Reassembly,
): void {
  packet.fragment = isFirst ? Fragment.first : Fragment.later;
  if (isFirst) decodeTransport(packet, bounds, from, to);
  else {
    packet.payloadBytes = to - from;
    packet.outcome = Outcome.flow;
  }
  if (packet.outcome !== Outcome.flow) return;
  const parts = joinFragments(packet, reassembly);
  const content = reassembly.contentOf(parts, packet, bounds, from, to);
  // All of it is there only once the first is, so that it is known what it is.
  if (content !== null) decodeWhole(packet, bounds, content.joined(), content.headerBytes);
}

/** Numbers of the packet stay those of this fragment; what it carries, and tunnels in it, are those of all of them. */
function decodeWhole(packet: Packet, bounds: Bounds, whole: Uint8Array, from: number): void {
  const { fragment, payloadBytes } = packet;
  bounds.bytes = whole;
  bounds.end = bounds.wireEnd = whole.length;
  packet.fragment = Fragment.none;
  decodeTransport(packet, bounds, from, whole.length);
  packet.outcome = Outcome.flow;
  packet.fragment = fragment;
  packet.payloadBytes = payloadBytes;
}
