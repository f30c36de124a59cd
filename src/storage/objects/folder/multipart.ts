import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { isId, newId } from '../../../base/ids.ts';
import { syncFolder } from '../../durable-folder.ts';
import { storageErrors } from '../../errors.ts';
import { sizeChecked, untilAborted, watchFailure } from '../body.ts';
import { isAbsent, isReasonOf, withStoreErrors } from './errors.ts';
import { isOlderThan, removeLeftovers } from './leftovers.ts';
import type { FolderTree } from './tree.ts';
import { writeTemporary } from './write.ts';
import { assertPartNumber, assertParts } from '../multipart-rules.ts';
import { assertObjectKey } from '../object-key.ts';
import type { MultipartUploads, ObjectInfo, ObjectStoreProperties, PartInfo, PutOptions } from '../object-store.ts';

/** A part's file: number, when it came (a UUIDv7: of two with one number the later counts), SHA-256 of its bytes. */
const PART = /^(\d{5})\.([0-9a-f-]{36})\.([0-9a-f]{64})$/;

export function uploadsFolder(tree: FolderTree): string {
  return join(tree.temporary, 'uploads');
}

interface StoredPart extends PartInfo {
  readonly path: string;
  readonly arrival: string;
}

export interface FolderMultipartOptions {
  readonly tree: FolderTree;
  readonly properties: ObjectStoreProperties;
  readonly assertWritable: (attempted: string) => void;
  /** Stores the assembled body as the store's own `put` does. */
  readonly put: (key: string, body: AsyncIterable<Uint8Array>, options: PutOptions) => Promise<ObjectInfo>;
}

/** Uploads in parts: one folder each, holding the key and a file per part, so that they survive a restart. */
export function folderMultipart({ tree, properties, assertWritable, put }: FolderMultipartOptions): MultipartUploads {
  const folderOf = (uploadId: string): string => join(uploadsFolder(tree), uploadId);

  const openUpload = async (key: string, uploadId: string, attempted: string): Promise<string> => {
    const missing = (): Error => storageErrors('upload_not_found', { attempted });
    if (!isId(uploadId)) throw missing();
    const folder = folderOf(uploadId);
    let uploadKey: string;
    try {
      uploadKey = await readFile(join(folder, 'key'), 'utf8');
    } catch (error) {
      if (!isAbsent(error)) throw error;
      await tree.assertThere(attempted);
      throw missing();
    }
    if (uploadKey !== key) throw missing();
    return folder;
  };

  return {
    async create(key, { signal } = {}) {
      const attempted = 'Begin an upload';
      assertObjectKey(key, attempted);
      assertWritable(attempted);
      signal?.throwIfAborted();
      return withStoreErrors(attempted, async () => {
        const uploadId = newId();
        await tree.assertThere(attempted);
        await mkdir(folderOf(uploadId), { mode: 0o700 });
        const handle = await open(join(folderOf(uploadId), 'key'), 'wx', 0o600);
        try {
          await handle.writeFile(key);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await syncFolder(folderOf(uploadId));
        await tree.sync(uploadsFolder(tree));
        return { uploadId };
      });
    },

    async putPart(key, uploadId, number, body, { signal } = {}) {
      const attempted = `Store part ${number} of an upload`;
      assertObjectKey(key, attempted);
      assertPartNumber(number, properties, attempted);
      assertWritable(attempted);
      signal?.throwIfAborted();
      const source = watchFailure(untilAborted(body, signal));
      const store = async (): Promise<PartInfo> => {
        const folder = await openUpload(key, uploadId, attempted);
        const hash = createHash('sha256');
        const checked = sizeChecked(source.body, { maxBytes: properties.maxObjectBytes, attempted });
        const file = await writeTemporary(folder, checked, (bytes) => void hash.update(bytes));
        const tag = hash.digest('hex');
        const before = await storedParts(folder);
        const name = `${String(number).padStart(5, '0')}.${newId()}.${tag}`;
        try {
          await rename(file.path, join(folder, name));
        } catch (error) {
          await rm(file.path, { force: true });
          throw isAbsent(error) ? storageErrors('upload_not_found', { attempted, cause: error }) : error;
        }
        await tree.sync(folder);
        for (const part of before) if (part.number === number) await rm(part.path, { force: true });
        return { number, size: file.size, tag };
      };
      return withStoreErrors(attempted, store, source.threw);
    },

    async listParts(key, uploadId, { signal } = {}) {
      const attempted = 'List the parts of an upload';
      assertObjectKey(key, attempted);
      signal?.throwIfAborted();
      return withStoreErrors(attempted, async () => {
        const parts = newestParts(await storedParts(await openUpload(key, uploadId, attempted)));
        return parts.map(({ number, size, tag }) => ({ number, size, tag }));
      });
    },

    async complete(key, uploadId, parts, options = {}) {
      const attempted = 'Finish an upload';
      assertObjectKey(key, attempted);
      assertWritable(attempted);
      options.signal?.throwIfAborted();
      const store = async (): Promise<ObjectInfo> => {
        const folder = await openUpload(key, uploadId, attempted);
        const stored = newestParts(await storedParts(folder));
        assertParts(parts, stored, properties, attempted);
        const paths = new Map(stored.map((part) => [part.number, part.path]));
        const size = options.size ?? parts.reduce((sum, part) => sum + part.size, 0);
        const body = untilAborted(assemble(parts, paths, attempted), options.signal);
        const info = await put(key, body, { ...options, size });
        await rm(folder, { recursive: true, force: true });
        return info;
      };
      return withStoreErrors(attempted, store, isReasonOf(options.signal));
    },

    async abort(key, uploadId, { signal } = {}) {
      const attempted = 'End an upload';
      assertObjectKey(key, attempted);
      assertWritable(attempted);
      signal?.throwIfAborted();
      await withStoreErrors(attempted, async () => {
        try {
          await rm(await openUpload(key, uploadId, attempted), { recursive: true, force: true });
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'upload_not_found')) throw error;
        }
      });
    },
  };
}

async function* assemble(
  parts: readonly PartInfo[],
  paths: ReadonlyMap<number, string>,
  attempted: string,
): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const hash = createHash('sha256');
    const handle = await open(paths.get(part.number) ?? '', 'r');
    try {
      const buffer = Buffer.allocUnsafeSlow(512 * 1024);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        const piece = buffer.subarray(0, bytesRead);
        hash.update(piece);
        yield piece;
      }
    } finally {
      await handle.close();
    }
    // Parts may have lain on the disk for days; what became of them must not become the object unseen.
    if (hash.digest('hex') !== part.tag) {
      throw storageErrors('upload_parts_invalid', { attempted, detail: `part ${part.number} was altered on the disk` });
    }
  }
}

async function storedParts(folder: string): Promise<StoredPart[]> {
  const parts: StoredPart[] = [];
  for (const name of await readdir(folder)) {
    const match = PART.exec(name);
    if (!match) continue;
    const [, number = '', arrival = '', tag = ''] = match;
    const path = join(folder, name);
    try {
      parts.push({ number: Number(number), size: (await lstat(path)).size, tag, path, arrival });
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return parts;
}

function newestParts(parts: readonly StoredPart[]): StoredPart[] {
  const byNumber = new Map<number, StoredPart>();
  for (const part of parts) {
    const rival = byNumber.get(part.number);
    if (!rival || rival.arrival < part.arrival) byNumber.set(part.number, part);
  }
  return [...byNumber.values()].toSorted((a, b) => a.number - b.number);
}

/** Removes uploads nobody touched for `maxIdleMs`, and pieces of parts that killed processes left in the others. */
export async function removeAbandonedUploads(tree: FolderTree, maxIdleMs: number, clock: Clock): Promise<number> {
  let removed = 0;
  let names: string[];
  try {
    names = await readdir(uploadsFolder(tree));
  } catch (error) {
    if (isAbsent(error)) return 0;
    throw error;
  }
  for (const name of names) {
    const folder = join(uploadsFolder(tree), name);
    if (!isId(name)) continue;
    if (await isOlderThan(folder, clock() - maxIdleMs)) {
      await rm(folder, { recursive: true, force: true });
      removed += 1;
    } else {
      removed += await removeLeftovers(folder, clock);
    }
  }
  return removed;
}
