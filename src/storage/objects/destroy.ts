import type { ObjectStore } from './object-store.ts';

/**
 * Takes an object out of a store in all the versions that the store itself has kept of it, where it keeps any: deleting
 * only the newest would uncover the one before it. That there is none is no error. Throws what the store throws.
 */
export async function destroyObject(
  store: ObjectStore,
  key: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  await store.delete(key, { ...options, allVersions: true });
}
