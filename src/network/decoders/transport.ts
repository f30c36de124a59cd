import { be16, be32, type Bounds } from './bounds.ts';
import { icmpAnswer, icmp6Answer } from './icmp.ts';
import { Fragment, Level, Outcome, type Packet } from './packet.ts';
import { greInner, vxlanInner } from './tunnels.ts';

/** As IANA numbers them. */
export const Protocol = { icmp: 1, ipv4: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47, icmp6: 58, sctp: 132 } as const;

/** What lies in [from, to), by the lengths in the IP header: more than was captured, where that was cut. */
export function decodeTransport(packet: Packet, bounds: Bounds, from: number, to: number): void {
  packet.outcome = Outcome.flow;
  packet.innerTo = to;
  switch (packet.protocol) {
    case Protocol.tcp:
      return decodeTcp(packet, bounds, from, to);
    case Protocol.udp:
      return decodeUdp(packet, bounds, from, to);
    case Protocol.icmp:
    case Protocol.icmp6:
      return decodeIcmp(packet, bounds, from, to);
    default:
      return decodeOther(packet, bounds, from, to);
  }
}

/** RFC 9293, section 3.1. */
function decodeTcp(packet: Packet, { bytes, end }: Bounds, from: number, to: number): void {
  if (to - from < 20) return ends(packet, Outcome.malformed);
  if (end - from < 20) return ends(packet, Outcome.cut);
  const headerBytes = (bytes[from + 12]! >> 4) * 4;
  // The first fragment may hold less than all of the options.
  if (headerBytes < 20 || (headerBytes > to - from && packet.fragment === Fragment.none)) {
    return ends(packet, Outcome.malformed);
  }
  packet.sourcePort = be16(bytes, from);
  packet.targetPort = be16(bytes, from + 2);
  packet.sequence = be32(bytes, from + 4);
  packet.acknowledged = be32(bytes, from + 8);
  packet.tcpFlags = bytes[from + 13]!;
  packet.window = be16(bytes, from + 14);
  packet.payloadBytes = Math.max(0, to - from - headerBytes);
  if (packet.fragment !== Fragment.none || packet.payloadBytes === 0) return;
  packet.payloadFrom = from + headerBytes;
  packet.payloadTo = Math.max(packet.payloadFrom, Math.min(end, to));
}

/** RFC 768. Of a first fragment the length is that of all of them, so what counts is what lies here. */
function decodeUdp(packet: Packet, bounds: Bounds, from: number, to: number): void {
  const { bytes, end } = bounds;
  if (to - from < 8) return ends(packet, Outcome.malformed);
  if (end - from < 8) return ends(packet, Outcome.cut);
  packet.sourcePort = be16(bytes, from);
  packet.targetPort = be16(bytes, from + 2);
  const length = be16(bytes, from + 4);
  const isShort = length >= 8 && length < to - from && packet.fragment === Fragment.none;
  packet.payloadBytes = (isShort ? length : to - from) - 8;
  if (packet.fragment !== Fragment.none) return;
  packet.payloadFrom = from + 8;
  packet.payloadTo = Math.min(end, from + 8 + packet.payloadBytes);
  packet.innerFrom = vxlanInner(packet, bounds, from + 8);
  if (packet.innerFrom > 0) packet.innerLevel = Level.ethernet;
}

/** RFC 792 and RFC 4443: eight bytes of header; the ports of the flow are what tells its messages apart. */
function decodeIcmp(packet: Packet, { bytes, end }: Bounds, from: number, to: number): void {
  if (to - from < 8) return ends(packet, Outcome.malformed);
  if (end - from < 2) return ends(packet, Outcome.cut);
  const type = bytes[from]!;
  const answer = packet.protocol === Protocol.icmp ? icmpAnswer(type) : icmp6Answer(type);
  packet.isOneWay = answer < 0;
  packet.sourcePort = type;
  packet.targetPort = answer < 0 ? bytes[from + 1]! : answer;
  packet.payloadBytes = to - from - 8;
}

/** Without ports: one flow between two addresses for each protocol. Some carry further packets. */
function decodeOther(packet: Packet, bounds: Bounds, from: number, to: number): void {
  packet.sourcePort = 0;
  packet.targetPort = 0;
  packet.payloadBytes = Math.max(0, to - from);
  if (packet.fragment !== Fragment.none) return;
  if (packet.protocol === Protocol.ipv4 || packet.protocol === Protocol.ipv6) {
    packet.innerFrom = from;
    packet.innerLevel = Level.ip;
  } else if (packet.protocol === Protocol.gre) greInner(packet, bounds, from);
  else if (packet.protocol === Protocol.sctp && Math.min(bounds.end, to) - from >= 4) {
    packet.sourcePort = be16(bounds.bytes, from);
    packet.targetPort = be16(bounds.bytes, from + 2);
  }
}

function ends(packet: Packet, outcome: number): void {
  packet.outcome = outcome;
}
