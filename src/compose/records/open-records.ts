/** The records that the configuration names, with what must go on beside them. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Config } from '../../config/index.ts';
import {
  type DynamoHealth,
  moveKey,
  openDynamoRecordStore,
  openSqliteRecordStore,
  type RecordStore,
  startExpirySweep,
} from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';
import { readRecordsMark, readTableMark, type RecordsMark } from './records-mark.ts';
import { refuseNewerShape } from './records-shape.ts';
import { openRecordsBackups, type RecordsBackup } from './records-backups.ts';

export interface OpenRecords extends AsyncDisposable {
  readonly records: RecordStore;
  /** They were put back from a copy, and what was written after it is gone. Ends with {@link RecordsMark.renew}. */
  readonly mark: Pick<RecordsMark, 'isOver' | 'renew'>;
  /** No other server uses these records. */
  readonly isAlone: boolean;
  /** Throws `records_backup_elsewhere` where the engine keeps its own, and what a backup throws. */
  makeBackup(): Promise<RecordsBackup>;
  /** `null` where the records lie in a file. */
  readonly examineTable: (() => Promise<DynamoHealth>) | null;
}

/** Opened to be looked at. */
export interface RecordsToRead extends Pick<OpenRecords, 'records' | 'examineTable'> {
  /** Reads all of the file, and answers what is wrong with it; `null` where the records lie in a table. */
  readonly examineFile: (() => Promise<readonly string[]>) | null;
}

export interface RecordsDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Asked before a table is made: a missing one of a workspace that is not new was lost, or has another name. */
  readonly isNew: () => Promise<boolean>;
}

/** For the server that holds the lock of the data folder. Throws what keeps the records from being opened. */
export async function openRecords(config: Config, deps: RecordsDeps): Promise<OpenRecords> {
  const opened = await openKind(config, deps);
  try {
    await refuseHalfMoved(opened.records);
    await refuseNewerShape(opened.records);
    return opened;
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

/** A part of the records would look like a workspace that lost the rest. */
async function refuseHalfMoved(records: RecordStore): Promise<void> {
  if ((await records.get(moveKey.pk, moveKey.sk)) === null) return;
  throw composeErrors('records_move_unfinished', { attempted: `Start on ${records.properties.url}` });
}

async function openKind(config: Config, { clock, log, isNew }: RecordsDeps): Promise<OpenRecords> {
  const { records: place, settings } = config;
  if (place.kind === 'dynamodb') {
    const records = await openDynamoRecordStore({ ...settings.storage, ...place, clock, log, mayCreate: isNew });
    return {
      records,
      mark: await readTableMark(records, records.tableId),
      isAlone: false, // Several servers may share a table: leases end by their time, and nobody's by force.
      makeBackup: () => Promise.reject(composeErrors('records_backup_elsewhere')),
      examineTable: () => records.examine(),
      [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
    };
  }
  await using opened = new AsyncDisposableStack();
  const { recordsBusyTimeoutMs, expirySweepMs: everyMs } = settings.storage;
  const sqlite = opened.use(await openSqliteRecordStore({ path: place.file, clock, log, recordsBusyTimeoutMs }));
  // Whoever had them used this file before us, and is dead.
  await sqlite.endLeases();
  opened.use(startExpirySweep(sqlite, { everyMs, log }));
  const { minFreeDiskBytes } = settings.server;
  const folder = config.recordsBackupsFolder;
  const mark = await readRecordsMark(sqlite, config.dataFolder);
  const backups = opened.use(
    openRecordsBackups({
      ...settings.storage,
      records: sqlite,
      onMade: () => mark.renew(),
      recordsFile: place.file,
      folder,
      minFreeDiskBytes,
      clock,
      log,
    }),
  );
  const held = opened.move();
  return {
    records: sqlite,
    mark,
    isAlone: true,
    makeBackup: () => backups.make(),
    examineTable: null,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The records of a stopped server, to be changed by whoever holds the lock of its data folder. */
export async function openRecordsToChange(
  { records: place, settings }: Config,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<RecordStore> {
  if (place.kind === 'sqlite') return await openSqliteRecordStore({ path: place.file, ...deps });
  return await openDynamoRecordStore({
    ...settings.storage,
    ...place,
    ...deps,
    mayCreate: () => Promise.resolve(false),
  });
}

/** The records of a stopped server, to be read alone; of a table, others may go on using it. */
export async function openRecordsToRead(
  { records: place, settings }: Config,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<RecordsToRead> {
  if (place.kind === 'sqlite') {
    const records = await openSqliteRecordStore({ path: place.file, ...deps, readOnly: true });
    return { records: await ofKnownShape(records), examineTable: null, examineFile: () => records.check() };
  }
  const records = await openDynamoRecordStore({ ...settings.storage, ...place, ...deps, readOnly: true });
  return { records: await ofKnownShape(records), examineTable: () => records.examine(), examineFile: null };
}

async function ofKnownShape<Store extends RecordStore>(records: Store): Promise<Store> {
  try {
    await refuseNewerShape(records);
    return records;
  } catch (error) {
    await records[Symbol.asyncDispose]();
    throw error;
  }
}
