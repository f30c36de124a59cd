/** Copies of the records, made while the server runs: a plain copy of the file would miss what still lies in its log. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, timestamp } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { makeDurableFolder, storageErrors } from '../../storage/index.ts';
import { freeDiskBytes } from '../free-disk.ts';

export type RecordsBackup = {
  /** Absolute. */
  readonly file: string;
  readonly time: string;
  readonly bytes: number;
};

/** Makes a backup whenever the newest one is too old, also at shutdown, until it is disposed. */
export interface RecordsBackups extends AsyncDisposable {
  /** Now, for whoever asks. Throws `records_full`, `records_denied`, `records_unavailable`. */
  make(): Promise<RecordsBackup>;
}

export interface RecordsBackupsDeps {
  readonly records: { backup(path: string): Promise<void> };
  /** A copy was made; resolves before anybody is told of it. */
  readonly onMade: () => Promise<void>;
  readonly recordsFile: string;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How old the newest one gets. */
  readonly recordsBackupEveryMs: number;
  /** The oldest ones above this number are removed. */
  readonly recordsBackupsKept: number;
  /** Room that stays free for everything else. */
  readonly minFreeDiskBytes: number;
}

/** How often it looks whether one is due. */
const LOOK_MS = 60_000;
/** After a failure: nobody wants the same line in the log every minute. */
const RETRY_MS = 3_600_000;

const NAME = /^records-(\d{4}-\d{2}-\d{2}T)(\d{2})-(\d{2})-(\d{2}\.\d{3}Z)\.sqlite$/;

export function openRecordsBackups(deps: RecordsBackupsDeps): RecordsBackups {
  const { folder, clock, log, recordsBackupEveryMs } = deps;
  let retryMs = 0;
  let running: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(step: () => Promise<Result>): Promise<Result> => {
    const turn = running.then(step);
    running = turn.catch(() => undefined);
    return turn;
  };

  const makeIfDue = async (): Promise<void> => {
    try {
      const { latest } = await recordsBackupsIn(folder, clock());
      const age = latest === null ? Infinity : clock() - latest.atMs;
      if (age >= recordsBackupEveryMs && clock() >= retryMs) await makeBackup(deps);
    } catch (error) {
      retryMs = clock() + RETRY_MS;
      log.error({ err: error, folder }, 'The records could not be backed up');
    }
  };
  const timer = setInterval(() => void inTurn(makeIfDue), Math.min(LOOK_MS, recordsBackupEveryMs));
  timer.unref();

  return {
    make: () => inTurn(() => makeBackup(deps)),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await inTurn(makeIfDue);
    },
  };
}

export interface FoundBackups {
  /** The newest one by its name; `null` when there is none. */
  readonly latest: NamedBackup | null;
  /** Not in the future, oldest first. */
  readonly made: readonly NamedBackup[];
  /**
   * Made under another clock. They prove nothing of how old the newest one is, take no other's place, and stay: it may be this clock that is
   * wrong, and they all that there is.
   */
  readonly ahead: readonly NamedBackup[];
}

interface NamedBackup {
  readonly file: string;
  readonly atMs: number;
}

export async function recordsBackupsIn(folder: string, nowMs: number): Promise<FoundBackups> {
  const found = (await namesIn(folder))
    .filter((name) => NAME.test(name))
    .toSorted()
    .map((name): NamedBackup => ({
      file: join(folder, name),
      atMs: Date.parse(name.replace(NAME, '$1$2:$3:$4')),
    }));
  const made = found.filter(({ atMs }) => atMs <= nowMs);
  return { latest: made.at(-1) ?? null, made, ahead: found.filter(({ atMs }) => atMs > nowMs) };
}

async function makeBackup(deps: RecordsBackupsDeps): Promise<RecordsBackup> {
  const { folder, recordsFile, minFreeDiskBytes } = deps;
  const attempted = `Back the records up into ${folder}`;
  try {
    await makeDurableFolder(folder);
  } catch (cause) {
    throw storageErrors('records_denied', { attempted, detail: (cause as { code?: string }).code ?? '', cause });
  }
  await removeLeftovers(folder);
  const { size } = await stat(recordsFile);
  if ((await freeDiskBytes(folder)) < size + minFreeDiskBytes) throw storageErrors('records_full', { attempted });
  const nowMs = deps.clock();
  const time = timestamp(nowMs);
  const name = `records-${time.replaceAll(':', '-')}.sqlite`;
  const file = join(folder, name);
  await deps.records.backup(file);
  await deps.onMade();
  const { made } = await recordsBackupsIn(folder, nowMs);
  for (const old of made.slice(0, Math.max(0, made.length - deps.recordsBackupsKept))) {
    await rm(old.file, { force: true });
  }
  return { file, time, bytes: (await stat(file)).size };
}

/** What a killed server left half-made. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (/^records-.*\.sqlite\..*\.tmp(-journal)?$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
}
