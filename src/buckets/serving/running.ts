/** One audit at a time, on whichever server: a row says which is under way, how far it is, and that it goes on. */
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { bucketErrors } from '../errors.ts';
import { keys, type RunningRow } from '../records.ts';
import type { BucketsSettings } from '../settings.ts';

export interface RunningDeps {
  readonly records: RecordStore;
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
}

/** Who begins or stops one: how people call them, and for the audit trail. */
export interface Auditor {
  readonly by: string;
  readonly actorId: string | null;
  readonly sessionId: string | null;
}

/** `null` also where one was broken off: its server has told nothing for too long. */
export async function runningNow({ records, settings, clock }: RunningDeps): Promise<RunningRow | null> {
  const row = (await records.get<RunningRow>(keys.running.pk, keys.running.sk))?.value ?? null;
  return row && clock() - row.aliveMs < settings.bucketsAuditLostMs ? row : null;
}

/** Throws `buckets_audit_runs`. */
export async function beginRunning(
  deps: RunningDeps,
  { by, actorId, sessionId }: Auditor,
  { placeIds, probe }: Pick<RunningRow, 'placeIds' | 'probe'>,
): Promise<RunningRow> {
  const { records, audit, clock } = deps;
  const before = await records.get<RunningRow>(keys.running.pk, keys.running.sk);
  if (await runningNow(deps)) throw bucketErrors('buckets_audit_runs');
  const nowMs = clock();
  const row: RunningRow = {
    auditId: newId(),
    by,
    startedMs: nowMs,
    aliveMs: nowMs,
    probe,
    placeIds,
    at: 0,
    buckets: 0,
  };
  const facts = { auditId: row.auditId, places: placeIds.length, probe };
  try {
    await records.transact([
      { op: 'put', ...keys.running, value: row, if: before ? { revision: before.revision } : 'absent' },
      ...audit.operations({ act: 'bucket_audit.begun', actorId, sessionId, subjectIds: [], facts }),
    ]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
    throw bucketErrors('buckets_audit_runs', { cause: error });
  }
  return row;
}

/** Whether it still is to go on: nobody has stopped it, and no other has taken its place. */
export async function goOn(
  { records, clock }: RunningDeps,
  auditId: string,
  progress: Pick<RunningRow, 'at' | 'buckets'>,
): Promise<boolean> {
  const item = await records.get<RunningRow>(keys.running.pk, keys.running.sk);
  if (item?.value.auditId !== auditId) return false;
  const value: RunningRow = { ...item.value, ...progress, aliveMs: clock() };
  try {
    await records.transact([{ op: 'put', ...keys.running, value, if: { revision: item.revision } }]);
    return true;
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
    return false;
  }
}

export async function endRunning({ records }: RunningDeps, auditId: string): Promise<void> {
  const item = await records.get<RunningRow>(keys.running.pk, keys.running.sk);
  if (item?.value.auditId !== auditId) return;
  try {
    await records.transact([{ op: 'delete', ...keys.running, if: { revision: item.revision } }]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

/** The id of the one that was stopped; `null`: there was none. */
export async function stopRunning(
  { records, audit }: RunningDeps,
  { actorId, sessionId }: Auditor,
): Promise<string | null> {
  const item = await records.get<RunningRow>(keys.running.pk, keys.running.sk);
  if (!item) return null;
  const { auditId } = item.value;
  await records.transact([
    { op: 'delete', ...keys.running },
    ...audit.operations({
      act: 'bucket_audit.stopped',
      actorId,
      sessionId,
      subjectIds: [],
      facts: { auditId },
    }),
  ]);
  return auditId;
}
