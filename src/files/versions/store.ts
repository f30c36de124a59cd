import type { Clock } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ObjectStore, RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import {
  commitVersion,
  resolveTarget,
  type CommitDeps,
  type Conditions,
  type Made,
  type Target,
} from './commit-version.ts';
import { copyObject } from '../copies/copy-object.ts';
import { nameOf } from '../entries/entries.ts';
import { fileErrors } from '../errors.ts';
import { once, type IdempotencyDeps } from '../entries/idempotency.ts';
import { mediaTypeOf } from './media-type.ts';
import { checkName } from '../entries/names.ts';
import { newCopyJob, putCopyJob } from '../copies/object-rows.ts';
import { keys, paths, type Copies, type ObjectRow, type StoreName } from '../records.ts';
import { sealObject, type SealedObject } from './seal-object.ts';

export interface StoreDeps extends IdempotencyDeps, CommitDeps {
  readonly records: RecordStore;
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly log: Log;
  readonly maxFileBytes: number;
  readonly copiesBeforeAck: number;
  readonly readStallMs: number;
  /** Called once a copy waits in the outbox. */
  readonly onCopyJob: () => void;
}

export interface Upload extends Conditions {
  readonly body: AsyncIterable<Uint8Array>;
  /** Plaintext bytes, when announced. */
  readonly size?: number | undefined;
  /** Lower-case hex of the plaintext, when announced. */
  readonly sha256?: string | undefined;
  /** Default: now. */
  readonly modifiedMs?: number | undefined;
  /** Default: by the name's extension. */
  readonly mediaType?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Which of the files of one request this is. */
  readonly idempotencyPart?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Stores a file: the encrypted object first, durable, then one transaction that makes the version visible and queues
 * its second copy. Whatever ends it early leaves no version, and at worst an object that nothing names.
 */
export async function storeFile(deps: StoreDeps, access: DriveAccess, target: Target, upload: Upload): Promise<Made> {
  if (target.by === 'name') checkName(target.name);
  const { ifMatch, ifNoneMatch } = upload;
  const conditions = { ifMatch, ifNoneMatch };
  let isFirst = false;
  const made = await once<Made>(deps, access, {
    key: upload.idempotencyKey,
    part: upload.idempotencyPart,
    request: [
      'store',
      ...(target.by === 'name' ? [target.folderId, target.name] : [target.entryId]),
      upload.size ?? null,
      upload.sha256 ?? null,
      upload.modifiedMs ?? null,
    ],
    act: async (done) => {
      isFirst = true;
      // Asked before a byte is read and again when it is written: most refusals need no upload.
      const { existing } = await resolveTarget(deps, access, target, conditions);
      const name = target.by === 'name' ? target.name : existing ? nameOf(access, existing) : '';
      const mediaType = mediaTypeOf(name, upload.mediaType);
      const sealed = await sealObject(
        { store: deps.stores.primary, maxFileBytes: deps.maxFileBytes },
        access.driveId,
        access.keys.newest,
        upload.body,
        upload,
      );
      try {
        const copies = await firstCopies(deps, access, sealed, upload.signal);
        const nowMs = deps.clock();
        const object: ObjectRow = {
          driveId: access.driveId,
          generation: access.keys.newest.number,
          facts: sealed.facts,
          references: 1,
          copies,
        };
        const version = await commitVersion(deps, access, target, conditions, {
          size: sealed.size,
          object: sealed.facts,
          restoredFrom: null,
          secrets: {
            fileKey: sealed.fileKey,
            sha256: sealed.sha256,
            mediaType,
            modifiedMs: upload.modifiedMs ?? nowMs,
            device: access.session.device,
            headerSha256: sealed.headerSha256,
          },
          also: async (result) => [
            { op: 'put', ...keys.object(sealed.facts.objectId), value: object, if: 'absent' },
            ...(copies.backup.state === 'pending'
              ? [putCopyJob(newCopyJob(sealed.facts.objectId, 'backup', 'new', nowMs))]
              : []),
            ...done(result),
          ],
        });
        if (copies.backup.state === 'pending') deps.onCopyJob();
        return version;
      } catch (error) {
        await dropUnnamed(deps, access.driveId, sealed, error);
        throw error;
      }
    },
  });
  // A repeated request is answered from memory, but only once its sender has finished: cutting him off in the middle
  // would keep the answer from him a second time.
  if (!isFirst) await readToEnd(upload.body);
  return made;
}

async function readToEnd(body: AsyncIterable<Uint8Array>): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  while (!(await pieces.next()).done);
}

/** One copy is there; the second follows from the outbox, or is made now when the answer has to wait for it. */
async function firstCopies(
  deps: StoreDeps,
  access: DriveAccess,
  sealed: SealedObject,
  signal: AbortSignal | undefined,
): Promise<Copies> {
  const atMs = deps.clock();
  if (deps.copiesBeforeAck < 2) {
    return { primary: { state: 'stored', atMs }, backup: { state: 'pending', atMs } };
  }
  try {
    const outcome = await copyObject({
      key: paths.object(access.driveId, sealed.facts.objectId),
      facts: sealed.facts,
      from: deps.stores.primary,
      to: deps.stores.backup,
      stallMs: deps.readStallMs,
      signal: signal ?? new AbortController().signal,
    });
    if (outcome === 'source_bad') throw fileErrors('second_copy_failed', { detail: 'the first copy reads back wrong' });
  } catch (error) {
    if (hasCode(error, 'store_full', 'second_copy_failed')) throw error;
    const detail = error instanceof HoldfastError ? error.title : undefined;
    throw fileErrors('second_copy_failed', { cause: error, ...(detail === undefined ? {} : { detail }) });
  }
  return { primary: { state: 'verified', atMs }, backup: { state: 'verified', atMs: deps.clock() } };
}

/**
 * Removes the object of a version that did not come to be. When the record store did not answer, nobody knows whether
 * the version is there; then the object stays: one too many does no harm, one too few loses a file.
 */
async function dropUnnamed(deps: StoreDeps, driveId: string, sealed: SealedObject, cause: unknown): Promise<void> {
  const { objectId } = sealed.facts;
  if (!(cause instanceof HoldfastError) || cause.code === 'records_unavailable') {
    deps.log.warn({ objectId }, 'left an object in place because it is not known whether a record names it');
    return;
  }
  const key = paths.object(driveId, objectId);
  const stores = deps.copiesBeforeAck < 2 ? [deps.stores.primary] : [deps.stores.primary, deps.stores.backup];
  const dropped = await Promise.allSettled(stores.map((store) => store.delete(key)));
  if (dropped.some((each) => each.status === 'rejected')) {
    deps.log.warn({ objectId }, 'an object that nothing names could not be removed');
  }
}
