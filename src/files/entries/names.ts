import { fileErrors } from '../errors.ts';

/** What a file system takes at most; more could not be fetched again onto a disk. */
export const MAX_NAME_BYTES = 255;

/** C0, DEL and C1: they move the cursor of a terminal and are never meant. Bidi marks are allowed and shown isolated. */
const CONTROL = /\p{Cc}/u;

/**
 * Refuses what can never be a name and returns it otherwise as given: nothing is trimmed, stripped or replaced.
 * Throws `name_empty`, `name_invalid`, `name_too_long`.
 */
export function checkName(name: string): string {
  if (name === '') throw fileErrors('name_empty');
  if (name === '.' || name === '..') throw fileErrors('name_invalid', { detail: `“${name}” means a folder` });
  if (name.includes('/')) throw fileErrors('name_invalid', { detail: 'it holds “/”' });
  if (CONTROL.test(name)) throw fileErrors('name_invalid', { detail: 'it holds a control character' });
  if (!name.isWellFormed()) throw fileErrors('name_invalid', { detail: 'it is not valid Unicode' });
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw fileErrors('name_too_long');
  return name;
}

/** Two names are the same name when these are equal: composed and decomposed letters are, upper and lower case are not. */
export function comparedName(name: string): string {
  return name.normalize('NFC');
}

/**
 * The names along a path, outermost first; none for `/`. `intoFolder` tells that it ended with “/”, so that only a
 * folder may be meant. Throws `path_invalid` and what {@link checkName} throws.
 */
export function splitPath(path: string, maxBytes: number): { names: string[]; intoFolder: boolean } {
  if (path === '') throw fileErrors('path_invalid', { detail: 'it is empty' });
  if (Buffer.byteLength(path) > maxBytes) throw fileErrors('path_invalid', { detail: `it is over ${maxBytes} bytes` });
  const inner = path.startsWith('/') ? path.slice(1) : path;
  if (inner === '') return { names: [], intoFolder: true };
  const intoFolder = inner.endsWith('/');
  const names = (intoFolder ? inner.slice(0, -1) : inner).split('/');
  if (names.includes('')) throw fileErrors('path_invalid', { detail: 'two “/” stand together' });
  return { names: names.map(checkName), intoFolder };
}
