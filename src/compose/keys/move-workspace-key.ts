/** `admin keys move`: the workspace key of a stopped server into AWS KMS, into a file, or under another key of KMS. */
import { moveRing, type RingMoved } from '../../accounts/index.ts';
import { eventWriter } from '../../audit/index.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { readConfig, readEnvironment, readWorkspaceKeyPlace, type WorkspaceKeyPlace } from '../../config/index.ts';
import { openDataLock } from '../../storage/index.ts';
import { composeErrors } from '../errors.ts';
import { openRecordsToChange } from '../records/open-records.ts';
import { ringPlaceOf } from './workspace-key-place.ts';

export interface WorkspaceKeyMove {
  /** As HOLDFAST_WORKSPACE_KEY would name it; `null`: as it does, or the default. */
  readonly from: string | null;
  readonly to: string;
  readonly dataFolder: string;
}

/** Throws `config_invalid`, `data_in_use` while a server runs on the data folder, and what moveRing() throws. */
export async function moveWorkspaceKeyOffline({ from, to, dataFolder }: WorkspaceKeyMove): Promise<RingMoved> {
  const config = readConfig({ data: dataFolder }, readEnvironment());
  const source = from === null ? config.workspaceKey : placeOf('--from', from);
  const target = placeOf('--to', to);
  await using opened = new AsyncDisposableStack();
  opened.use(await openDataLock(config.dataFolder, systemClock));
  const records = opened.use(await openRecordsToChange(config, { clock: systemClock, log: silentLog }));
  const place = (of: WorkspaceKeyPlace) => ringPlaceOf(of, config, { records, log: silentLog });
  return await moveRing({
    ...{ from: place(source), to: place(target), records },
    audit: (workspaceKey) => eventWriter({ workspaceKey, clock: systemClock }),
  });
}

function placeOf(flag: string, text: string): WorkspaceKeyPlace {
  const mistakes: string[] = [];
  const place = readWorkspaceKeyPlace(flag, text, (mistake) => void mistakes.push(mistake));
  if (mistakes.length === 0) return place;
  throw composeErrors('workspace_key_place_invalid', {
    attempted: 'Move the workspace key',
    detail: mistakes.join(' '),
  });
}
