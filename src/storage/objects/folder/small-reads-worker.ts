/**
 * Reads small files, many in one go, in a thread of its own with calls that wait: a file that is read through the pool of threads costs
 * the event loop five round trips. What cannot be read here, for whatever reason, is left to whoever reads one by one and tells why.
 */
import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { OPEN_FLAGS } from './open-flags.ts';

export interface SmallRead {
  readonly path: string;
  /** First byte, inclusive. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}

/** `null`: not read here. */
export type Outcome = { readonly bytes: Uint8Array; readonly size: number; readonly modifiedAtMs: number } | null;

/** A disk that is slower than this is read through the pool, several files at a time. */
const PATIENCE_MS = 5;

parentPort?.on('message', (files: readonly SmallRead[]) => {
  const until = performance.now() + PATIENCE_MS;
  const isWhole = new Map<string, boolean>();
  const outcomes = files.map((file) => (performance.now() > until ? null : outcomeOf(file, isWhole)));
  parentPort?.postMessage(
    outcomes,
    outcomes.flatMap((outcome) => (outcome ? [outcome.bytes.buffer as ArrayBuffer] : [])),
  );
});

function outcomeOf(file: SmallRead, isWhole: Map<string, boolean>): Outcome {
  try {
    // As FolderTree.reaches: behind a symbolic link lies what is none of the store's.
    const folder = dirname(file.path);
    if (!isWhole.has(folder)) isWhole.set(folder, realpathSync.native(folder) === folder);
    return isWhole.get(folder) === true ? readPart(file) : null;
  } catch {
    return null;
  }
}

function readPart({ path, start, end }: SmallRead): Outcome {
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
