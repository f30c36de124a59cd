import { networkErrors } from '../errors.ts';

/**
 * A place in a list of flows or logs, newest first: behind the record of this time and uid. It stays true while flows come and go, and
 * however a store arranges them.
 */
export interface Cursor {
  /** Microseconds since 1970. */
  readonly us: number;
  /** What orders records of one time, the greatest first. */
  readonly words: readonly number[];
}

/** More is none that a store gave out. */
const MOST_WORDS = 4;

export function cursorText({ us, words }: Cursor): string {
  return Buffer.from([us, ...words].join('.')).toString('base64url');
}

/** `null`: from the beginning. Throws `flows_cursor_invalid`. */
export function cursorFrom(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const parts = Buffer.from(text, 'base64url').toString('latin1').split('.');
  const isWhole = parts.length <= MOST_WORDS + 1 && parts.every((part) => /^-?\d{1,16}$/.test(part));
  if (!isWhole) throw networkErrors('flows_cursor_invalid');
  const [us = 0, ...words] = parts.map(Number);
  return { us, words };
}
