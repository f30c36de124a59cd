/** A store that keeps versions still has what somebody overwrote or deleted there, under the id that it gave to our copy. */
import type { ObjectStore } from '../../storage/index.ts';
import type { Copies, StoreName } from '../records.ts';

/** Where bytes are read. */
export type CopySource = Pick<ObjectStore, 'get' | 'properties'>;

export interface KeptVersion {
  readonly name: StoreName;
  /** Answers with that version alone. */
  readonly source: CopySource;
}

/** None of a store that keeps no versions, and of a copy that was never made. */
export function keptVersions(
  stores: { readonly [Store in StoreName]: CopySource },
  copies: Copies | null,
): KeptVersion[] {
  return (['primary', 'backup'] as const).flatMap((name) => {
    const versionId = copies?.[name].versionId;
    return versionId === undefined ? [] : [{ name, source: atVersion(stores[name], versionId) }];
  });
}

/** Copies inside the store begin at what lies there now, so that this one takes none. */
function atVersion(store: CopySource, versionId: string): CopySource {
  return {
    properties: { ...store.properties, place: null },
    get: (key, options) => store.get(key, { ...options, versionId }),
  };
}
