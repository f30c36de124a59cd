/**
 * The records keep which stores they belong to. A start with other ones would find objects missing, or write where
 * nobody looks later, and a marker alone does not tell: a copy of a store, or an old state of it, carries it too.
 */
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../base/clock.ts';
import type { Config, ObjectsPlace } from '../../config/index.ts';
import type { ObjectStore, RecordOperation, RecordStore, StoreAbilities } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';
import type { Stores } from './open-stores.ts';

export const storeNames = ['primary', 'backup'] as const;
export type StoreName = (typeof storeNames)[number];

/** What people call the stores. */
export const storeTitles: Readonly<Record<StoreName, string>> = { primary: 'objects', backup: 'second copies' };

/** Under `stores`, one row per {@link StoreName}. */
type StoreRow = {
  readonly kind: ObjectsPlace['kind'];
  /** See {@link identityOf}. */
  readonly identity: string;
  /** As people were shown it last, without secrets. */
  readonly url: string;
  /** Since when the records belong to it. */
  readonly sinceMs: number;
  /** What trying it out showed, and when. */
  readonly found?: { readonly abilities: StoreAbilities; readonly atMs: number };
};

export const STORES_PK = 'stores';
/** Of the row about a move of the store, see store-moves.ts. */
export const moveSk = (name: StoreName): string => `move#${name}`;

/** The store that the records name, where the configuration names another one. */
export interface ChangedStore {
  readonly name: StoreName;
  /** URLs without secrets. */
  readonly from: string;
  readonly to: string;
}

export interface KnownStoresDeps {
  readonly records: RecordStore;
  readonly config: Pick<Config, 'objects' | 'backup' | 'dataFolder'>;
  readonly stores: { readonly [Name in StoreName]: ObjectStore };
}

/** The stores that are not those of the records; none where the records name none yet. */
export async function changedStores({ records, config, stores }: KnownStoresDeps): Promise<readonly ChangedStore[]> {
  const changed: ChangedStore[] = [];
  for (const name of storeNames) {
    const row = await rowOf(records, name);
    if (!row || row.identity === identityOf(placeOf(config, name), config.dataFolder)) continue;
    changed.push({ name, from: row.url, to: stores[name].properties.url });
  }
  return changed;
}

/** Stores change with their versions and rights: what was found is true for a week. */
const FOUND_FOR_MS = 7 * 24 * 3_600_000;

/**
 * Writes down that the records belong to these stores, and what they can do, where that is news. Finding out takes
 * several requests to each; what an earlier start found is not tried again.
 */
export async function keepStores(
  deps: KnownStoresDeps & { readonly stores: Stores; readonly clock: Clock },
): Promise<void> {
  const { records, stores, clock } = deps;
  const keep = async (name: StoreName): Promise<RecordOperation[]> => {
    const row = await rowOf(records, name);
    const kept = keptRow(deps, name, row);
    const found = kept.found && Math.abs(clock() - kept.found.atMs) < FOUND_FOR_MS ? kept.found : null;
    const abilities = await stores[name].learn(found?.abilities);
    const isKnown = isDeepStrictEqual(found?.abilities, abilities);
    return operationsFor(name, row, isKnown ? kept : { ...kept, found: { abilities, atMs: clock() } });
  };
  const operations = (await Promise.all(storeNames.map(keep))).flat();
  if (operations.length > 0) await records.transact(operations);
}

/** What an earlier start found out of these stores, for whoever looks at them and tries nothing. */
export async function recallStores({ records, stores, config }: KnownStoresDeps & { readonly stores: Stores }) {
  for (const name of storeNames) {
    const row = await rowOf(records, name);
    const isSame = row?.identity === identityOf(placeOf(config, name), config.dataFolder);
    if (isSame) await stores[name].learn(row?.found?.abilities);
  }
}

/** The same for one of them, without finding anything out. A store that becomes another one moves nowhere any more. */
export async function keepStore(deps: KnownStoresDeps & { readonly clock: Clock }, name: StoreName): Promise<void> {
  const row = await rowOf(deps.records, name);
  const operations = operationsFor(name, row, keptRow(deps, name, row));
  if (operations.length > 0) await deps.records.transact(operations);
}

async function rowOf(records: RecordStore, name: StoreName): Promise<StoreRow | null> {
  return (await records.get<StoreRow>(STORES_PK, name))?.value ?? null;
}

/** The row as it has to be: what was found out about a store stays with it. */
function keptRow(
  { config, stores, clock }: KnownStoresDeps & { readonly clock: Clock },
  name: StoreName,
  row: StoreRow | null,
): StoreRow {
  const place = placeOf(config, name);
  const identity = identityOf(place, config.dataFolder);
  const same = row?.identity === identity ? row : null;
  return {
    kind: place.kind,
    identity,
    url: stores[name].properties.url,
    sinceMs: same?.sinceMs ?? clock(),
    ...(same?.found && { found: same.found }),
  };
}

function operationsFor(name: StoreName, before: StoreRow | null, row: StoreRow): RecordOperation[] {
  if (isDeepStrictEqual(before, row)) return [];
  const put: RecordOperation = { op: 'put', pk: STORES_PK, sk: name, value: row };
  return before?.identity === row.identity ? [put] : [put, { op: 'delete', pk: STORES_PK, sk: moveSk(name) }];
}

/** For a store that is not the one of the records and may not become it. */
export function storeChanged({ name, from, to }: ChangedStore): Error {
  return composeErrors('store_changed', {
    attempted: `Use ${to} for the ${storeTitles[name]}`,
    detail: `so far they lay in ${from}`,
    extra: { store: name, from, to },
  });
}

export function placeOf({ objects, backup }: KnownStoresDeps['config'], name: StoreName): ObjectsPlace {
  return name === 'primary' ? objects : backup;
}

/**
 * The same for two names of one store, different for two stores. A folder inside of the data folder goes with it: whoever
 * moves the whole has changed nothing. A bucket is the same whatever is asked of it (Region, vendor, encryption).
 */
export function identityOf(place: ObjectsPlace, dataFolder: string): string {
  if (place.kind === 's3') {
    const { endpoint, bucket, prefix } = place;
    return `s3:${isAmazon(endpoint) ? '' : endpoint}/${bucket}/${prefix}`;
  }
  const way = relative(dataFolder, place.folder);
  const isInside = way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !way.includes(':');
  return isInside ? `${IN_DATA}${way.split(sep).join('/')}` : pathToFileURL(place.folder).href;
}

/** The place of an {@link identityOf} that goes with the data folder; `null` for any other. */
export function placeNamed(identity: string, dataFolder: string): ObjectsPlace | null {
  return identity.startsWith(IN_DATA)
    ? { kind: 'folder', folder: join(dataFolder, identity.slice(IN_DATA.length)) }
    : null;
}

const IN_DATA = 'data:';

/** One name space of buckets, whichever of its hosts is named. */
function isAmazon(endpoint: string | null): boolean {
  return endpoint === null || (URL.parse(endpoint)?.hostname.endsWith('.amazonaws.com') ?? false);
}
