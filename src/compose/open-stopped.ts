/** The workspace of a stopped server, to be looked at: nothing in it is changed, and no server starts meanwhile. */
import { openWorkspaceKey, type WorkspaceKey } from '../accounts/index.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import type { Config } from '../config/index.ts';
import { type ObjectStore, openDataLock, type RecordStore } from '../storage/index.ts';
import { composeErrors } from './errors.ts';
import { openRecordsToRead, type RecordsToRead } from './records/open-records.ts';
import { ringPlaceOf } from './keys/workspace-key-place.ts';
import { recallStores } from './stores/known-stores.ts';
import { openStores } from './stores/open-stores.ts';

export interface StoppedWorkspace extends AsyncDisposable {
  readonly records: RecordStore;
  readonly examineTable: RecordsToRead['examineTable'];
  readonly examineFile: RecordsToRead['examineFile'];
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly workspaceKey: WorkspaceKey;
}

/** Throws `data_in_use` while a server runs on it, `workspace_not_begun`, and whatever keeps a server from starting. */
export async function openStopped(config: Config): Promise<StoppedWorkspace> {
  const clock = systemClock;
  const log = silentLog;
  await using opened = new AsyncDisposableStack();
  // A server that runs knows more than its files tell from outside, and must not be disturbed.
  opened.use(await openDataLock(config.dataFolder, clock));
  const { records, ...examining } = await openRecordsToRead(config, { clock, log });
  opened.use(records);
  const { primary, backup } = await openStores(config, { clock, log, readOnly: true });
  opened.use(primary);
  opened.use(backup);
  await recallStores({ records, config, stores: { primary, backup } });
  const beforeNew = async (): Promise<void> => {
    throw composeErrors('workspace_not_begun', { attempted: `Look at ${config.dataFolder}` });
  };
  const place = ringPlaceOf(config.workspaceKey, config, { records, log });
  const workspaceKey = await openWorkspaceKey({ place, records, clock, log, beforeNew });
  const held = opened.move();
  return { records, ...examining, primary, backup, workspaceKey, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
