/** What a store can and cannot do, in words: each lack with what follows from it. */
import { formatBytes } from '../../base/text/quantities.ts';
import type { ObjectStoreProperties } from '../../storage/index.ts';
import { type DoctorCheck, fail, pass, type Verdict, warn } from '../doctor/check.ts';

/** Second copies may be locked by choice, so that whoever has the keys of the server cannot remove them. */
export type Held = 'objects' | 'second copies';

/** The ids begin with `prefix`, the sentences with `who`. Asks nothing of the store. */
export function abilityChecks(
  prefix: string,
  properties: ObjectStoreProperties,
  who = 'It',
  holds: Held = 'objects',
): DoctorCheck[] {
  const verdicts: Record<string, Verdict> = {
    conditional_writes: judgeCreateOnly(properties, who),
    ranges: judgeRanges(properties, who),
    versions: judgeVersions(properties, who),
    ...(properties.versions ? { delete_by_version: judgeDeletion(properties, who, holds) } : {}),
    object_lock: judgeLock(properties, who, holds),
    limits: judgeLimits(properties, who),
  };
  return Object.entries(verdicts).map(([id, verdict]) => ({ id: `${prefix}${id}`, ...verdict }));
}

/** For whoever starts a server on it: what cannot stay so, each with what to do. */
export function abilityWarnings(who: string, properties: ObjectStoreProperties, holds: Held): string[] {
  const lacks = abilityChecks('', properties, who, holds).filter(({ verdict }) => verdict === 'fail');
  return lacks.map(({ what, remedy }) => `${what} ${remedy}`);
}

function judgeCreateOnly({ createOnly, ranges }: ObjectStoreProperties, who: string): Verdict {
  if (createOnly) return pass(`${who} obeys conditional writes: of two writers of one name the second is refused.`);
  if (ranges === null) return pass(`Nobody has tried yet: ${who} may obey conditional writes.`);
  return pass(
    `${who} does not obey conditional writes. Files do not depend on it, since the name of an object is random and used once. Holdfast looks after such a write who came last, which takes one request more.`,
  );
}

function judgeRanges({ ranges }: ObjectStoreProperties, who: string): Verdict {
  if (ranges) return pass(`${who} answers with ranges of an object.`);
  if (ranges === null) return pass(`Nobody has tried yet: ${who} may answer with ranges of an object.`);
  return fail(
    `${who} does not answer with ranges of an object: no part of a file can be read, no film or large picture shown, and no download that broke goes on.`,
    'See that no proxy in front of the store takes them out; else move to another store: holdfast admin stores move.',
  );
}

function judgeVersions({ versions, url }: ObjectStoreProperties, who: string): Verdict {
  if (versions) return pass(`${who} keeps versions: what others overwrite or delete there can be fetched back.`);
  return warn(
    `${who} keeps no versions: what somebody with access to it overwrites or deletes is gone there. Versions of files are objects of their own and do not depend on it.`,
    url.startsWith('s3:')
      ? 'Keep the second copies in another store, from which what is lost is mended. Where the store can, the server switches versions on when it starts.'
      : 'Keep the second copies in another store, from which what is lost is mended.',
  );
}

function judgeDeletion({ deletesVersions, objectLock }: ObjectStoreProperties, who: string, holds: Held): Verdict {
  if (deletesVersions) return pass(`${who} deletes single versions: what is removed for good is gone.`);
  if (deletesVersions === null) return pass(`Nobody has tried yet: ${who} may delete single versions.`);
  if (holds === 'second copies' && objectLock === 'always') {
    return pass(`${who} deletes no single version while it is locked.`);
  }
  return fail(
    `${who} does not delete single versions: what people remove for good stays in the store, encrypted, and costs money.`,
    'Allow s3:DeleteObjectVersion and s3:ListBucketVersions, and see that nothing in the bucket is locked.',
  );
}

export function judgeLock(
  { objectLock }: Pick<ObjectStoreProperties, 'objectLock'>,
  who = 'The store',
  holds: Held = 'objects',
): Verdict {
  if (objectLock === null) return pass(`${who} does not say whether objects can be locked.`);
  if (objectLock === 'off')
    return pass(`${who} locks no object: whoever has the credentials of the server can delete.`);
  if (objectLock === 'on') return pass(`${who} can lock objects, and locks none unless somebody asks for it.`);
  if (holds === 'second copies') {
    return warn(
      `${who} locks each second copy for some time, so that nobody removes one sooner: what people remove for good stays there as long, encrypted, and so does the key of a deleted account.`,
      'Nothing, where that is meant; else take the default retention off the bucket.',
    );
  }
  return fail(
    `${who} locks every object for some time: until that is over, nothing that people remove for good is gone, and the key of a deleted account stays.`,
    'Take the default retention off the bucket; the second copies guard against deletion.',
  );
}

function judgeLimits({ maxObjectBytes, minPartBytes, parts, maxParts }: ObjectStoreProperties, who: string): Verdict {
  if (!parts) {
    return fail(
      `${who} takes no object in parts: a file larger than one part (HOLDFAST_S3_PART_BYTES) cannot be stored there.`,
      'See that the credentials may write in parts: `holdfast doctor` prints what they need. Else move to another store: holdfast admin stores move.',
    );
  }
  const size = `files of up to ${formatBytes(maxObjectBytes)}`;
  if (minPartBytes <= 1) return pass(`${who} takes ${size}.`);
  return pass(
    `${who} takes ${size}, in up to ${maxParts.toLocaleString('en-US')} parts of ${formatBytes(minPartBytes)} or more.`,
  );
}
