import { actorOf, type AuditEvent } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { inTurn } from '../entries/places.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import {
  keys,
  trashOf,
  TRASH_DUE,
  type EntryRow,
  type PurgeErrand,
  type TrashDueRow,
  type TrashedFacts,
} from '../records.ts';
import { locateTrashed } from './restore.ts';
import type { TrashDeps } from './trash.ts';

/** Entries that one transaction lets go of: five operations and an event for each stay below a hundred. */
const BATCH = 12;

type Going = {
  readonly driveId: string;
  readonly entryId: string;
  readonly kind: EntryRow['kind'];
  readonly dueMs: number;
  readonly revision: string;
};

/**
 * Lets go of something in the trash for good: from here on nobody finds it, and an errand removes what is left of it
 * (rows step by step, then its objects from both stores). Throws `not_in_trash`.
 */
export async function purgeEntry(deps: TrashDeps, access: DriveAccess, entryId: string): Promise<void> {
  await inTurn(deps.writeAttempts, async () => {
    const { row, revision, ...entry } = await locateTrashed(deps, access, entryId);
    const going = {
      driveId: access.driveId,
      entryId: entry.entryId,
      kind: row.kind,
      dueMs: row.trashed.dueMs,
      revision,
    };
    await letGo(deps, [going], actorOf(access.session));
  });
}

/** Lets go of everything that is in the trash now. Answers how many; what is restored meanwhile stays. */
export async function emptyTrash(deps: TrashDeps, access: DriveAccess): Promise<number> {
  const { driveId } = access;
  const prefix = 'entry#';
  const actor = actorOf(access.session);
  let purged = 0;
  let after: string | undefined;
  do {
    const page = await deps.records.query<EntryRow & { readonly trashed: TrashedFacts }>(`folder#${trashOf(driveId)}`, {
      prefix,
      limit: BATCH,
      ...(after === undefined ? {} : { after }),
    });
    const going = page.items.map(({ sk, value, revision }): Going => {
      return { driveId, entryId: sk.slice(prefix.length), kind: value.kind, dueMs: value.trashed.dueMs, revision };
    });
    purged += await letGoOfEach(deps, going, actor);
    after = page.next;
  } while (after !== undefined);
  return purged;
}

/** Lets go of what has been in the trash for its days. Needs no key. Answers how many. */
export async function purgeExpired(
  deps: Pick<TrashDeps, 'records' | 'clock' | 'audit'>,
  signal: AbortSignal,
): Promise<number> {
  const nobody = { actorId: null, sessionId: null };
  let purged = 0;
  while (!signal.aborted) {
    const page = await deps.records.query<TrashDueRow>(TRASH_DUE, { limit: BATCH });
    const due = page.items.filter(({ sk }) => Number(sk.slice(0, sk.indexOf('#'))) <= deps.clock());
    const going: Going[] = [];
    for (const { pk, sk, value, revision } of due) {
      const at = keys.entry(trashOf(value.driveId), value.entryId);
      const item = await deps.records.get<EntryRow>(at.pk, at.sk);
      const dueMs = Number(sk.slice(0, sk.indexOf('#')));
      if (item?.value.trashed?.dueMs === dueMs) {
        going.push({ ...value, kind: item.value.kind, dueMs, revision: item.revision });
      } else {
        await deps.records.transact([{ op: 'delete', pk, sk, if: { revision } }]).catch(unlessConflict);
      }
    }
    purged += await letGoOfEach(deps, going, nobody);
    if (due.length < BATCH) break;
  }
  return purged;
}

/** All in one transaction; one by one when somebody is at one of them, who then decides about that one. */
async function letGoOfEach(
  deps: Pick<TrashDeps, 'records' | 'clock' | 'audit'>,
  going: readonly Going[],
  actor: Pick<AuditEvent, 'actorId' | 'sessionId'>,
): Promise<number> {
  if (going.length === 0) return 0;
  try {
    await letGo(deps, going, actor);
    return going.length;
  } catch (error) {
    unlessConflict(error);
  }
  if (going.length === 1) return 0;
  let done = 0;
  for (const each of going) done += await letGoOfEach(deps, [each], actor);
  return done;
}

async function letGo(
  deps: Pick<TrashDeps, 'records' | 'clock' | 'audit'>,
  going: readonly Going[],
  actor: Pick<AuditEvent, 'actorId' | 'sessionId'>,
): Promise<void> {
  const nowMs = deps.clock();
  await deps.records.transact(
    going.flatMap(({ driveId, entryId, kind, dueMs, revision }): RecordOperation[] => [
      { op: 'delete', ...keys.entry(trashOf(driveId), entryId), if: { revision } },
      { op: 'delete', ...keys.trashDue(dueMs, { driveId, entryId }) },
      // With its place goes the way to write into it, so that what the errand removes grows no more.
      { op: 'delete', ...keys.place(entryId), if: 'present' },
      putErrand({ driveId, entryId, kind, notBeforeMs: nowMs }),
      ...deps.audit.operations({ act: 'entry.purged', ...actor, subjectIds: [entryId], facts: { driveId, kind } }),
    ]),
  );
}

export function putErrand(errand: PurgeErrand): RecordOperation {
  return { op: 'put', ...keys.purgeErrand(errand), value: errand };
}

function unlessConflict(error: unknown): void {
  if (!hasCode(error, 'record_conflict')) throw error;
}

/** Throws `drive_read_only` for who may change a drive but not destroy what is in it. */
export function refuseUnlessManager(access: DriveAccess): void {
  if (access.role !== 'manager') throw fileErrors('drive_read_only', { detail: 'only its managers remove for good' });
}
