import { find, startsWith, text } from '../text.ts';

/** RFC 4253, section 4.2. */
const MOST_GREETING = 255;

export interface Greeting {
  /** As it was sent, without its end of line. */
  readonly line: string;
  /** 1 or 2; 1.99 is a server that speaks both. */
  readonly version: number;
  readonly next: number;
}

/** The line of a side. `more`: it has not come yet; null: there is none. */
export function readGreeting(bytes: Uint8Array, from: number, to: number): Greeting | 'more' | null {
  const end = find(bytes, 10, from, Math.min(to, from + MOST_GREETING));
  if (end < 0) return to - from >= MOST_GREETING ? null : 'more';
  const line = text(bytes, from, bytes[end - 1] === 13 ? end - 1 : end);
  if (!line.startsWith('SSH-')) return null;
  return { line, version: line.startsWith('SSH-2.') || line.startsWith('SSH-1.99') ? 2 : 1, next: end + 1 };
}

export function looksLikeSsh(bytes: Uint8Array, from: number, to: number): 'yes' | 'more' | 'no' {
  const words = 'SSH-';
  const size = Math.min(words.length, to - from);
  if (!startsWith(bytes, from, to, words.slice(0, size))) return 'no';
  return size === words.length ? 'yes' : 'more';
}
