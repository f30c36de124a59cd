/** What became of decoding one level of a packet. */
export const Outcome = {
  /** Of a flow: addresses, ports and lengths are filled in. */
  flow: 0,
  arp: 1,
  /** Neither IP nor ARP. */
  other: 2,
  /** Captured too short for its headers, by the snap length or on the way. */
  cut: 3,
  /** Lengths or versions that contradict each other. */
  malformed: 4,
  /** A later fragment whose first was not seen yet: it is counted once that comes. */
  waiting: 5,
  /** Of a link type that is not decoded. */
  unknownLink: 6,
} as const;
export const OUTCOMES = 7;

/** Where a level begins: at a frame of a link, or at an IP header. */
export const Level = { none: 0, ethernet: 1, ip: 2 } as const;

export const TcpFlag = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

export const Fragment = { none: 0, first: 1, later: 2 } as const;

/**
 * One level of one packet as numbers: the outermost first, then what a tunnel carries. The same object is filled again for
 * each, so that decoding costs no memory. Words of addresses and TCP's numbers are signed, as bit operations leave them.
 */
export class Packet {
  outcome: number = Outcome.other;
  /**
   * Of the frame, in microseconds since 1970. It stands here, and begins as a fraction, so that the field holds a double: handed from
   * function to function it would be a new object for each packet.
   */
  timeUs = 0.5;
  /** 4 or 6. */
  family = 4;
  /** As IP numbers them: 6 is TCP. */
  protocol = 0;
  /** Addresses in four words; one of IPv4 is in the first, the others are 0. */
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  target0 = 0;
  target1 = 0;
  target2 = 0;
  target3 = 0;
  /** For ICMP the type, and the type of the answer; see `icmp.ts`. */
  sourcePort = 0;
  targetPort = 0;
  /** ICMP that has no answer: both directions are flows of their own. */
  isOneWay = false;
  /** Of the IP packet, its header included. */
  ipBytes = 0;
  /** Of what the transport carries, by the lengths in the headers: more than was captured when that was cut. */
  payloadBytes = 0;
  /**
   * Where what TCP or UDP carries lies in the decoder's bytes; both 0 where nothing was captured. Of fragments it is what all of them carry, with
   * that which completes them.
   */
  payloadFrom = 0;
  payloadTo = 0;
  tcpFlags = 0;
  sequence = 0;
  acknowledged = 0;
  window = 0;
  fragment: number = Fragment.none;
  /** Of the IP packet that was taken apart; where this part of it belongs, and whether it is its end. */
  fragmentId = 0;
  fragmentOffset = 0;
  isLastFragment = false;
  /** Where what was taken apart begins in the frame: in IPv6, headers may come before the transport. */
  fragmentFrom = 0;
  /** What of it came before its first fragment did. */
  waitedPackets = 0;
  waitedIpBytes = 0;
  waitedPayloadBytes = 0;
  /** Tags of the frame, outermost first; -1: none. */
  vlan = -1;
  innerVlan = -1;
  arpOperation = 0;
  /** What this level carries: what it is, where that begins, and where what carries it ends. */
  innerLevel: number = Level.none;
  innerFrom = 0;
  innerTo = 0;
}

/** Forgets the level before it. */
export function clearLevel(packet: Packet): void {
  packet.outcome = Outcome.other;
  packet.source1 = packet.source2 = packet.source3 = 0;
  packet.target1 = packet.target2 = packet.target3 = 0;
  packet.isOneWay = false;
  packet.payloadFrom = packet.payloadTo = 0;
  packet.tcpFlags = 0;
  packet.fragment = Fragment.none;
  packet.waitedPackets = packet.waitedIpBytes = packet.waitedPayloadBytes = 0;
  packet.vlan = packet.innerVlan = -1;
  packet.innerLevel = Level.none;
}
