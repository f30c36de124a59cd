import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { storageErrors } from '../../errors.ts';
import { writeBackEarly } from './early-write-back.ts';
import { isAbsent, systemCode } from './errors.ts';
import { temporaryName } from './leftovers.ts';
import type { FolderTree } from './tree.ts';

/** Pieces below this are gathered first: one write costs about as much as copying this many bytes. */
const GATHER_BYTES = 256 * 1024;

export interface WrittenFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedAtMs: number;
}

/**
 * Writes a body to a new file in `folder` and brings it to the disk: after this a rename is all that is missing.
 * The file is removed when anything fails, the body included. `onBytes` sees every byte in order.
 */
export async function writeTemporary(
  folder: string,
  body: AsyncIterable<Uint8Array>,
  onBytes?: (bytes: Uint8Array) => void,
): Promise<WrittenFile> {
  const path = join(folder, temporaryName());
  const handle = await open(path, 'wx', 0o600);
  const early = writeBackEarly(handle);
  const write = async (bytes: Uint8Array): Promise<void> => {
    await writeAll(handle, bytes);
    early.wrote(bytes.byteLength);
  };
  try {
    let size = 0;
    let gathered: Buffer | undefined;
    let used = 0;
    for await (const piece of body) {
      size += piece.byteLength;
      onBytes?.(piece);
      if (used + piece.byteLength <= GATHER_BYTES) {
        // Copied, so that the source may reuse its buffer as soon as it is asked for the next piece.
        gathered ??= Buffer.allocUnsafe(GATHER_BYTES);
        gathered.set(piece, used);
        used += piece.byteLength;
        continue;
      }
      if (gathered && used > 0) await write(gathered.subarray(0, used));
      used = 0;
      await write(piece);
    }
    if (gathered && used > 0) await write(gathered.subarray(0, used));
    // Without this a power cut after the rename could leave a file of the right name with holes in it.
    await handle.sync();
    await early.end();
    const { mtimeMs } = await handle.stat();
    await handle.close();
    return { path, size, modifiedAtMs: Math.trunc(mtimeMs) };
  } catch (error) {
    await early.end().catch(() => undefined);
    await handle.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  // A disk that fills up writes a part first and fails only at the next attempt.
  for (let at = 0; at < bytes.byteLength;) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.byteLength - at);
    at += bytesWritten;
  }
}

export interface PublishOptions {
  readonly createOnly: boolean;
  /** Whether the file system has hard links, the only way to give a name without replacing what has it. */
  readonly links: boolean;
  readonly attempted: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Gives a written file its name in one step, durably: rename replaces, link refuses what is there. Either way the
 * temporary name is gone afterwards. When the last fsync fails the object may be seen already; the error then means
 * "not known to be durable".
 */
export async function publish(
  tree: FolderTree,
  file: WrittenFile,
  key: string,
  options: PublishOptions,
): Promise<void> {
  try {
    options.signal?.throwIfAborted();
    await nameFile(tree, file.path, key, options);
  } catch (error) {
    await rm(file.path, { force: true }).catch(() => undefined);
    throw error;
  }
  await tree.sync(dirname(tree.pathOf(key)));
}

async function nameFile(tree: FolderTree, from: string, key: string, options: PublishOptions): Promise<void> {
  const to = tree.pathOf(key);
  for (let attempt = 1; ; attempt += 1) {
    await tree.makeFolderOf(key, options.attempted);
    try {
      if (options.createOnly) await nameNew(from, to, options);
      else await rename(from, to);
      return;
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EISDIR' || code === 'ENOTEMPTY' || (code === 'EEXIST' && (await isFolder(to)))) {
        throw storageErrors('object_key_invalid', {
          attempted: options.attempted,
          detail: 'the key is a folder of other objects',
          cause: error,
        });
      }
      if (code === 'EEXIST') throw storageErrors('object_exists', { attempted: options.attempted, cause: error });
      // Somebody tidied up empty folders behind our back: make them again, once.
      if (code !== 'ENOENT' || attempt > 1) throw error;
      tree.forgetFolders();
    }
  }
}

/** Keys that are being given a name right now, for file systems without hard links. */
const claimed = new Set<string>();

async function nameNew(from: string, to: string, options: PublishOptions): Promise<void> {
  if (options.links) {
    await link(from, to);
    // Not `rm`, which asks the file system three times.
    await unlink(from).catch((error: unknown) => {
      if (!isAbsent(error)) throw error;
    });
    return;
  }
  const taken = (): Error => storageErrors('object_exists', { attempted: options.attempted });
  if (claimed.has(to)) throw taken();
  claimed.add(to);
  try {
    if (await exists(to)) throw (await isFolder(to)) ? Object.assign(new Error('folder'), { code: 'EISDIR' }) : taken();
    await rename(from, to);
  } finally {
    claimed.delete(to);
  }
}

/** Whether this folder's file system has hard links. */
export async function probeLinks(folder: string): Promise<boolean> {
  const from = join(folder, temporaryName());
  const to = `${from}.${randomBytes(4).toString('hex')}`;
  const handle = await open(from, 'wx', 0o600);
  await handle.close();
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '')) return false;
    throw error;
  } finally {
    await rm(from, { force: true });
    await rm(to, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await statOf(path)) !== null;
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOf(path))?.isDirectory() ?? false;
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
