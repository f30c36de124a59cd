import { createHash } from 'node:crypto';
import type { DriveAccess } from '../keys/access.ts';
import {
  commitVersion,
  resolveTarget,
  type CommitDeps,
  type Committed,
  type Conditions,
  type Made,
  type Target,
} from './commit-version.ts';
import { nameOf } from '../entries/entries.ts';
import { once, type IdempotencyDeps } from '../entries/idempotency.ts';
import { mediaTypeOf } from './media-type.ts';
import { checkName } from '../entries/names.ts';
import { dropUnnamed, newObject, type NewObject, type NewObjectDeps } from './new-object.ts';
import type { VersionSecrets } from '../keys/version-secrets.ts';
import type { Copies } from '../records.ts';

export interface StoreDeps extends IdempotencyDeps, CommitDeps, NewObjectDeps {}

export interface Upload extends Conditions {
  readonly body: AsyncIterable<Uint8Array>;
  /** Each of its pieces lies in memory of its own, which nobody looks at once it was given. Default: no. */
  readonly isHandedOver?: boolean | undefined;
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

/** What a request to store a file led to. */
export interface Stored {
  readonly made: Made;
  /** What was written just now; `null` where an earlier request had done it. */
  readonly written: Written | null;
}

/** A file with its newest version as they were written, and what lies in them sealed. */
export interface Written {
  readonly file: Committed['file'];
  readonly name: string;
  readonly secrets: VersionSecrets;
  readonly copies: Copies;
}

/**
 * Stores a file: the encrypted object first, durable, then one transaction that makes the version visible and queues
 * its second copy. Whatever ends it early leaves no version, and at worst an object that nothing names.
 */
export async function storeFile(deps: StoreDeps, access: DriveAccess, target: Target, upload: Upload): Promise<Stored> {
  if (target.by === 'name') checkName(target.name);
  const { ifMatch, ifNoneMatch, ifUnmodifiedSinceMs } = upload;
  const conditions = { ifMatch, ifNoneMatch, ifUnmodifiedSinceMs };
  let written: Written | null = null;
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
    content: () => sha256Of(upload.body),
    act: async (done) => {
      // Asked before a byte is read and again when it is written: most refusals need no upload.
      const { existing } = await resolveTarget(deps, access, target, conditions);
      const name = target.by === 'name' ? target.name : existing ? nameOf(access, existing) : '';
      const mediaType = mediaTypeOf(name, upload.mediaType);
      const object = await newObject(deps, access, upload.body, upload);
      const { sealed, copies } = object;
      const secrets = {
        fileKey: sealed.fileKey,
        sha256: sealed.sha256,
        mediaType,
        modifiedMs: upload.modifiedMs ?? deps.clock(),
        device: access.session.device,
        headerSha256: sealed.headerSha256,
      };
      const { made: version, file } = await named(deps, access, object, () => {
        // Who may not store it any more when all of it is there has stored nothing.
        upload.signal?.throwIfAborted();
        return commitVersion(deps, access, target, conditions, {
          size: sealed.size,
          object: sealed.facts,
          restoredFrom: null,
          secrets,
          also: async (result) => [...object.operations, ...done(result, sealed.sha256)],
        });
      });
      // A file that was there may be called otherwise: found by its id, or by letters composed in another way.
      const isNew = target.by === 'name' && version.outcome === 'created';
      written = { file, name: isNew ? target.name : nameOf(access, file), secrets, copies };
      return version;
    },
  });
  return { made, written };
}

/** Does what names the object; when that fails, the object goes. */
async function named(
  deps: StoreDeps,
  access: DriveAccess,
  object: NewObject,
  commit: () => Promise<Committed>,
): Promise<Committed> {
  let committed: Committed;
  try {
    committed = await commit();
  } catch (error) {
    await dropUnnamed(deps, access.driveId, object.sealed, error);
    throw error;
  }
  object.onNamed();
  return committed;
}

/** Of a whole body, lower-case hex. */
async function sha256Of(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of body) hash.update(piece);
  return hash.digest('hex');
}
