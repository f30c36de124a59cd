import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config, ObjectsPlace } from '../config/index.ts';
import { type ObjectStore, openFolderObjectStore, openS3ObjectStore, withLimit, withRetry } from '../storage/index.ts';

export interface Stores {
  /** Where uploads go first. */
  readonly primary: ObjectStore;
  /** Where every version gets its second copy. */
  readonly backup: ObjectStore;
}

export interface OpenStoreDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Nothing is made or removed. */
  readonly readOnly?: boolean;
}

/** Opens both object stores that the configuration names. */
export async function openStores(config: Config, deps: OpenStoreDeps): Promise<Stores> {
  const settings = config.settings.storage;
  const open = (place: ObjectsPlace): Promise<ObjectStore> => openObjectStore(place, settings, deps);
  const opening = [open(config.objects), open(config.backup)] as const;
  try {
    const [primary, backup] = await Promise.all(opening);
    return { primary, backup };
  } catch (error) {
    for (const result of await Promise.allSettled(opening)) {
      if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]();
    }
    throw error;
  }
}

/** A body that breaks in the middle is opened again so many times; the SDK repeats single requests itself. */
const READ_ATTEMPTS = 3;

/** What a store is stacked of is decided here: a disk is not asked twice, and needs nobody to hold calls back. */
export async function openObjectStore(
  place: ObjectsPlace,
  settings: Config['settings']['storage'],
  deps: OpenStoreDeps,
): Promise<ObjectStore> {
  if (place.kind === 'folder') {
    const { abandonedUploadMs } = settings;
    return openFolderObjectStore({ folder: place.folder, abandonedUploadMs, ...deps });
  }
  const store = await openS3ObjectStore({ place, settings, ...deps });
  // A read holds its connection until the reader has it all: half of them stays for what writes.
  const half = Math.max(1, Math.floor(settings.s3Connections / 2));
  return withRetry(withLimit(store, { reads: half, writes: half }), { log: deps.log, attempts: READ_ATTEMPTS });
}
