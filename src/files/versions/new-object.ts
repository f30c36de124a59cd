import type { Clock } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { destroyObject, type ObjectStore, type RecordOperation } from '../../storage/index.ts';
import { copyObject, type MustHaveRoom } from '../copies/copy-object.ts';
import { newCopyJob, putCopyJob } from '../copies/object-rows.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { assertRoom, usageChange, type QuotaDeps } from '../quota/usage.ts';
import { keys, paths, type Copies, type ObjectRow, type StoreName } from '../records.ts';
import type { HeaderPool } from '../sealing/header-pool.ts';
import type { SealingThread } from '../sealing/sealing-thread.ts';
import { sealObject, type Announced, type SealedObject } from './seal-object.ts';

export interface NewObjectDeps extends QuotaDeps {
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly log: Log;
  readonly maxFileBytes: number;
  readonly thread: SealingThread;
  readonly headers: HeaderPool;
  readonly copiesBeforeAck: number;
  readonly readStallMs: number;
  readonly mustHaveRoom?: MustHaveRoom | undefined;
  /** Called once a copy waits in the outbox. */
  readonly onCopyJob: () => void;
}

/** An object that lies encrypted in the stores, with what a transaction needs to make it known. */
export interface NewObject {
  readonly sealed: SealedObject;
  readonly copies: Copies;
  /** Three at most: the object, its copy job, what its owner uses. */
  readonly operations: readonly RecordOperation[];
  /** To be called when they are written. */
  readonly onNamed: () => void;
}

/**
 * Encrypts a body into the first store, and copies it to the second when the answer has to wait for that. Until its
 * operations are written nothing names it: whoever does not write them calls {@link dropUnnamed}.
 * Throws `quota_exceeded`, `store_full`, `second_copy_failed`, and what sealing throws.
 */
export async function newObject(
  deps: NewObjectDeps,
  access: DriveAccess,
  body: AsyncIterable<Uint8Array>,
  announced: Announced,
): Promise<NewObject> {
  const { ownerId } = access.drive;
  await assertRoom(deps, ownerId, announced.size ?? 0);
  await deps.mustHaveRoom?.('primary', announced.size ?? 0);
  const store = deps.stores.primary;
  const sealed = await sealObject({ ...deps, store }, access.driveId, access.keys.newest, body, announced);
  try {
    await assertRoom(deps, ownerId, sealed.facts.size);
    const copies = await firstCopies(deps, access.driveId, sealed, announced.signal);
    const pending = copies.backup.state === 'pending';
    const { objectId, size } = sealed.facts;
    const row: ObjectRow = {
      driveId: access.driveId,
      generation: access.keys.newest.number,
      facts: sealed.facts,
      references: 1,
      copies,
    };
    return {
      sealed,
      copies,
      operations: [
        { op: 'put', ...keys.object(objectId), value: row, if: 'absent' },
        usageChange(ownerId, size),
        ...(pending ? [putCopyJob(newCopyJob(objectId, 'backup', 'new', deps.clock()))] : []),
      ],
      onNamed: () => pending && deps.onCopyJob(),
    };
  } catch (error) {
    await dropUnnamed(deps, access.driveId, sealed, error);
    throw error;
  }
}

/** One copy is there; the second follows from the outbox, or is made now when the answer has to wait for it. */
async function firstCopies(
  deps: NewObjectDeps,
  driveId: string,
  sealed: SealedObject,
  signal: AbortSignal | undefined,
): Promise<Copies> {
  const atMs = deps.clock();
  const kept = (versionId: string | undefined) => (versionId === undefined ? {} : { versionId });
  const first = kept(sealed.versionId);
  if (deps.copiesBeforeAck < 2) {
    return { primary: { state: 'stored', atMs, ...first }, backup: { state: 'pending', atMs } };
  }
  let versionId: string | undefined;
  try {
    await deps.mustHaveRoom?.('backup', sealed.facts.size);
    const outcome = await copyObject({
      key: paths.object(driveId, sealed.facts.objectId),
      facts: sealed.facts,
      from: deps.stores.primary,
      to: deps.stores.backup,
      thread: deps.thread,
      stallMs: deps.readStallMs,
      signal: signal ?? new AbortController().signal,
      onVerified: (found) => void (versionId = found),
    });
    if (outcome === 'source_bad') throw fileErrors('second_copy_failed', { detail: 'the first copy reads back wrong' });
  } catch (error) {
    if (hasCode(error, 'store_full', 'second_copy_failed')) throw error;
    const detail = error instanceof HoldfastError ? error.title : undefined;
    throw fileErrors('second_copy_failed', { cause: error, ...(detail === undefined ? {} : { detail }) });
  }
  return {
    primary: { state: 'verified', atMs, ...first },
    backup: { state: 'verified', atMs: deps.clock(), ...kept(versionId) },
  };
}

/**
 * Removes the object of a version that did not come to be. When the record store did not answer, nobody knows whether
 * the version is there; then the object stays: one too many does no harm, one too few loses a file.
 */
export async function dropUnnamed(
  deps: NewObjectDeps,
  driveId: string,
  sealed: SealedObject,
  cause: unknown,
): Promise<void> {
  const { objectId } = sealed.facts;
  if (!(cause instanceof HoldfastError) || cause.code === 'records_unavailable') {
    deps.log.warn({ objectId }, 'left an object in place because it is not known whether a record names it');
    return;
  }
  const key = paths.object(driveId, objectId);
  const stores = deps.copiesBeforeAck < 2 ? [deps.stores.primary] : [deps.stores.primary, deps.stores.backup];
  const dropped = await Promise.allSettled(stores.map((store) => destroyObject(store, key)));
  if (dropped.some((each) => each.status === 'rejected')) {
    deps.log.warn({ objectId }, 'an object that nothing names could not be removed');
  }
}
