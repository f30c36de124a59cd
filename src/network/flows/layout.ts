/**
 * How a flow lies in memory: 48 words of 32 bits in one buffer, which are also read as 24 doubles. They are three lines of a
 * processor's cache, where objects or an array for each field would be twenty, and what nearly every packet looks at stands in the
 * first two; see docs/decisions.
 *
 * Side 0 is the originator, side 1 the responder: `Word.packets + side`.
 */
export const WORDS = 48;

export const Word = {
  /** Four words each, as `Packet` has them. */
  originator: 0,
  responder: 4,
  /** Of the originator in the upper half. */
  ports: 8,
  /** Protocol, then bits of {@link Kind}. Never 0 where there is a flow. */
  kind: 9,
  /** See state.ts. */
  state: 10,
  /** Which letters came, and how many: see history.ts. */
  historySeen: 11,
  /** The lower half of how many; see {@link Word.packetsAbove}. */
  packets: 24,
  /** The sequence number past all that was seen, or acknowledged, of a side. */
  next: 26,
  /** Gaps in what was seen of a side: the bytes that all of them still lack, and where the last ends. */
  holeBytes: 28,
  /** Counts flows from 1. */
  serial: 30,
  /** How often the 32 bits of packets were full, in half a word for each side: hours, where a tunnel is one flow. */
  packetsAbove: 31,
  hole: 34,
  retransmits: 36,
  /** Five words, see history.ts. */
  history: 38,
  /** Counts of both sides in halves, for letters that come at every power of ten. */
  gaps: 43,
  zeroWindows: 44,
  /** Of the flow that carries this one in a tunnel; 0: none. */
  parent: 45,
  /** Neighbours in a slot of the wheel, see timer-wheel.ts. */
  nextDue: 46,
  previousDue: 47,
} as const;

export const Double = {
  firstUs: 6,
  lastUs: 7,
  ipBytes: 8,
  /** For TCP how far the sequence numbers came, SYN and FIN included; else payload. */
  bytes: 10,
  missed: 16,
} as const;

export const Kind = { protocol: 0xff, version6: 0x100, oneWay: 0x200, inUse: 0x400, flipped: 0x800 } as const;

export const ORIGINATOR = 0;
export const RESPONDER = 1;

/** The same memory as words and as doubles. `words` of a flow begin at WORDS times its index, `doubles` at half of that. */
export interface FlowMemory {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

/** Large memory comes sixteen bytes behind the beginning of a page (glibc): so much further on a line of the cache begins. */
const TO_LINE_BYTES = 48;

/**
 * Pages that no flow has used cost nothing: the system gives them when they are written. `Memory`: that of this thread alone, or what others
 * may see as well.
 */
export function flowMemory(
  flows: number,
  Memory: ArrayBufferConstructor | SharedArrayBufferConstructor = ArrayBuffer,
): FlowMemory {
  return flowMemoryIn(new Memory(TO_LINE_BYTES + flows * WORDS * 4));
}

/** What {@link flowMemory} made, maybe in another thread. */
export function flowMemoryIn(buffer: ArrayBufferLike): FlowMemory {
  return { words: new Int32Array(buffer, TO_LINE_BYTES), doubles: new Float64Array(buffer, TO_LINE_BYTES) };
}
