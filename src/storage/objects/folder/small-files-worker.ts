/**
 * Brings small files to the disk, many in one go: all are written, all synced at once, all named, and then the folders of the
 * names synced, once each. It runs in a thread of its own, mostly with calls that wait: one file after another through the pool of
 * threads costs the event loop ten round trips for each. Files that are synced at once share the disk's flushes.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { parentPort } from 'node:worker_threads';

export interface SmallFile {
  /** Where it is written first; nothing lies there. */
  readonly from: string;
  /** Its name. The folder is there, and its own name is on the disk. */
  readonly to: string;
  readonly bytes: Uint8Array;
  /** Whether what has the name already is kept. */
  readonly isNew: boolean;
}

/**
 * `written`: it lies at `from` and is on the disk, but could not be given its name. `failed`: nothing lies at `from`; it
 * may have its name, but that is not known to be on the disk.
 */
export type Outcome =
  | { readonly state: 'named' | 'written'; readonly modifiedAtMs: number }
  | { readonly state: 'failed'; readonly message: string; readonly code: string | undefined };

const sync = promisify(fsync);

parentPort?.on('message', (files: readonly SmallFile[]) => {
  void store(files).then((outcomes) => parentPort?.postMessage(outcomes, []));
});

async function store(files: readonly SmallFile[]): Promise<Outcome[]> {
  const written = files.map((file) => {
    try {
      return writeFile(file);
    } catch (error) {
      return removed(file, error);
    }
  });
  const synced = await Promise.all(
    written.map(async (each, index) => (typeof each === 'number' ? syncFile(files[index] as SmallFile, each) : each)),
  );
  const isWhole = new Map<string, boolean>();
  const named = synced.map((each, index): Outcome => {
    const { from, to, isNew } = files[index] as SmallFile;
    if (typeof each !== 'number') return each;
    const folder = dirname(to);
    if (!isWhole.has(folder)) isWhole.set(folder, isNoLink(folder));
    const isNamed = isWhole.get(folder) === true && giveName(from, to, isNew);
    return { state: isNamed ? 'named' : 'written', modifiedAtMs: each };
  });
  const folders = new Set(files.filter((_file, index) => named[index]?.state === 'named').map(({ to }) => dirname(to)));
  for (const folder of folders) {
    try {
      syncNames(folder);
    } catch (error) {
      for (const [index, { to }] of files.entries()) {
        if (dirname(to) === folder && named[index]?.state === 'named') named[index] = failed(error);
      }
    }
  }
  return named;
}

/** The descriptor of the file, which is open. */
function writeFile({ from, bytes }: SmallFile): number {
  const descriptor = openSync(from, 'wx', 0o600);
  try {
    // A disk that fills up writes a part first and fails only at the next attempt.
    for (let at = 0; at < bytes.byteLength;) at += writeSync(descriptor, bytes, at);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** When it was written, in ms. Without the sync a power cut could leave a file of the right name with holes in it. */
async function syncFile(file: SmallFile, descriptor: number): Promise<number | Outcome> {
  try {
    try {
      await sync(descriptor);
      return Math.trunc(fstatSync(descriptor).mtimeMs);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return removed(file, error);
  }
}

/** False when a symbolic link stands on the way to a folder: following it could overwrite what lies outside of the store. */
function isNoLink(folder: string): boolean {
  try {
    return realpathSync.native(folder) === folder;
  } catch {
    return false;
  }
}

/** False when it did not get it, whatever the reason: then it lies where it was. */
function giveName(from: string, to: string, isNew: boolean): boolean {
  try {
    if (isNew) linkSync(from, to);
    else renameSync(from, to);
  } catch {
    return false;
  }
  if (isNew) removeName(from);
  return true;
}

/** A name that stays is removed at the next start. */
function removeName(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}

/** Windows has no such thing: NTFS journals names on its own. */
function syncNames(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What could not be written or synced leaves nothing behind. */
function removed({ from }: SmallFile, error: unknown): Outcome {
  removeName(from);
  return failed(error);
}

/** Plain data, since it goes to another thread. */
function failed(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return { state: 'failed', code, message: error instanceof Error ? error.message : String(error) };
}
