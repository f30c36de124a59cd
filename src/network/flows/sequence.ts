import { Double, Word, WORDS, type FlowMemory } from './layout.ts';
import { Letter, noteScaled, isPowerOfTen, note } from './history.ts';

/** A jump that is larger is rather a broken number than that much data (Zeek's TOO_LARGE_SEQ_DELTA). */
const LARGE_JUMP = 1_048_576;
const MOST_IN_A_WORD = 0x7fff_ffff;

/** The number of the first byte that is to come, as though all before had been seen: gaps of other numbers say nothing any more. */
export function beginSide(memory: FlowMemory, index: number, side: number, next: number, counted: number): void {
  memory.words[index * WORDS + Word.next + side] = next;
  memory.words[index * WORDS + Word.holeBytes + side] = 0;
  memory.doubles[index * (WORDS / 2) + Double.bytes + side] = counted;
}

/** A segment of `space` sequence numbers, `payload` of them bytes. `isTrusted`: no SYN and no RST. */
export function takeSegment(
  { words, doubles }: FlowMemory,
  index: number,
  side: number,
  sequence: number,
  space: number,
  payload: number,
  isTrusted: boolean,
): void {
  const at = index * WORDS;
  const next = words[at + Word.next + side]!;
  const advance = (sequence + space - next) | 0;
  if (advance > 0) {
    if (!isTrusted && advance > LARGE_JUMP) return;
    const gap = (sequence - next) | 0;
    if (gap > 0) openHole(words, doubles, index, side, sequence, gap);
    words[at + Word.next + side] = (next + advance) | 0;
    doubles[index * (WORDS / 2) + Double.bytes + side]! += advance;
  } else if (payload > 0 && !fillHole(words, at, side, sequence, payload)) {
    const times = words[at + Word.retransmits + side]! + 1;
    words[at + Word.retransmits + side] = times;
    if (isPowerOfTen(times)) note(words, at, Letter.t * 2 + side);
  }
}

/** What `side` sent and the other acknowledged: gaps before it are lost for good, and so is what was never seen at all. */
export function takeAcknowledgement(
  { words, doubles }: FlowMemory,
  index: number,
  side: number,
  acknowledged: number,
  isLetterGiven: boolean,
): void {
  const at = index * WORDS;
  const next = words[at + Word.next + side]!;
  let missed = 0;
  const hole = words[at + Word.holeBytes + side]!;
  if (hole > 0 && ((acknowledged - words[at + Word.hole + side]!) | 0) >= 0) {
    missed = hole;
    words[at + Word.holeBytes + side] = 0;
  }
  const advance = (acknowledged - next) | 0;
  if (advance > 0 && !(acknowledged === 0 && advance > LARGE_JUMP)) {
    missed += advance;
    words[at + Word.next + side] = acknowledged;
    doubles[index * (WORDS / 2) + Double.bytes + side]! += advance;
  }
  if (missed === 0) return;
  doubles[index * (WORDS / 2) + Double.missed]! += missed;
  if (isLetterGiven) noteScaled(words, at, Word.gaps, Letter.g, side);
}

/** Gaps of a side are remembered as one sum that ends where the last does; it is settled once the other side has acknowledged that. */
function openHole(
  words: Int32Array,
  doubles: Float64Array,
  index: number,
  side: number,
  end: number,
  bytes: number,
): void {
  const at = index * WORDS;
  const older = words[at + Word.holeBytes + side]!;
  const isTooMuch = older + bytes > MOST_IN_A_WORD;
  if (isTooMuch) doubles[index * (WORDS / 2) + Double.missed]! += older;
  words[at + Word.hole + side] = end;
  words[at + Word.holeBytes + side] = isTooMuch ? bytes : older + bytes;
}

/** True when the segment came out of order, rather than again: what comes before the end of a gap is taken to fill it. */
function fillHole(words: Int32Array, at: number, side: number, sequence: number, payload: number): boolean {
  const bytes = words[at + Word.holeBytes + side]!;
  const before = (words[at + Word.hole + side]! - sequence) | 0;
  if (bytes === 0 || before <= 0) return false;
  words[at + Word.holeBytes + side] = bytes - Math.min(bytes, payload, before);
  return true;
}
