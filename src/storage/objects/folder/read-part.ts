import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assertObjectKey } from '../object-key.ts';
import { OPEN_FLAGS } from './open-flags.ts';

export interface FilePart {
  readonly path: string;
  /** First byte, inclusive. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}

export interface PartRead {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the whole file. */
  readonly size: number;
  readonly modifiedAtMs: number;
}

/** Whether no symbolic link leads to it; as FolderTree.reaches: behind one lies what is none of the store's. */
export function isOwnFolder(folder: string): boolean {
  return realpathSync.native(folder) === folder;
}

/**
 * A part of a small file of a store, by calls that wait: for threads that do nothing else. `null` when it is no file, or too short.
 * Throws what the system throws.
 */
export function readPart({ path, start, end }: FilePart): PartRead | null {
  const descriptor = openSync(path, OPEN_FLAGS);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || end > stats.size) return null;
    const bytes = new Uint8Array(end - start);
    const isRead = bytes.length === 0 || readSync(descriptor, bytes, 0, bytes.length, start) === bytes.length;
    return isRead ? { bytes, size: stats.size, modifiedAtMs: Math.trunc(stats.mtimeMs) } : null;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * {@link readPart} of a whole object, `root` being that of its store; `null` also when it has not just this size, or lies behind a symbolic
 * link. Throws `object_key_invalid` too.
 */
export function readWholeObject(root: string, key: string, size: number): Uint8Array | null {
  assertObjectKey(key, 'Read an object');
  const path = join(root, key);
  if (!isOwnFolder(dirname(path))) return null;
  const read = readPart({ path, start: 0, end: size });
  return read?.size === size ? read.bytes : null;
}
