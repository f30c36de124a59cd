import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Config } from '../config/index.ts';
import { type ObjectStore, openFolderObjectStore } from '../storage/index.ts';

export interface Stores {
  /** Where uploads go first. */
  readonly primary: ObjectStore;
  /** Where every version gets its second copy. */
  readonly backup: ObjectStore;
}

/** Opens both object stores that the configuration names. */
export async function openStores(
  { objectsFolder, backupFolder, settings }: Config,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Promise<Stores> {
  const { abandonedUploadMs } = settings.storage;
  const primary = await openFolderObjectStore({ folder: objectsFolder, log, clock, abandonedUploadMs });
  try {
    return { primary, backup: await openFolderObjectStore({ folder: backupFolder, log, clock, abandonedUploadMs }) };
  } catch (error) {
    await primary[Symbol.asyncDispose]();
    throw error;
  }
}
