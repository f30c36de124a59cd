/** What a store can and cannot do, in words: each lack with what follows from it. */
import { formatBytes } from '../../base/quantities.ts';
import type { ObjectStoreProperties } from '../../storage/index.ts';
import { type DoctorCheck, fail, pass, type Verdict, warn } from '../doctor/check.ts';

/** The ids begin with `prefix`. Asks nothing of the store. */
export function abilityChecks(prefix: string, properties: ObjectStoreProperties): DoctorCheck[] {
  const verdicts: Record<string, Verdict> = {
    conditional_writes: judgeCreateOnly(properties),
    versions: judgeVersions(properties),
    ...(properties.versions ? { delete_by_version: judgeDeletion(properties) } : {}),
    object_lock: judgeLock(properties),
    limits: judgeLimits(properties),
  };
  return Object.entries(verdicts).map(([id, verdict]) => ({ id: `${prefix}${id}`, ...verdict }));
}

function judgeCreateOnly({ createOnly }: ObjectStoreProperties): Verdict {
  if (createOnly) return pass('It obeys conditional writes: of two writers of one name the second is refused.');
  return warn(
    'It does not obey conditional writes. Files do not depend on it, since the name of an object is random and used once. Holdfast looks after such a write who came last, which takes one request more.',
    'Nothing needs to be done.',
  );
}

function judgeVersions({ versions, url }: ObjectStoreProperties): Verdict {
  if (versions) return pass('It keeps versions: what others overwrite or delete there can be fetched back.');
  return warn(
    'It keeps no versions: what somebody with access to it overwrites or deletes is gone there. Versions of files are objects of their own and do not depend on it.',
    url.startsWith('s3:')
      ? 'Keep the second copies in another store, from which what is lost is mended. Where the store can, the server switches versions on when it starts.'
      : 'Keep the second copies in another store, from which what is lost is mended.',
  );
}

function judgeDeletion({ deletesVersions }: ObjectStoreProperties): Verdict {
  if (deletesVersions) return pass('It deletes single versions: what is removed for good is gone.');
  if (deletesVersions === null) return pass('Nobody has tried yet whether it deletes single versions.');
  return fail(
    'It does not delete single versions: what people remove for good stays in the store, encrypted, and costs money.',
    'Allow s3:DeleteObjectVersion and s3:ListBucketVersions, and see that nothing in the bucket is locked.',
  );
}

/** `holds`: second copies may be locked by choice, so that whoever has the keys of the server cannot remove them. */
export function judgeLock(
  { objectLock }: Pick<ObjectStoreProperties, 'objectLock'>,
  holds: 'objects' | 'second copies' = 'objects',
): Verdict {
  if (objectLock === null) return pass('The store does not say whether objects can be locked.');
  if (objectLock === 'off')
    return pass('The store locks no object: whoever has the credentials of the server can delete.');
  if (objectLock === 'on') return pass('The store can lock objects, and locks none unless somebody asks for it.');
  if (holds === 'second copies') {
    return warn(
      'The store of the second copies locks each of them for some time, so that nobody removes one sooner: what people remove for good stays there as long, encrypted, and so does the key of a deleted account.',
      'Nothing, where that is meant; else take the default retention off the bucket.',
    );
  }
  return fail(
    'The store locks every object for some time: until that is over, nothing that people remove for good is gone, and the key of a deleted account stays.',
    'Take the default retention off the bucket; the second copies guard against deletion.',
  );
}

function judgeLimits({ maxObjectBytes, minPartBytes, maxParts }: ObjectStoreProperties): Verdict {
  const size = `files of up to ${formatBytes(maxObjectBytes)}`;
  if (minPartBytes <= 1) return pass(`It takes ${size}.`);
  return pass(
    `It takes ${size}, in up to ${maxParts.toLocaleString('en-US')} parts of ${formatBytes(minPartBytes)} or more.`,
  );
}
