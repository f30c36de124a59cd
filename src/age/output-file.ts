import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HoldfastError } from '../base/errors.ts';
import { ageErrors } from './errors.ts';

/** Readable by the owner alone: it may hold plaintext or keys. */
const PRIVATE_MODE = 0o600;

export interface OutputContent {
  /** All of it, in order. */
  readonly stream: () => AsyncIterable<Uint8Array>;
  /** The same into an empty file, in any order; preferred where there is one. */
  readonly fill?: (file: FileHandle) => Promise<void>;
}

/**
 * Writes `content` to the file at `path`, whole or not at all: it appears, or replaces what was there, only once
 * every byte is on the disk. A device or pipe is written to directly. Throws `age_output_unwritable`, or whatever
 * `content` threw.
 */
export async function writeOutputFile(path: string, content: OutputContent, signal?: AbortSignal): Promise<void> {
  try {
    const existing = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (existing?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    if (existing && !existing.isFile()) {
      const handle = await open(path, 'w');
      await pipeline(content.stream(), handle.createWriteStream(), { ...(signal && { signal }) });
      return;
    }
    // Through a link to the file itself, so that replacing it does not replace the link.
    await replaceFile(existing ? await realpath(path) : path, content, signal);
  } catch (cause) {
    if (cause instanceof HoldfastError || signal?.aborted || !isSystemError(cause)) throw cause;
    throw ageErrors('age_output_unwritable', { attempted: `Write “${path}”`, detail: cause.message, cause });
  }
}

async function replaceFile(path: string, content: OutputContent, signal?: AbortSignal): Promise<void> {
  const folder = dirname(path);
  // In the same folder, since only there renaming is atomic; a short name, since the path's own may be at its limit.
  const partial = join(folder, `.holdfast-${randomBytes(8).toString('hex')}.partial`);
  const handle = await open(partial, 'wx', PRIVATE_MODE);
  try {
    // The bytes reach the disk before the name does, or a power cut could leave an empty file.
    if (content.fill) {
      await content.fill(handle);
      await handle.sync();
      await handle.close();
    } else {
      await pipeline(content.stream(), handle.createWriteStream({ flush: true }), { ...(signal && { signal }) });
    }
    await rename(partial, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(partial).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the new name itself durable. Windows cannot sync a folder and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** True when both paths lead to the same file. */
export async function isSameFile(first: string, second: string): Promise<boolean> {
  const [a, b] = await Promise.all([first, second].map((path) => stat(path).catch(() => null)));
  if (!a?.isFile() || !b?.isFile()) return false;
  return a.dev === b.dev && a.ino === b.ino && (a.ino !== 0 || basename(first) === basename(second));
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && /^E[A-Z0-9]+$/.test(String(error.code));
}
