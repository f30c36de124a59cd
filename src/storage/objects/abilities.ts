import type { StoreAbilities } from './object-store.ts';

/** The abilities among more. */
export function abilitiesOf(properties: StoreAbilities): StoreAbilities {
  const { createOnly, versions, deletesVersions, objectLock, ranges, parts, maxParts } = properties;
  return { createOnly, versions, deletesVersions, objectLock, ranges, parts, maxParts };
}
