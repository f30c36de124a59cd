import { be16, type Bounds } from './bounds.ts';
import { Fragment, Level, type Packet } from './packet.ts';

/** IANA's, and what Linux took before there was one. */
const VXLAN_PORTS = [4789, 8472];

/** RFC 7348, section 5. Where the Ethernet frame in a datagram begins; 0 when it carries none. `at`: behind its header. */
export function vxlanInner(packet: Packet, { bytes, end }: Bounds, at: number): number {
  const port = packet.targetPort;
  if (port !== VXLAN_PORTS[0] && port !== VXLAN_PORTS[1]) return 0;
  if (packet.fragment !== Fragment.none || end - at < 8 + 14 || packet.payloadBytes < 8 + 14) return 0;
  // The flag that a network is named, and nothing in what is reserved.
  const isVxlan = bytes[at] === 0x08 && bytes[at + 1] === 0 && bytes[at + 2] === 0 && bytes[at + 3] === 0;
  return isVxlan ? at + 8 : 0;
}

const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;
const GRE_VERSION = 0x0007;

/** RFC 2784 with RFC 2890. Routing and PPTP's version are left alone. */
export function greInner(packet: Packet, { bytes, end }: Bounds, at: number): void {
  if (end - at < 4) return;
  const flags = be16(bytes, at);
  if (flags & (GRE_ROUTING | GRE_VERSION)) return;
  const words = 1 + (flags & GRE_CHECKSUM ? 1 : 0) + (flags & GRE_KEY ? 1 : 0) + (flags & GRE_SEQUENCE ? 1 : 0);
  const type = be16(bytes, at + 2);
  if (type === 0x0800 || type === 0x86dd) packet.innerLevel = Level.ip;
  else if (type === 0x6558) packet.innerLevel = Level.ethernet;
  packet.innerFrom = at + 4 * words;
}
