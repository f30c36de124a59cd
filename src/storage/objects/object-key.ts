import { storageErrors } from '../errors.ts';
import type { GetOptions } from './object-store.ts';

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}$/;
const PARTIAL_SEGMENT = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,254})?$/;

/** Longest key in characters, the same in every store. */
export const MAX_KEY_LENGTH = 512;

export function isObjectKey(key: string): boolean {
  return key.length <= MAX_KEY_LENGTH && key.split('/').every((segment) => SEGMENT.test(segment));
}

/** Throws `object_key_invalid` unless the key follows the rules of the port. The key itself is not repeated: it may be hostile. */
export function assertObjectKey(key: string, attempted: string): void {
  if (typeof key !== 'string' || !isObjectKey(key)) throw storageErrors('object_key_invalid', { attempted });
}

/** For `prefix` and `after`: the beginning of some valid key, or nothing. */
export function assertKeyStart(text: string, attempted: string): void {
  const segments = text.split('/');
  const partial = segments.pop() ?? '';
  const valid =
    text.length <= MAX_KEY_LENGTH &&
    segments.every((segment) => SEGMENT.test(segment)) &&
    PARTIAL_SEGMENT.test(partial);
  if (!valid) throw storageErrors('object_key_invalid', { attempted });
}

/** The range asked for within an object of `size` bytes; empty ranges are fine. Throws `range_invalid`. */
export function resolveRange(options: GetOptions, size: number, attempted: string): { start: number; end: number } {
  const start = options.start ?? 0;
  const end = options.end ?? size;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end || end > size) {
    throw storageErrors('range_invalid', { attempted, detail: `${start}-${end} of ${size} bytes`, extra: { size } });
  }
  return { start, end };
}

/** 1-1000, default 1000. */
export function resolveListLimit(limit: number | undefined): number {
  const resolved = limit ?? 1000;
  if (!Number.isInteger(resolved) || resolved < 1 || resolved > 1000) {
    throw new RangeError(`limit is ${resolved}, expected 1-1000`);
  }
  return resolved;
}
