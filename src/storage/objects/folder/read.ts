import type { Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { storageErrors } from '../../errors.ts';
import { isAbsent, storeError, systemCode } from './errors.ts';
import { OPEN_FLAGS } from './open-flags.ts';
import type { SmallReads } from './small-reads.ts';
import type { FolderTree } from './tree.ts';
import { resolveRange } from '../object-key.ts';
import type { GetOptions, ObjectBody, ObjectInfo } from '../object-store.ts';

/** One read. Large enough that the disk and not the calls set the pace. */
const READ_BYTES = 512 * 1024;

/** What lies at `key`, or `null` when that is no object. */
export async function statObject(tree: FolderTree, key: string, attempted: string): Promise<ObjectInfo | null> {
  if (!(await tree.reaches(key, attempted))) return null;
  try {
    const stats = await lstat(tree.pathOf(key));
    return stats.isFile() ? infoOf(key, stats) : null;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    await tree.assertThere(attempted);
    return null;
  }
}

/** A larger part is worth a way of its own. */
const SMALL_BYTES = 128 * 1024;

function isSmallPart({ start = 0, end = Infinity }: GetOptions): boolean {
  return [start, end].every(Number.isSafeInteger) && 0 <= start && start < end && end - start <= SMALL_BYTES;
}

/** {@link openObject}; small parts, when announced, go together with others that are asked for at the same time. */
export async function readObject(
  tree: FolderTree,
  key: string,
  options: GetOptions,
  { attempted, together }: { readonly attempted: string; readonly together: SmallReads },
): Promise<ObjectBody> {
  using turn = isSmallPart(options) ? together.begin() : null;
  if (turn?.isWorthIt) {
    const { start = 0, end = 0 } = options;
    const read = await together.read({ path: tree.pathOf(key), start, end });
    options.signal?.throwIfAborted();
    if (read) {
      const { bytes, ...stats } = read;
      return { key, ...stats, body: inMemory([Buffer.from(bytes.buffer)]), isHandedOver: true };
    }
  }
  return await openObject(tree, key, options, attempted);
}

/** Opens an object or a range of it. What fits into one read is read at once and holds no handle. */
export async function openObject(
  tree: FolderTree,
  key: string,
  options: GetOptions,
  attempted: string,
): Promise<ObjectBody> {
  const absent = (): Error => storageErrors('object_not_found', { attempted });
  if (!(await tree.reaches(key, attempted))) throw absent();
  let handle: FileHandle;
  try {
    handle = await open(tree.pathOf(key), OPEN_FLAGS);
  } catch (error) {
    if (!isAbsent(error) && systemCode(error) !== 'ELOOP') throw error;
    await tree.assertThere(attempted);
    throw absent();
  }
  let streaming = false;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw absent();
    const range = resolveRange(options, stats.size, attempted);
    const source = { handle, ...range, attempted, signal: options.signal };
    if (range.end - range.start <= READ_BYTES) {
      const pieces: Buffer[] = [];
      for await (const piece of readRange(source)) pieces.push(piece);
      return { ...infoOf(key, stats), body: inMemory(pieces) };
    }
    streaming = true;
    return { ...infoOf(key, stats), body: closingBody(source), isHandedOver: true };
  } finally {
    if (!streaming) await handle.close();
  }
}

interface OpenRange {
  readonly handle: FileHandle;
  readonly start: number;
  readonly end: number;
  readonly attempted: string;
  readonly signal: AbortSignal | undefined;
}

async function* readRange({ handle, start, end, attempted, signal }: OpenRange): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    signal?.throwIfAborted();
    // A fresh buffer each time: the consumer may still be sending the last one.
    const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, end - at));
    let bytesRead: number;
    try {
      ({ bytesRead } = await handle.read(buffer, 0, buffer.length, at));
    } catch (error) {
      signal?.throwIfAborted();
      throw storeError(error, attempted);
    }
    if (bytesRead === 0) {
      throw storageErrors('store_unavailable', { attempted, detail: 'the object became shorter while it was read' });
    }
    at += bytesRead;
    yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
  }
}

/** Closes the handle however it ends: read to the end, left early, aborted, even never begun. */
function closingBody(source: OpenRange): AsyncIterableIterator<Buffer> {
  const { handle, signal } = source;
  const close = async (): Promise<void> => {
    signal?.removeEventListener('abort', onAbort);
    await handle.close();
  };
  const onAbort = (): void => void close().catch(() => undefined);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  const reader = readRange(source);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const step = await reader.next();
        if (step.done) await close();
        return step;
      } catch (error) {
        await close().catch(() => undefined);
        throw error;
      }
    },
    async return() {
      const step = await reader.return(undefined);
      await close();
      return step;
    },
  };
}

async function* inMemory(pieces: Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}

function infoOf(key: string, stats: Stats): ObjectInfo {
  return { key, size: stats.size, modifiedAtMs: Math.trunc(stats.mtimeMs) };
}
