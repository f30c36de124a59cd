import type { ObjectStore } from './object-store.ts';
import { Turns } from './turns.ts';
import { watchedBody } from './watched-body.ts';

export interface LimitOptions {
  /** Reads at a time; a get counts until its body has ended. */
  readonly reads: number;
  /** Writes at a time. They wait apart from the reads, so that reading while writing cannot lock itself out. */
  readonly writes: number;
  /** Calls of each kind that may wait for their turn; further ones are `store_unavailable`. Default 1,000. */
  readonly maxWaiting?: number;
}

/** Lets only so many calls through at a time; the others wait in the order they came. */
export function withLimit(store: ObjectStore, options: LimitOptions): ObjectStore {
  const { maxWaiting = 1000 } = options;
  const reads = new Turns(options.reads, maxWaiting);
  const writes = new Turns(options.writes, maxWaiting);
  const { multipart } = store;
  return {
    properties: store.properties,
    put: (key, body, putOptions) => writes.run(() => store.put(key, body, putOptions), putOptions?.signal),
    async get(key, getOptions = {}) {
      const release = await reads.take(getOptions.signal);
      try {
        const object = await store.get(key, getOptions);
        return { ...object, body: watchedBody(object.body, { end: release }, getOptions.signal) };
      } catch (error) {
        release();
        throw error;
      }
    },
    head: (key, headOptions) => reads.run(() => store.head(key, headOptions), headOptions?.signal),
    delete: (key, deleteOptions) => writes.run(() => store.delete(key, deleteOptions), deleteOptions?.signal),
    list: (listOptions) => reads.run(() => store.list(listOptions), listOptions.signal),
    copy: (from, to, putOptions) => writes.run(() => store.copy(from, to, putOptions), putOptions?.signal),
    multipart: {
      create: (key, options) => writes.run(() => multipart.create(key, options), options?.signal),
      putPart: (key, id, number, body, options) =>
        writes.run(() => multipart.putPart(key, id, number, body, options), options?.signal),
      listParts: (key, id, options) => reads.run(() => multipart.listParts(key, id, options), options?.signal),
      complete: (key, id, parts, putOptions) =>
        writes.run(() => multipart.complete(key, id, parts, putOptions), putOptions?.signal),
      abort: (key, id, options) => writes.run(() => multipart.abort(key, id, options), options?.signal),
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
