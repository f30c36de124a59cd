/** The doctor's checks of the records: one list for a file, one for a table of DynamoDB. */
import { stat } from 'node:fs/promises';
import { type Clock, timestamp } from '../../base/clock.ts';
import { count } from '../../base/text/quantities.ts';
import type { Config } from '../../config/index.ts';
import type { DynamoHealth, RecordStore } from '../../storage/index.ts';
import { awsFlags, type AwsPlace, check, type DoctorCheck, fail, pass, type Verdict, warn } from './check.ts';
import { recordsBackupsIn } from '../records/records-backups.ts';

export interface RecordsToExamine {
  readonly config: Config;
  readonly clock: Clock;
  readonly records: RecordStore;
  /** `null` where the records lie in a file. */
  readonly examineTable: (() => Promise<DynamoHealth>) | null;
  /** Reads a whole file, which only somebody who holds up nobody may; `null`: one record is read. */
  readonly examineFile: (() => Promise<readonly string[]>) | null;
}

export function recordsChecks(parts: RecordsToExamine): Promise<DoctorCheck>[] {
  const { config, clock, records, examineTable, examineFile } = parts;
  const readable = check('records', async () => {
    await records.get('readiness', 'probe');
    if (!examineFile) return pass('The records can be read.');
    const damage = await examineFile();
    if (damage.length === 0) return pass('The records were read to their end, and are whole.');
    return fail(
      `The records are damaged: ${damage.slice(0, DAMAGE_SHOWN).join('; ')}.`,
      'Keep the file as it is, and put the newest backup in its place: docs/guide/disaster.md.',
    );
  });
  const { records: place } = config;
  if (place.kind === 'sqlite') {
    return [
      check('clock', () => judgeFileClock(place.file, clock())),
      readable,
      check('records_backup', () => judgeRecordsBackup(config, place.file, clock())),
    ];
  }
  // One look for all: each check tells its own part of it, or why there was none.
  const health = examineTable?.() ?? Promise.reject(new Error('no table'));
  health.catch(() => undefined);
  return [
    check('clock', async () => judgeTableClock(await health, clock())),
    readable,
    check('records_permissions', async () => judgePermissions(await health)),
    check('records_backup', async () => judgeRecovery(await health, place)),
    check('records_expiry', async () => judgeExpiry(await health, place)),
    check('records_protection', async () => judgeProtection(await health, place)),
  ];
}

/** What is damaged further is likely damaged by the same. */
const DAMAGE_SHOWN = 3;

type TablePlace = AwsPlace & { readonly table: string };

const CLOCK_SLACK_MS = 5 * 60_000;
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const SET_THE_CLOCK = 'Set the clock of this machine, best with a time service (timedatectl set-ntp true).';

function judgeYear(nowMs: number): Verdict | null {
  if (nowMs >= EARLIEST_MS) return null;
  return fail(`The clock says ${timestamp(nowMs)}, which is in the past.`, SET_THE_CLOCK);
}

/** A clock that went back makes new versions look older than old ones and ends no session. */
async function judgeFileClock(recordsFile: string, nowMs: number): Promise<Verdict> {
  const wrong = judgeYear(nowMs);
  if (wrong) return wrong;
  const { mtimeMs } = await stat(recordsFile);
  if (mtimeMs > nowMs + CLOCK_SLACK_MS) {
    const what = `The clock says ${timestamp(nowMs)}, but the records were written at ${timestamp(mtimeMs)}.`;
    return fail(what, SET_THE_CLOCK);
  }
  return pass('The clock goes forward.');
}

function judgeTableClock({ clockSkewMs }: DynamoHealth, nowMs: number): Verdict {
  const wrong = judgeYear(nowMs);
  if (wrong) return wrong;
  if (Math.abs(clockSkewMs) < CLOCK_SLACK_MS) return pass('The clock agrees with that of DynamoDB.');
  const minutes = Math.round(Math.abs(clockSkewMs) / 60_000);
  const side = clockSkewMs > 0 ? 'behind' : 'ahead of';
  return fail(`The clock is ${count(minutes, 'minute')} ${side} that of DynamoDB.`, SET_THE_CLOCK);
}

/** So many times its turn may a backup be late before somebody has to look. */
const LATE_TURNS = 2;

async function judgeRecordsBackup(config: Config, recordsFile: string, nowMs: number): Promise<Verdict> {
  const lateMs = config.settings.storage.recordsBackupEveryMs * LATE_TURNS;
  const { latest, ahead } = await recordsBackupsIn(config.recordsBackupsFolder, nowMs);
  if (ahead.length > 0) {
    return warn(
      `${count(ahead.length, 'backup')} of the records ${ahead.length === 1 ? 'is' : 'are'} dated in the future: ${ahead.map(({ file }) => file).join(', ')}.`,
      'Look at the clock of this machine. If it is right they were made under a wrong one: move them elsewhere, or remove them.',
    );
  }
  const sinceMs = latest?.atMs ?? (await stat(recordsFile)).birthtimeMs;
  if (nowMs - sinceMs <= lateMs) {
    return pass(latest ? 'The records have a backup of late.' : 'The records are new; their first backup is due soon.');
  }
  return warn(
    latest ? `The newest backup of the records is of ${timestamp(latest.atMs)}.` : 'The records have no backup.',
    `Run: holdfast admin records backup. If that fails, look at the folder ${config.recordsBackupsFolder} and its disk.`,
  );
}

function judgePermissions({ denied, policy }: DynamoHealth): Verdict {
  if (denied.length === 0) return pass(`The server may do with its table what it must. The least it needs: ${policy}`);
  return fail(
    `The server may not do with its table: ${denied.join(', ')}.`,
    `Give its role this policy (the second part only until the table is made): ${policy}`,
  );
}

function judgeRecovery({ pointInTimeRecovery }: DynamoHealth, place: TablePlace): Verdict {
  if (pointInTimeRecovery) {
    return pass('DynamoDB keeps every moment of the last 35 days of the records (point-in-time recovery).');
  }
  const remedy = `Run: aws dynamodb update-continuous-backups --table-name ${place.table} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true${awsFlags(place)}`;
  if (pointInTimeRecovery === false) return warn('The records have no backup: point-in-time recovery is off.', remedy);
  return warn('Nobody can tell whether the records have a backup: the table does not answer about it.', remedy);
}

function judgeExpiry({ removesExpired }: DynamoHealth, place: TablePlace): Verdict {
  if (removesExpired) return pass('DynamoDB removes what has expired.');
  return warn(
    removesExpired === false
      ? 'What has expired stays in the table and costs money: its removal (TTL) is off.'
      : 'Nobody can tell whether DynamoDB removes what has expired: the table does not answer about it.',
    `Run: aws dynamodb update-time-to-live --table-name ${place.table} --time-to-live-specification Enabled=true,AttributeName=removeAfter${awsFlags(place)}`,
  );
}

function judgeProtection({ deletionProtection }: DynamoHealth, place: TablePlace): Verdict {
  if (deletionProtection) return pass('The table is protected from deletion.');
  return warn(
    'One wrong command deletes the table of the records.',
    `Run: aws dynamodb update-table --table-name ${place.table} --deletion-protection-enabled${awsFlags(place)}`,
  );
}
