import { hasCode } from '../../base/errors.ts';
import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import { keys, PURGE_ERRANDS, type EntryRow, type ObjectRow, type PurgeErrand, type VersionRow } from '../records.ts';
import { leaveShare } from '../shares/end-share.ts';
import { SHARES } from '../shares/share-rows.ts';
import { newDeletionJob, putDeletionJob } from './deletions.ts';
import { putErrand } from './purge.ts';

/**
 * Rows that one step takes: each brings at most four operations (a version and its object in two stores, or a share of
 * one holder and one version), so a transaction stays below a hundred.
 */
const STEP = 20;

export interface ErrandDeps {
  readonly records: RecordStore;
  readonly clock: () => number;
  /** What else happens when the last version of an object goes. */
  readonly onObjectsGone: (driveId: string, gone: readonly ObjectRow[]) => Promise<readonly RecordOperation[]>;
}

/** Errands that are due, the longest due first. */
export async function dueErrands(
  records: RecordStore,
  nowMs: number,
  limit: number,
): Promise<RecordItem<PurgeErrand>[]> {
  const { items } = await records.query<PurgeErrand>(PURGE_ERRANDS, { limit });
  return items.filter((item) => item.value.notBeforeMs <= nowMs);
}

/**
 * Removes an entry that nothing leads to any more, in steps that each leave things right: a crash or a stop costs the
 * step at hand, and the errand stands until the last one is done. Needs no key.
 */
export async function runErrand(deps: ErrandDeps, errand: PurgeErrand, signal: AbortSignal): Promise<void> {
  if (errand.copying) return takeOver(deps, errand);
  const step = errand.kind === 'file' ? removeVersions : removeChildren;
  let more = true;
  while (more && !signal.aborted) {
    try {
      more = await step(deps, errand);
    } catch (error) {
      // A copy of one of its objects was noted meanwhile, or another server is at the same errand: look again.
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
}

/** Nobody goes on with this copy. Under another key the errand stops whoever was only slow, before anything goes. */
async function takeOver(deps: ErrandDeps, errand: PurgeErrand): Promise<void> {
  const notBeforeMs = Math.max(deps.clock(), errand.notBeforeMs + 1);
  try {
    await deps.records.transact([
      { op: 'delete', ...keys.purgeErrand(errand), if: 'present' },
      putErrand({ ...errand, notBeforeMs, copying: false }),
    ]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

/** The next versions of a file, and shares of it; with the last goes the errand. Objects that no other version names go to the outbox. */
async function removeVersions(deps: ErrandDeps, errand: PurgeErrand): Promise<boolean> {
  const page = await deps.records.query<VersionRow>(`entry#${errand.entryId}`, { limit: STEP });
  const versions = page.items.filter(({ sk }) => sk.startsWith('version#'));
  const names = new Map<string, number>();
  for (const { value } of versions) {
    names.set(value.object.objectId, (names.get(value.object.objectId) ?? 0) + 1);
  }
  const nowMs = deps.clock();
  const operations: RecordOperation[] = page.items.map(({ pk, sk, revision }) => ({
    op: 'delete',
    pk,
    sk,
    if: { revision },
  }));
  for (const { sk } of page.items) {
    if (sk.startsWith(SHARES)) operations.push(...(await leaveShare(deps.records, errand.entryId, sk)));
  }
  const gone: ObjectRow[] = [];
  for (const [objectId, times] of names) {
    const at = keys.object(objectId);
    const object = await deps.records.get<ObjectRow>(at.pk, at.sk);
    if (!object) continue;
    const references = object.value.references - times;
    if (references > 0) {
      operations.push({
        op: 'put',
        ...at,
        value: { ...object.value, references },
        if: { revision: object.revision },
      });
      continue;
    }
    gone.push(object.value);
    operations.push(
      { op: 'delete', ...at, if: { revision: object.revision } },
      ...(['primary', 'backup'] as const).map((store) =>
        putDeletionJob(newDeletionJob(object.value.driveId, objectId, store, nowMs)),
      ),
    );
  }
  const more = page.next !== undefined;
  if (!more) operations.push({ op: 'delete', ...keys.purgeErrand(errand) });
  operations.push(...(gone.length === 0 ? [] : await deps.onObjectsGone(errand.driveId, gone)));
  await deps.records.transact(operations);
  return more;
}

/** The next rows of a folder: names go, and what lies in it becomes an errand of its own. */
async function removeChildren(deps: ErrandDeps, errand: PurgeErrand): Promise<boolean> {
  const { entryId: folderId, driveId } = errand;
  const page = await deps.records.query<EntryRow>(`folder#${folderId}`, { limit: STEP });
  const notBeforeMs = deps.clock();
  const operations = page.items.flatMap(({ pk, sk, value, revision }): RecordOperation[] => {
    const remove: RecordOperation = { op: 'delete', pk, sk, if: { revision } };
    if (!sk.startsWith('entry#')) return [remove];
    const entryId = sk.slice('entry#'.length);
    return [
      remove,
      { op: 'delete', ...keys.place(entryId) },
      putErrand({ driveId, entryId, kind: value.kind, notBeforeMs }),
    ];
  });
  const more = page.next !== undefined;
  if (!more) operations.push({ op: 'delete', ...keys.place(folderId) }, { op: 'delete', ...keys.purgeErrand(errand) });
  await deps.records.transact(operations);
  return more;
}
