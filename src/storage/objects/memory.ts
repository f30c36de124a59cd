import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { storageErrors } from '../errors.ts';
import { bytesBody, readBody, sizeChecked, untilAborted } from './body.ts';
import { assertPartNumber, assertParts } from './multipart-rules.ts';
import { assertKeyStart, assertObjectKey, resolveListLimit, resolveRange } from './object-key.ts';
import type { MultipartUploads, ObjectInfo, ObjectStore, ObjectStoreProperties, PutOptions } from './object-store.ts';

interface Stored {
  readonly bytes: Buffer;
  readonly modifiedAtMs: number;
}

export interface MemoryObjectStoreOptions {
  readonly clock?: Clock;
  /** Default 1 GiB. */
  readonly maxObjectBytes?: number;
}

/** An object store that forgets everything with the process: for tests and for trying things out. */
export function memoryObjectStore(options: MemoryObjectStoreOptions = {}): ObjectStore {
  const { clock = systemClock, maxObjectBytes = 2 ** 30 } = options;
  const objects = new Map<string, Stored>();
  const properties: ObjectStoreProperties = {
    url: 'memory:',
    place: null,
    root: '',
    createOnly: true,
    versions: false,
    deletesVersions: null,
    objectLock: 'off',
    ranges: true,
    parts: true,
    refusesNesting: true,
    maxObjectBytes,
    minPartBytes: 1,
    maxParts: 10_000,
  };

  const infoOf = (key: string, stored: Stored): ObjectInfo => ({
    key,
    size: stored.bytes.length,
    modifiedAtMs: stored.modifiedAtMs,
  });

  const assertFree = (key: string, putOptions: PutOptions, attempted: string): void => {
    if (putOptions.createOnly && objects.has(key)) throw storageErrors('object_exists', { attempted });
  };

  /** Synchronous: of many createOnly puts at once exactly one gets here first. */
  const store = (key: string, bytes: Buffer, putOptions: PutOptions, attempted: string): ObjectInfo => {
    assertFree(key, putOptions, attempted);
    assertNoFolderClash(objects, key, attempted);
    const stored = { bytes, modifiedAtMs: clock() };
    objects.set(key, stored);
    return infoOf(key, stored);
  };

  const put: ObjectStore['put'] = async (key, body, putOptions = {}) => {
    const attempted = 'Store an object';
    assertObjectKey(key, attempted);
    putOptions.signal?.throwIfAborted();
    assertFree(key, putOptions, attempted);
    const limits = { size: putOptions.size, maxBytes: maxObjectBytes, attempted };
    const bytes = await readBody(sizeChecked(untilAborted(body, putOptions.signal), limits), maxObjectBytes);
    return store(key, bytes, putOptions, attempted);
  };

  return {
    properties,
    put,

    async get(key, getOptions = {}) {
      const attempted = 'Read an object';
      assertObjectKey(key, attempted);
      getOptions.signal?.throwIfAborted();
      const stored = objects.get(key);
      if (!stored || getOptions.versionId !== undefined) throw storageErrors('object_not_found', { attempted });
      const { start, end } = resolveRange(getOptions, stored.bytes.length, attempted);
      // A copy: what the reader does to its buffers must not reach the store.
      const bytes = Buffer.from(stored.bytes.subarray(start, end));
      return { ...infoOf(key, stored), body: untilAborted(bytesBody(bytes), getOptions.signal) };
    },

    async head(key, headOptions = {}) {
      assertObjectKey(key, 'Look for an object');
      headOptions.signal?.throwIfAborted();
      const stored = objects.get(key);
      return stored ? infoOf(key, stored) : null;
    },

    async delete(key, deleteOptions = {}) {
      assertObjectKey(key, 'Delete an object');
      deleteOptions.signal?.throwIfAborted();
      if (deleteOptions.versionId === undefined) objects.delete(key);
    },

    async list({ prefix = '', after = '', limit, signal }) {
      const attempted = 'List objects';
      assertKeyStart(prefix, attempted);
      assertKeyStart(after, attempted);
      signal?.throwIfAborted();
      const pageLimit = resolveListLimit(limit);
      const all = [...objects].filter(([key]) => key.startsWith(prefix) && key > after);
      const page = all
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, pageLimit)
        .map(([key, stored]) => infoOf(key, stored));
      const last = page.at(-1);
      return all.length > page.length && last ? { objects: page, next: last.key } : { objects: page };
    },

    async copy(from, to, putOptions = {}) {
      const attempted = 'Copy an object';
      assertObjectKey(from, attempted);
      assertObjectKey(to, attempted);
      putOptions.signal?.throwIfAborted();
      const source = objects.get(from);
      if (!source) throw storageErrors('object_not_found', { attempted });
      if (putOptions.size !== undefined && putOptions.size !== source.bytes.length) {
        throw storageErrors('body_size_mismatch', { attempted });
      }
      return store(to, source.bytes, putOptions, attempted);
    },

    multipart: memoryMultipart(properties, put),

    async [Symbol.asyncDispose]() {
      objects.clear();
    },
  };
}

/** Refuses what a folder could not hold, so that nobody comes to depend on it. */
function assertNoFolderClash(objects: ReadonlyMap<string, Stored>, key: string, attempted: string): void {
  const parents = key.split('/').map((_, index, segments) => segments.slice(0, index).join('/'));
  const clash =
    parents.some((parent) => objects.has(parent)) || objects.keys().some((other) => other.startsWith(`${key}/`));
  if (clash) throw storageErrors('object_key_invalid', { attempted, detail: 'one key is a folder of another' });
}

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

function memoryMultipart(properties: ObjectStoreProperties, put: ObjectStore['put']): MultipartUploads {
  const uploads = new Map<string, Upload>();
  const tagOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  const find = (key: string, uploadId: string, attempted: string): Upload => {
    assertObjectKey(key, attempted);
    const upload = uploads.get(uploadId);
    if (!upload || upload.key !== key) throw storageErrors('upload_not_found', { attempted });
    return upload;
  };
  const partsOf = (upload: Upload) =>
    [...upload.parts]
      .map(([number, bytes]) => ({ number, size: bytes.length, tag: tagOf(bytes) }))
      .toSorted((a, b) => a.number - b.number);

  return {
    async create(key, { signal } = {}) {
      assertObjectKey(key, 'Begin an upload');
      signal?.throwIfAborted();
      const uploadId = newId();
      uploads.set(uploadId, { key, parts: new Map() });
      return { uploadId };
    },

    async putPart(key, uploadId, number, body, { signal } = {}) {
      const attempted = `Store part ${number} of an upload`;
      assertPartNumber(number, properties, attempted);
      find(key, uploadId, attempted);
      signal?.throwIfAborted();
      const bytes = await readBody(untilAborted(body, signal), properties.maxObjectBytes);
      find(key, uploadId, attempted).parts.set(number, bytes);
      return { number, size: bytes.length, tag: tagOf(bytes) };
    },

    async listParts(key, uploadId, { signal } = {}) {
      signal?.throwIfAborted();
      return partsOf(find(key, uploadId, 'List the parts of an upload'));
    },

    async complete(key, uploadId, parts, options = {}) {
      const attempted = 'Finish an upload';
      const upload = find(key, uploadId, attempted);
      assertParts(parts, partsOf(upload), properties, attempted);
      const bytes = Buffer.concat(parts.map((part) => upload.parts.get(part.number) ?? Buffer.alloc(0)));
      const info = await put(key, bytesBody(bytes), options);
      uploads.delete(uploadId);
      return info;
    },

    async abort(key, uploadId, { signal } = {}) {
      assertObjectKey(key, 'End an upload');
      signal?.throwIfAborted();
      if (uploads.get(uploadId)?.key === key) uploads.delete(uploadId);
    },
  };
}
