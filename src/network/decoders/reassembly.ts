import type { Bounds } from './bounds.ts';
import { FragmentContent } from './fragment-content.ts';
import { Fragment, Outcome, type Packet } from './packet.ts';

export interface ReassemblyLimits {
  /** Fragmented packets that are remembered at once; then the oldest is forgotten. */
  readonly most: number;
  /** Microseconds between the first fragment that was seen and the last. */
  readonly withinUs: number;
  /** What they carry, of all together; beyond it the oldest is not put together any more. */
  readonly contentBytes: number;
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
  /** `null`: it was put together, or never will be. */
  content: FragmentContent | null;
}

/** Fragments that wait for their first, and packets whose first was seen, with what they carry until all of it is there. */
export class Reassembly {
  /** Fragments whose first never came. */
  lost = 0;
  readonly limits: ReassemblyLimits;
  readonly #parts = new Map<string, Parts>();
  /** Those with content, the oldest first, and what all of it takes. */
  readonly #holding = new Set<Parts>();
  #heldBytes = 0;

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
      content: new FragmentContent(),
    };
    this.#parts.set(key, parts);
    return parts;
  }

  /** What all fragments of a packet carry, with the one that completes them; `null`: this is not it. [from, to): the transport of this fragment. */
  contentOf(parts: Parts, packet: Packet, { bytes, end }: Bounds, from: number, to: number): FragmentContent | null {
    const { content } = parts;
    if (content === null) return null;
    const { fragmentFrom, fragmentOffset, isLastFragment, fragment } = packet;
    if (fragment === Fragment.first) content.headerBytes = from - fragmentFrom;
    const before = content.heldBytes;
    this.#holding.add(parts);
    // What was captured in part has no whole.
    const state = to > end ? 'spoiled' : content.add(fragmentOffset, bytes.subarray(fragmentFrom, to), isLastFragment);
    this.#heldBytes += content.heldBytes - before;
    if (state !== 'waits') this.#release(parts);
    for (const oldest of this.#holding) {
      if (this.#heldBytes <= this.limits.contentBytes) break;
      this.#release(oldest);
    }
    return state === 'whole' ? content : null;
  }

  /** All that still waits is lost. */
  end(): void {
    for (const [key, parts] of this.#parts) this.#forget(key, parts);
  }

  #release(parts: Parts): void {
    this.#heldBytes -= parts.content?.heldBytes ?? 0;
    parts.content = null;
    this.#holding.delete(parts);
  }

  #forget(key: string, parts: Parts): void {
    this.lost += parts.packets;
    this.#release(parts);
    this.#parts.delete(key);
  }
}

/** Gives a later fragment the ports of its first, and the first what went before it. */
export function joinFragments(packet: Packet, reassembly: Reassembly): Parts {
  const parts = reassembly.of(packet);
  if (packet.fragment === Fragment.first) {
    // A busy host has used the same id again.
    if (parts.hasFirst) parts.content ??= new FragmentContent();
    parts.hasFirst = true;
    parts.protocol = packet.protocol;
    parts.sourcePort = packet.sourcePort;
    parts.targetPort = packet.targetPort;
    parts.isOneWay = packet.isOneWay;
    packet.waitedPackets = parts.packets;
    packet.waitedIpBytes = parts.ipBytes;
    packet.waitedPayloadBytes = parts.payloadBytes;
    parts.packets = parts.ipBytes = parts.payloadBytes = 0;
    return parts;
  }
  if (parts.hasFirst) {
    packet.protocol = parts.protocol;
    packet.sourcePort = parts.sourcePort;
    packet.targetPort = parts.targetPort;
    packet.isOneWay = parts.isOneWay;
    return parts;
  }
  parts.packets += 1;
  parts.ipBytes += packet.ipBytes;
  parts.payloadBytes += packet.payloadBytes;
  packet.outcome = Outcome.waiting;
  return parts;
}
