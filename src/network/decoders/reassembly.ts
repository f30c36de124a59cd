import { Fragment, Outcome, type Packet } from './packet.ts';

export interface ReassemblyLimits {
  /** Fragmented packets that are remembered at once; then the oldest is forgotten. */
  readonly most: number;
  /** Microseconds between the first fragment that was seen and the last. */
  readonly withinUs: number;
}

/** A packet that comes in fragments, of which the first alone says which ports it is for. */
interface Parts {
  /** Of the protocol after all extension headers, which a later fragment does not show for sure. */
  protocol: number;
  sourcePort: number;
  targetPort: number;
  isOneWay: boolean;
  hasFirst: boolean;
  sinceUs: number;
  packets: number;
  ipBytes: number;
  payloadBytes: number;
}

/** Fragments that wait for their first, and packets whose first was seen. Nothing of their content is kept. */
export class Reassembly {
  /** Fragments whose first never came. */
  lost = 0;
  readonly limits: ReassemblyLimits;
  readonly #parts = new Map<string, Parts>();

  constructor(limits: ReassemblyLimits) {
    this.limits = limits;
  }

  of(packet: Packet): Parts {
    const { source0, source1, source2, source3, target0, target1, target2, target3, fragmentId, family } = packet;
    // RFC 791 counts the protocol to what tells packets apart, RFC 8200 does not.
    const kind = family === 4 ? packet.protocol : 'v6';
    const key = `${kind} ${fragmentId} ${source0} ${source1} ${source2} ${source3} ${target0} ${target1} ${target2} ${target3}`;
    const known = this.#parts.get(key);
    if (known && Math.abs(packet.timeUs - known.sinceUs) <= this.limits.withinUs) return known;
    if (known) this.#forget(key, known);
    if (this.#parts.size >= this.limits.most) {
      for (const [oldest, parts] of this.#parts) {
        this.#forget(oldest, parts);
        break;
      }
    }
    const parts: Parts = {
      ...{ protocol: 0, sourcePort: 0, targetPort: 0, isOneWay: false, hasFirst: false },
      ...{ sinceUs: packet.timeUs, packets: 0, ipBytes: 0, payloadBytes: 0 },
    };
    this.#parts.set(key, parts);
    return parts;
  }

  /** All that still waits is lost. */
  end(): void {
    for (const [key, parts] of this.#parts) this.#forget(key, parts);
  }

  #forget(key: string, { packets }: Parts): void {
    this.lost += packets;
    this.#parts.delete(key);
  }
}

/** Gives a later fragment the ports of its first, and the first what went before it. */
export function joinFragments(packet: Packet, reassembly: Reassembly): void {
  const parts = reassembly.of(packet);
  if (packet.fragment === Fragment.first) {
    parts.hasFirst = true;
    parts.protocol = packet.protocol;
    parts.sourcePort = packet.sourcePort;
    parts.targetPort = packet.targetPort;
    parts.isOneWay = packet.isOneWay;
    packet.waitedPackets = parts.packets;
    packet.waitedIpBytes = parts.ipBytes;
    packet.waitedPayloadBytes = parts.payloadBytes;
    parts.packets = parts.ipBytes = parts.payloadBytes = 0;
    return;
  }
  if (parts.hasFirst) {
    packet.protocol = parts.protocol;
    packet.sourcePort = parts.sourcePort;
    packet.targetPort = parts.targetPort;
    packet.isOneWay = parts.isOneWay;
    return;
  }
  parts.packets += 1;
  parts.ipBytes += packet.ipBytes;
  parts.payloadBytes += packet.payloadBytes;
  packet.outcome = Outcome.waiting;
}
