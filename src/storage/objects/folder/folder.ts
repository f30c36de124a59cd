import { copyFile, constants, lstat, open, realpath, rm, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../../base/clock.ts';
import { systemClock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { makeDurableFolder } from '../../durable-folder.ts';
import { storageErrors } from '../../errors.ts';
import { pathOfFileUrl } from '../../file-url.ts';
import { storageSettings } from '../../settings.ts';
import { bytesOf, readBody, sizeChecked, untilAborted, watchFailure } from '../body.ts';
import { isAbsent, isReasonOf, withStoreErrors } from './errors.ts';
import { removeLeftovers, temporaryName } from './leftovers.ts';
import { listFolder } from './list.ts';
import { folderMultipart, removeAbandonedUploads, uploadsFolder } from './multipart.ts';
import { readObject, statObject } from './read.ts';
import { openSmallFiles } from './small-files.ts';
import { openSmallReads } from './small-reads.ts';
import { FolderTree } from './tree.ts';
import type { WrittenFile } from './write.ts';
import { probeLinks, publish, writeTemporary } from './write.ts';
import { assertKeyStart, assertObjectKey } from '../object-key.ts';
import type { ObjectInfo, ObjectStore, ObjectStoreProperties, PutOptions } from '../object-store.ts';

export type FolderObjectStoreOptions = ({ readonly folder: string } | { readonly url: string }) & {
  readonly log: Log;
  readonly clock?: Clock;
  /** Nothing is made or removed, and every write is `store_denied`. Default false. */
  readonly readOnly?: boolean;
  /** Whether the file system has hard links; default: tried out at open. Without them `createOnly` holds within this process only. */
  readonly hardLinks?: boolean;
  /** So many small objects under way at once are written together, or read, by a thread for each; default 4. */
  readonly togetherFrom?: number;
  /** Idle time in ms after which parts of an unfinished upload are removed at open; see the setting of this name. */
  readonly abandonedUploadMs?: number;
};

/**
 * An object store in a local folder: every object a file at the path of its key (0600, folders 0700). The folder is
 * made when it is not there. Throws `store_denied`, `store_full`, `store_unavailable`, `store_url_invalid`.
 */
export async function openFolderObjectStore(options: FolderObjectStoreOptions): Promise<ObjectStore> {
  const { log, clock = systemClock, readOnly = false } = options;
  const folder = resolve('folder' in options ? options.folder : pathOfFileUrl(options.url));
  const attempted = `Open the object store in ${folder}`;
  return withStoreErrors(attempted, async () => {
    const { togetherFrom } = options;
    if (readOnly) return folderStore(new FolderTree(await realpath(folder)), { readOnly, links: false, togetherFrom });
    await makeDurableFolder(folder);
    const tree = new FolderTree(await realpath(folder));
    await makeDurableFolder(uploadsFolder(tree));
    const links = options.hardLinks ?? (await probeLinks(tree.temporary));
    const idleMs = options.abandonedUploadMs ?? storageSettings.abandonedUploadMs.default;
    const removed =
      (await removeLeftovers(tree.temporary, clock)) + (await removeAbandonedUploads(tree, idleMs, clock));
    if (removed > 0) log.info({ removed }, 'Removed what unfinished writes had left in the object store');
    if (!links) log.warn({}, 'The file system of the object store has no hard links');
    return folderStore(tree, { readOnly, links, togetherFrom });
  });
}

interface Mode {
  readonly readOnly: boolean;
  readonly links: boolean;
  readonly togetherFrom: number | undefined;
}

function folderStore(tree: FolderTree, mode: Mode): ObjectStore {
  const smallFiles = openSmallFiles(mode.togetherFrom);
  const together = openSmallReads(mode.togetherFrom);
  const properties: ObjectStoreProperties = {
    url: pathToFileURL(tree.root).href,
    place: null,
    root: tree.root,
    createOnly: mode.links,
    versions: false,
    deletesVersions: null,
    objectLock: 'off',
    ranges: true,
    parts: true,
    refusesNesting: true,
    maxObjectBytes: 16 * 2 ** 40,
    minPartBytes: 1,
    maxParts: 10_000,
  };
  const assertWritable = (attempted: string): void => {
    if (mode.readOnly) throw storageErrors('store_denied', { attempted, detail: 'the store is open for reading only' });
  };

  /** Writes through `write` and gives the result its name; refuses what is there before the body is touched. */
  const store = async (
    key: string,
    options: PutOptions,
    attempted: string,
    write: () => Promise<WrittenFile>,
  ): Promise<ObjectInfo> => {
    if (options.createOnly && !isSmall(options) && (await isTaken(tree.pathOf(key))))
      throw storageErrors('object_exists', { attempted });
    const file = await write();
    const { createOnly = false, signal } = options;
    await publish(tree, file, key, { createOnly, links: mode.links, attempted, signal });
    return { key, size: file.size, modifiedAtMs: file.modifiedAtMs };
  };

  /** The same for a body that is small, together with others that are on their way. */
  const storeSmall = async (
    key: string,
    options: PutOptions,
    attempted: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<ObjectInfo> => {
    const bytes = body instanceof Uint8Array ? body : await readBody(body);
    const { createOnly = false, signal } = options;
    const to = tree.pathOf(key);
    await tree.makeFolder(dirname(to), attempted);
    signal?.throwIfAborted();
    const from = join(tree.temporary, temporaryName());
    const { state, modifiedAtMs } = await smallFiles.write({ from, to, bytes, isNew: createOnly });
    const file = { path: from, size: bytes.length, modifiedAtMs };
    // Why it did not get its name is found out, or mended, where names are given one by one.
    if (state === 'written') await publish(tree, file, key, { createOnly, links: mode.links, attempted, signal });
    return { key, size: file.size, modifiedAtMs };
  };

  const put: ObjectStore['put'] = async (key, body, options = {}) => {
    const attempted = 'Store an object';
    assertObjectKey(key, attempted);
    assertWritable(attempted);
    options.signal?.throwIfAborted();
    const given = bytesOf(body);
    const whole = given?.byteLength === options.size ? given : null;
    const source = watchFailure(body);
    const limits = { size: options.size, maxBytes: properties.maxObjectBytes, attempted };
    const checked = sizeChecked(untilAborted(source.body, options.signal), limits);
    const write = () => writeTemporary(tree.temporary, checked);
    const isAborted = isReasonOf(options.signal);
    const isForeign = (error: unknown): boolean => source.threw(error) || isAborted(error);
    const canBeTogether = isSmall(options) && (mode.links || !options.createOnly);
    using turn = canBeTogether ? smallFiles.begin() : null;
    const step = turn?.isWorthIt
      ? () => storeSmall(key, options, attempted, whole ?? checked)
      : () => store(key, options, attempted, write);
    return await withStoreErrors(attempted, step, isForeign);
  };

  return {
    properties,
    put,

    async get(key, options = {}) {
      const attempted = 'Read an object';
      assertObjectKey(key, attempted);
      options.signal?.throwIfAborted();
      if (options.versionId !== undefined)
        throw storageErrors('object_not_found', { attempted, detail: 'no such version' });
      const step = () => readObject(tree, key, options, { attempted, together });
      return withStoreErrors(attempted, step, isReasonOf(options.signal));
    },

    async head(key, options = {}) {
      const attempted = 'Look for an object';
      assertObjectKey(key, attempted);
      options.signal?.throwIfAborted();
      return withStoreErrors(attempted, () => statObject(tree, key, attempted));
    },

    async delete(key, options = {}) {
      const attempted = 'Delete an object';
      assertObjectKey(key, attempted);
      assertWritable(attempted);
      options.signal?.throwIfAborted();
      if (options.versionId !== undefined) return;
      await withStoreErrors(attempted, async () => {
        if (!(await tree.reaches(key, attempted))) return;
        const path = tree.pathOf(key);
        try {
          // Folders stay, even when empty: removing one could fail a put into it that is under way.
          if ((await lstat(path)).isFile()) await unlink(path);
        } catch (error) {
          if (!isAbsent(error)) throw error;
          await tree.assertThere(attempted);
        }
        // Also when it was gone already: whoever removed it may not have brought that to the disk yet.
        await tree.syncIfThere(dirname(path));
      });
    },

    async list(options) {
      const attempted = 'List objects';
      assertKeyStart(options.prefix ?? '', attempted);
      assertKeyStart(options.after ?? '', attempted);
      options.signal?.throwIfAborted();
      return withStoreErrors(attempted, () => listFolder(tree, options, attempted), isReasonOf(options.signal));
    },

    async copy(from, to, options = {}) {
      const attempted = 'Copy an object';
      assertObjectKey(from, attempted);
      assertObjectKey(to, attempted);
      assertWritable(attempted);
      options.signal?.throwIfAborted();
      const duplicate = async (): Promise<ObjectInfo> => {
        const source = await statObject(tree, from, attempted);
        if (!source) throw storageErrors('object_not_found', { attempted });
        if (options.size !== undefined && options.size !== source.size) {
          throw storageErrors('body_size_mismatch', {
            attempted,
            detail: `${source.size} bytes where ${options.size} were announced`,
          });
        }
        return store(to, options, attempted, () => copyToTemporary(tree, from));
      };
      return withStoreErrors(attempted, duplicate, isReasonOf(options.signal));
    },

    multipart: folderMultipart({ tree, properties, assertWritable, put }),

    async [Symbol.asyncDispose]() {
      await together[Symbol.asyncDispose]();
      await smallFiles[Symbol.asyncDispose]();
    },
  };
}

/** Of announced size, and read sooner than somebody looks whether it need not be. */
const isSmall = ({ size }: PutOptions): boolean => size !== undefined && size <= 128 * 1024;

/** Only spares the body a useless journey: what counts is the name given at the end. */
async function isTaken(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

async function copyToTemporary(tree: FolderTree, from: string): Promise<WrittenFile> {
  const path = join(tree.temporary, temporaryName());
  try {
    // Shares the blocks where the file system can (btrfs, xfs), copies inside the kernel elsewhere.
    await copyFile(tree.pathOf(from), path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    const handle = await open(path, 'r+');
    try {
      await handle.sync();
      const { size, mtimeMs } = await handle.stat();
      return { path, size, modifiedAtMs: Math.trunc(mtimeMs) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}
