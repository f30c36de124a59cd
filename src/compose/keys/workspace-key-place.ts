import { ringInFile, ringInKms, type RingPlace } from '../../accounts/index.ts';
import type { Log } from '../../base/log.ts';
import type { Config, WorkspaceKeyPlace } from '../../config/index.ts';
import type { RecordStore } from '../../storage/index.ts';

/** Where the ring lies, as the configuration names it. */
export function ringPlaceOf(
  place: WorkspaceKeyPlace,
  { settings }: Pick<Config, 'settings'>,
  { records, log }: { readonly records: RecordStore; readonly log: Log },
): RingPlace {
  if (place.kind === 'file') return ringInFile(place.file, log);
  return ringInKms({ ...place, records, timeoutMs: settings.accounts.kmsTimeoutMs });
}
