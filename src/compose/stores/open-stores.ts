import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Config, ObjectsPlace } from '../../config/index.ts';
import {
  abilitiesOf,
  type ObjectStore,
  openFolderObjectStore,
  openS3ObjectStore,
  type OperationMetrics,
  type StoreAbilities,
  withLimit,
  withMetrics,
  withRetry,
} from '../../storage/index.ts';

/** A store that can be asked to find out what it can do; `properties` tell it from then on. */
export interface LearningStore extends ObjectStore {
  /** `known`: what an earlier trial found, which is taken for true as far as that can be. */
  learn(known?: StoreAbilities): Promise<StoreAbilities>;
  /** Counts and times of calls, by operation; `null` for a folder, whose figures are those of its disk. */
  readonly figures: (() => StoreFigures) | null;
}

export type StoreFigures = Readonly<Record<string, OperationMetrics>>;

export interface Stores {
  /** Where uploads go first. */
  readonly primary: LearningStore;
  /** Where every version gets its second copy. */
  readonly backup: LearningStore;
}

export interface OpenStoreDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Nothing is made or removed. */
  readonly readOnly?: boolean;
  /** The settings of a bucket stay as they are. */
  readonly asItIs?: boolean;
  /** Ends opening a bucket and trying it out. */
  readonly signal?: AbortSignal;
}

/** Opens both object stores that the configuration names. */
export async function openStores(config: Config, deps: OpenStoreDeps): Promise<Stores> {
  const settings = config.settings.storage;
  const open = (place: ObjectsPlace): Promise<LearningStore> => openObjectStore(place, settings, deps);
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
): Promise<LearningStore> {
  if (place.kind === 'folder') {
    const { abandonedUploadMs } = settings;
    const store = await openFolderObjectStore({ folder: place.folder, abandonedUploadMs, ...deps });
    const learn = () => Promise.resolve(abilitiesOf(store.properties));
    return { ...store, learn, figures: null };
  }
  const store = await openS3ObjectStore({ place, settings, ...deps });
  // A read holds its connection until the reader has it all: half of them stays for what writes.
  const half = Math.max(1, Math.floor(settings.s3Connections / 2));
  const metered = withMetrics(store);
  const stacked = withRetry(withLimit(metered, { reads: half, writes: half }), {
    log: deps.log,
    attempts: READ_ATTEMPTS,
  });
  return { ...stacked, learn: (known) => store.learn(known), figures: () => metered.snapshot() };
}
