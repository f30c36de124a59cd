import { Word } from './layout.ts';

/**
 * Zeek's letters of what happened, in the order they first came; upper case is the originator. `c` (bad checksum) is never
 * given: network cards fill in checksums after a capture has seen the packet.
 */
export const Letter = { s: 0, h: 1, a: 2, d: 3, f: 4, r: 5, g: 6, t: 7, w: 8, i: 9, q: 10, flipped: 11 } as const;

const LETTERS = 'shadfrgtwiq^';
const BITS = 5;
const IN_A_WORD = 6;
/** Five words. Beyond it nothing new is noted, which takes letters of both sides and many powers of ten. */
const MOST = 30;
/** Word.historySeen: a bit for each letter of each side, and above them how many were noted. */
const LENGTH_SHIFT = 24;

export function historyLength(words: Int32Array, at: number): number {
  return words[at + Word.historySeen]! >>> LENGTH_SHIFT;
}

/** Notes a letter of a side once. */
export function noteOnce(words: Int32Array, at: number, letter: number, side: number): void {
  const code = letter * 2 + side;
  const seen = words[at + Word.historySeen]!;
  if (seen & (1 << code)) return;
  words[at + Word.historySeen] = seen | (1 << code);
  note(words, at, code);
}

/** Counts in a half of a word, and notes the letter at 1, 10, 100, 1000 and 10,000. */
export function noteScaled(words: Int32Array, at: number, counter: number, letter: number, side: number): void {
  const shift = side * 16;
  const count = ((words[at + counter]! >>> shift) & 0xffff) + 1;
  if (count > 0xffff) return;
  words[at + counter] = (words[at + counter]! & (0xffff << (16 - shift))) | (count << shift);
  if (isPowerOfTen(count)) note(words, at, letter * 2 + side);
}

export function isPowerOfTen(count: number): boolean {
  while (count >= 10 && count % 10 === 0) count /= 10;
  return count === 1;
}

export function note(words: Int32Array, at: number, code: number): void {
  const length = historyLength(words, at);
  if (length === MOST) return;
  const word = at + Word.history + Math.floor(length / IN_A_WORD);
  words[word]! |= code << (BITS * (length % IN_A_WORD));
  words[at + Word.historySeen]! += 1 << LENGTH_SHIFT;
}

/** The character of a letter; there are {@link historyLength} of them. */
export function letterAt(words: Int32Array, at: number, index: number): number {
  const word = words[at + Word.history + Math.floor(index / IN_A_WORD)]!;
  const code = (word >>> (BITS * (index % IN_A_WORD))) & 31;
  const letter = LETTERS.charCodeAt(code >> 1);
  return code & 1 || code >> 1 === Letter.flipped ? letter : letter - 32;
}
