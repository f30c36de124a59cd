import { bytesBody, destroyObject, type ObjectStore } from '../../storage/index.ts';

/**
 * Puts an encrypted key into every store, so that each of them alone is enough to recover from. Resolves when it is
 * durable in all; rejects when one fails, and the caller then does not go on.
 */
export function keyPublisher(stores: readonly ObjectStore[]): (path: string, bytes: Uint8Array) => Promise<void> {
  return async (path, bytes) => {
    for (const store of stores) await store.put(path, bytesBody(bytes), { size: bytes.length });
  };
}

/** Takes a key back that belongs to nobody, from every store that answers. */
export function keyRetractor(stores: readonly ObjectStore[]): (path: string) => Promise<void> {
  return async (path) => {
    await Promise.allSettled(stores.map((store) => store.delete(path)));
  };
}

/** Destroys a key in every store, in all versions of it; rejects unless it is gone from all of them. */
export function keyDestroyer(stores: readonly ObjectStore[]): (path: string) => Promise<void> {
  return async (path) => {
    const done = await Promise.allSettled(stores.map((store) => destroyObject(store, path)));
    for (const each of done) if (each.status === 'rejected') throw each.reason;
  };
}
