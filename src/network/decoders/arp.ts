import { be16, be32, type Bounds } from './bounds.ts';
import { Outcome, type Packet } from './packet.ts';

/** RFC 826, for IPv4 over Ethernet. Fills in who asks or answers, and about whom; the asker's MAC lies in `source1` and `source2`. */
export function decodeArp(packet: Packet, { bytes, end }: Bounds, at: number): void {
  if (end - at < 28) {
    packet.outcome = Outcome.cut;
    return;
  }
  const isIpOverEthernet = be16(bytes, at) === 1 && be16(bytes, at + 2) === 0x0800 && be16(bytes, at + 4) === 0x0604;
  packet.outcome = isIpOverEthernet ? Outcome.arp : Outcome.other;
  packet.arpOperation = be16(bytes, at + 6);
  packet.source0 = be32(bytes, at + 14);
  packet.source1 = be32(bytes, at + 8);
  packet.source2 = be16(bytes, at + 12);
  packet.target0 = be32(bytes, at + 24);
}
