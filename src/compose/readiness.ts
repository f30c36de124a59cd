/** What `/readyz` asks: can this server take a request that reads and writes? */
import { HoldfastError } from '../base/errors.ts';
import type { Config } from '../config/index.ts';
import type { ReadinessPart } from '../server/index.ts';
import type { ObjectStore, RecordStore } from '../storage/index.ts';
import { type ChangedStore, changedStores, type KnownStoresDeps, storeTitles } from './stores/known-stores.ts';
import { foldersOf } from './stores/one-store.ts';
import { freeDiskBytes } from './free-disk.ts';
import { MARKER } from './stores/workspace-marker.ts';

export interface ReadinessParts {
  readonly records: RecordStore;
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  /** Stores that the records no longer belong to: another server was started with new ones. */
  readonly changed: () => Promise<readonly ChangedStore[]>;
  /** Uploads wait for the second copy, so that without it there are none. */
  readonly backupIsNeeded: boolean;
  /** Folders that must have room. */
  readonly folders: readonly string[];
  readonly minFreeDiskBytes: number;
}

/** Of the workspace that the configuration names. */
export function readinessParts({ config, ...known }: KnownStoresDeps & { readonly config: Config }): ReadinessParts {
  return {
    ...known.stores,
    records: known.records,
    changed: () => changedStores({ config, ...known }),
    backupIsNeeded: config.settings.files.copiesBeforeAck > 1,
    folders: [config.dataFolder, ...foldersOf(config.objects)],
    minFreeDiskBytes: config.settings.server.minFreeDiskBytes,
  };
}

/** A store that says nothing for so long is not there. */
const PATIENCE_MS = 5000;

export async function readiness(parts: ReadinessParts): Promise<ReadinessPart[]> {
  const backup = check('second copies', () => mustHoldMarker(parts.backup));
  return Promise.all([
    check('records', () => parts.records.get('readiness', 'probe')),
    check('objects', () => mustHoldMarker(parts.primary)),
    check('stores', () => mustBeTheStores(parts)),
    parts.backupIsNeeded ? backup : backup.then((part) => ({ ...part, needed: false })),
    check('disk', () => mustHaveRoom(parts)),
  ]);
}

async function mustHoldMarker(store: ObjectStore): Promise<void> {
  if (!(await store.head(MARKER, { signal: AbortSignal.timeout(PATIENCE_MS) }))) {
    throw new Error(`${store.properties.url} does not hold ${MARKER}`);
  }
}

async function mustBeTheStores({ changed }: ReadinessParts): Promise<void> {
  for (const { name, from } of await changed()) throw new Error(`the ${storeTitles[name]} lie in ${from} by now`);
}

async function mustHaveRoom({ folders, minFreeDiskBytes }: ReadinessParts): Promise<void> {
  for (const folder of folders) {
    if ((await freeDiskBytes(folder)) < minFreeDiskBytes) throw new Error(`${folder} is full`);
  }
}

async function check(part: string, ask: () => Promise<unknown>): Promise<ReadinessPart> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS);
  try {
    await Promise.race([ask(), late]);
    return { part, ok: true };
  } catch (error) {
    return {
      part,
      ok: false,
      problem: error instanceof HoldfastError ? error.title : (error as Error).message,
    };
  } finally {
    clearTimeout(timer);
  }
}
