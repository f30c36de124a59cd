/** `admin records move`: the records of a stopped server into another engine or place. */
import { existsSync } from 'node:fs';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { readConfig, readEnvironment, readRecordsUrl, type RecordsPlace } from '../../config/index.ts';
import {
  moveRecords,
  type MovableRecords,
  openDataLock,
  openDynamoRecordStore,
  openSqliteRecordStore,
  type RecordsMoved,
} from '../../storage/index.ts';
import { makeDataFolder } from '../data-folder.ts';
import { composeErrors } from '../errors.ts';

export interface MoveRequest {
  /** As HOLDFAST_RECORDS would name them. */
  readonly from: string;
  readonly to: string;
  readonly dataFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (step: 'moved' | 'compared', records: number) => void;
}

/** Throws `config_invalid`, `data_in_use` while a server runs on the data folder, and what moveRecords() throws. */
export async function moveRecordsOffline(request: MoveRequest): Promise<RecordsMoved> {
  const config = readConfig({ data: request.dataFolder }, readEnvironment());
  const source = placeOf('--from', request.from);
  const target = placeOf('--to', request.to);
  const attempted = `Move the records from ${request.from} to ${request.to}`;
  if (source.kind === 'sqlite' && !existsSync(source.file)) {
    const remedy = 'Name the records as HOLDFAST_RECORDS does: file:///srv/holdfast/records.sqlite.';
    throw composeErrors('workspace_not_begun', { attempted, detail: `there is no ${source.file}`, remedy });
  }
  await using opened = new AsyncDisposableStack();
  await makeDataFolder(config.dataFolder);
  opened.use(await openDataLock(config.dataFolder, systemClock));
  const from = opened.use(await open(source, { readOnly: true }));
  const to = opened.use(await open(target, { readOnly: false }));
  const { signal, onProgress } = request;
  return await moveRecords({ from, to, clock: systemClock, signal, onProgress });
}

function placeOf(flag: string, url: string): RecordsPlace {
  const mistakes: string[] = [];
  const place = readRecordsUrl(flag, url, '', (mistake) => void mistakes.push(mistake));
  if (mistakes.length === 0) return place;
  throw composeErrors('records_url_invalid', { attempted: 'Move the records', detail: mistakes.join(' ') });
}

async function open(place: RecordsPlace, { readOnly }: { readonly readOnly: boolean }): Promise<MovableRecords> {
  const deps = { clock: systemClock, log: silentLog, readOnly };
  if (place.kind === 'sqlite') return openSqliteRecordStore({ path: place.file, ...deps });
  return openDynamoRecordStore({ ...place, ...deps, mayCreate: () => Promise.resolve(!readOnly) });
}
