import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { Config } from '../../../src/config/index.ts';
import { openDynamoRecordStore, openSqliteRecordStore, type RecordStore } from '../../../src/storage/index.ts';

/** The records of a server that is stopped, whichever engine they lie in. */
export async function testedRecords({ records: place }: Config): Promise<RecordStore> {
  const deps = { clock: systemClock, log: silentLog };
  if (place.kind === 'sqlite') return openSqliteRecordStore({ path: place.file, ...deps });
  return openDynamoRecordStore({ ...place, ...deps, mayCreate: () => Promise.resolve(false) });
}
