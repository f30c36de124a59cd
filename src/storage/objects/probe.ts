/** Tries out what every store must be able to do, through the port, as the server does it. */
import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../base/errors.ts';
import { bytesBody, readBody } from './body.ts';
import { destroyObject } from './destroy.ts';
import type { ObjectStore } from './object-store.ts';

export const trialNames = ['write', 'ranges', 'order', 'parts', 'copy', 'delete'] as const;

export interface Trial {
  readonly name: (typeof trialNames)[number];
  /** `null`: the store did as it must. */
  readonly problem: string | null;
}

/** All that is written. */
const KEYS = ['a', 'b/1', 'b/2', 'c', 'd'];

/** More than the smallest part, so that an upload has a whole part and a rest. */
const REST_BYTES = 1234;
/** Where parts may be of any size. */
const LEAST_PART_BYTES = 64 * 1024;

/**
 * Writes some objects, looks whether the store does with them as the port promises, and takes them out again. One trial
 * that fails does not keep the others from being made. Throws nothing but the reason of `signal`.
 */
export async function probeObjectStore(store: ObjectStore, signal: AbortSignal): Promise<readonly Trial[]> {
  const acts = trialsOf(store, signal);
  const trials: Trial[] = [];
  try {
    for (const name of trialNames) {
      signal.throwIfAborted();
      trials.push({ name, problem: await problemOf(acts[name], signal) });
    }
  } finally {
    // By name: what was deleted on the way may have left versions, which no list shows.
    await Promise.allSettled(KEYS.map((key) => destroyObject(store, key)));
  }
  return trials;
}

async function problemOf(act: () => Promise<string | null>, signal: AbortSignal): Promise<string | null> {
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof HoldfastError ? error.message : String(error);
  }
}

function trialsOf(store: ObjectStore, signal: AbortSignal): Record<Trial['name'], () => Promise<string | null>> {
  const bytes = randomBytes(4096);
  const edge = Math.max(store.properties.minPartBytes, LEAST_PART_BYTES);
  const large = randomBytes(edge + REST_BYTES);
  const read = async (key: string, start?: number, end?: number): Promise<Buffer> => {
    const span = start === undefined || end === undefined ? {} : { start, end };
    return readBody((await store.get(key, { ...span, signal })).body);
  };
  return {
    async write() {
      await store.put('b/1', bytesBody(bytes), { size: bytes.length, signal });
      const info = await store.head('b/1', { signal });
      if (info?.size !== bytes.length) return 'what was written is not there, or has another size';
      return (await read('b/1')).equals(bytes) ? null : 'other bytes come back than were written';
    },
    async ranges() {
      return (await read('b/1', 1000, 2000)).equals(bytes.subarray(1000, 2000)) ? null : 'it answers with other bytes';
    },
    async order() {
      for (const key of ['a', 'b/2']) await store.put(key, bytesBody(bytes), { size: bytes.length, signal });
      const all = (await store.list({ signal })).objects.map(({ key }) => key);
      const behind = (await store.list({ after: 'b/1', limit: 1, signal })).objects.map(({ key }) => key);
      return all.join() === 'a,b/1,b/2' && behind.join() === 'b/2' ? null : `it lists ${all.join(', ')}`;
    },
    async parts() {
      const { uploadId } = await store.multipart.create('c', { signal });
      try {
        const parts = [
          await store.multipart.putPart('c', uploadId, 1, bytesBody(large.subarray(0, edge)), { signal }),
          await store.multipart.putPart('c', uploadId, 2, bytesBody(large.subarray(edge)), { signal }),
        ];
        await store.multipart.complete('c', uploadId, parts, { signal });
      } catch (error) {
        await store.multipart.abort('c', uploadId);
        throw error;
      }
      const across = await read('c', edge - 10, edge + 10);
      return across.equals(large.subarray(edge - 10, edge + 10)) ? null : 'other bytes come back than were written';
    },
    async copy() {
      await store.copy('b/1', 'd', { size: bytes.length, signal });
      return (await read('d')).equals(bytes) ? null : 'the copy has other bytes';
    },
    async delete() {
      await store.delete('a', { signal });
      return (await store.head('a', { signal })) === null ? null : 'what was deleted is still there';
    },
  };
}
