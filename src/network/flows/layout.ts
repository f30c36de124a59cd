/**
 * How a flow lies in memory: 52 words of 32 bits in one buffer, which are also read as 26 doubles. One flow is three or four
 * lines of the processor's cache, where objects or an array for each field would be twenty; see docs/decisions.
 *
 * Side 0 is the originator, side 1 the responder: `Word.packets + side`.
 */
export const WORDS = 52;

export const Word = {
  /** Four words each, as `Packet` has them. */
  originator: 0,
  responder: 4,
  /** Of the originator in the upper half. */
  ports: 8,
  /** Protocol, then bits of {@link Kind}. Never 0 where there is a flow. */
  kind: 9,
  hash: 10,
  /** See state.ts. */
  state: 11,
  /** The lower half of how many; see {@link Word.packetsAbove}. */
  packets: 26,
  /** The sequence number past all that was seen, or acknowledged, of a side. */
  next: 28,
  /** Gaps in what was seen of a side: where the last ends, and the bytes that all of them still lack. */
  hole: 30,
  holeBytes: 32,
  retransmits: 34,
  /** See history.ts. */
  historySeen: 36,
  historyLength: 37,
  history: 38,
  /** Counts of both sides in halves, for letters that come at every power of ten. */
  gaps: 43,
  zeroWindows: 44,
  /** Counts flows from 1. */
  serial: 45,
  /** Of the flow that carries this one in a tunnel; 0: none. */
  parent: 46,
  /** Records of it that were written before it ended. */
  partials: 47,
  /** Neighbours in a slot of the wheel, and which. */
  nextDue: 48,
  previousDue: 49,
  slot: 50,
  /** How often the 32 bits of packets were full, in half a word for each side: hours, where a tunnel is one flow. */
  packetsAbove: 51,
} as const;

export const Double = {
  firstUs: 6,
  lastUs: 7,
  ipBytes: 8,
  /** For TCP how far the sequence numbers came, SYN and FIN included; else payload. */
  bytes: 10,
  missed: 12,
} as const;

export const Kind = { protocol: 0xff, version6: 0x100, oneWay: 0x200, inUse: 0x400, flipped: 0x800 } as const;

export const ORIGINATOR = 0;
export const RESPONDER = 1;

/** The same memory as words and as doubles. `words` of a flow begin at WORDS times its index, `doubles` at half of that. */
export interface FlowMemory {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

/** Pages that no flow has used cost nothing: the system gives them when they are written. */
export function flowMemory(flows: number): FlowMemory {
  const buffer = new ArrayBuffer(flows * WORDS * 4);
  return { words: new Int32Array(buffer), doubles: new Float64Array(buffer) };
}
