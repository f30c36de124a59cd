/** The doctor's checks of a store that is a bucket, beyond whether it answers. */
import { count } from '../../base/text/quantities.ts';
import type { Config, ObjectsPlace } from '../../config/index.ts';
import { examineS3Bucket, type ObjectStoreProperties, type S3Health } from '../../storage/index.ts';
import { abilityChecks, type Held, judgeLock } from '../stores/store-abilities.ts';
import { awsFlags, check, type DoctorCheck, fail, pass, type Verdict, warn } from './check.ts';

const CLOCK_SLACK_MS = 5 * 60_000;

type BucketPlace = ObjectsPlace & { readonly kind: 's3' };

/** One look for all: each check tells its own part of it, or why there was none. `null` for a folder. */
export function lookAtBucket(
  place: ObjectsPlace,
  config: Pick<Config, 'settings'>,
  signal?: AbortSignal,
): Promise<S3Health> | null {
  if (place.kind !== 's3') return null;
  const health = examineS3Bucket(place, config.settings.storage, signal);
  health.catch(() => undefined);
  return health;
}

/** None for a folder. `name` is the beginning of the checks' names. */
export function bucketChecks(
  name: string,
  place: ObjectsPlace,
  health: Promise<S3Health> | null,
): Promise<DoctorCheck>[] {
  if (place.kind !== 's3' || health === null) return [];
  const { bucket } = place;
  return [
    check(`${name}_permissions`, async () => judgePermissions(await health, bucket)),
    check(`${name}_versions`, async () => judgeVersions(await health, place)),
    check(`${name}_lifecycle`, async () => judgeLifecycle(await health, place)),
    check(`${name}_public_access`, async () => judgePublicity(await health, place)),
    check(`${name}_clock`, async () => judgeClock(await health, bucket)),
  ];
}

/** What trying the bucket out has shown; versions are looked at anew, and what locks objects is told of any store. None for a folder. */
export function triedAbilities(name: string, place: ObjectsPlace, properties: ObjectStoreProperties): DoctorCheck[] {
  if (place.kind !== 's3') return [];
  const toldElsewhere = [`${name}_versions`, `${name}_object_lock`];
  const holds = name === 'backup' ? 'second copies' : 'objects';
  return abilityChecks(`${name}_`, properties, `The bucket ${place.bucket}`, holds).filter(
    ({ id }) => !toldElsewhere.includes(id),
  );
}

function judgePermissions({ denied, policy }: S3Health, bucket: string): Verdict {
  if (denied.length === 0) {
    return pass(`The server may do in the bucket ${bucket} what it must. The least it needs: ${policy}`);
  }
  return fail(
    `The server may not do in the bucket ${bucket}: ${denied.join(', ')}.`,
    `Give its credentials this policy: ${policy}`,
  );
}

function judgeVersions({ versions }: S3Health, place: BucketPlace): Verdict {
  const { bucket } = place;
  if (versions === true) return pass(`The bucket ${bucket} keeps what is overwritten or deleted there by others.`);
  const remedy = `Run: aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled${awsFlags(place)}, if the store can; the second copies repair what is lost here.`;
  if (versions === false) return warn(`The bucket ${bucket} keeps no versions: what is deleted there is gone.`, remedy);
  return warn(`Nobody can tell whether the bucket ${bucket} keeps versions: the store does not say.`, remedy);
}

function judgeLifecycle({ removing, unseen }: S3Health, place: BucketPlace): Verdict {
  const { bucket } = place;
  const right = 's3:GetLifecycleConfiguration';
  if (unseen.includes(right)) {
    return warn(`Nobody can tell whether a rule of the bucket ${bucket} takes files away.`, letLook([right]));
  }
  if (removing === null) return pass(`The store says nothing of lifecycle rules of the bucket ${bucket}.`);
  if (removing.length === 0) return pass(`No rule of the bucket ${bucket} takes files away.`);
  return fail(
    `${count(removing.length, 'rule', 'rules')} of the bucket ${bucket} (${removing.join(', ')}) will delete files, or move them where they cannot be read.`,
    `Take them out, or off the prefix of this workspace: aws s3api get-bucket-lifecycle-configuration --bucket ${bucket}${awsFlags(place)}`,
  );
}

function judgePublicity({ isPublic, unseen }: S3Health, place: BucketPlace): Verdict {
  const { bucket } = place;
  const rights = ['s3:GetBucketPolicyStatus', 's3:GetBucketAcl'].filter((right) => unseen.includes(right));
  if (isPublic === null && rights.length > 0) {
    return warn(`Nobody can tell whether the bucket ${bucket} is public.`, letLook(rights));
  }
  if (isPublic === null) return pass(`The store does not say who else may read the bucket ${bucket}.`);
  if (!isPublic) return pass(`The bucket ${bucket} is not public.`);
  return fail(
    `The bucket ${bucket} is public: anybody can fetch the encrypted objects, count them, and see their sizes.`,
    `Run: aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true${awsFlags(place)}, if the store can; else take everybody out of its policy and its grants (get-bucket-policy, get-bucket-acl).`,
  );
}

/** By what a look finds now, else by what trying the store out has found. That nobody may look is told as such. */
export async function judgeLockSeen(
  health: Promise<S3Health> | null,
  properties: Pick<ObjectStoreProperties, 'objectLock'>,
  who?: string,
  holds?: Held,
): Promise<Verdict> {
  const right = 's3:GetBucketObjectLockConfiguration';
  // Why there was no look, the checks of the bucket tell.
  const seen = await health?.catch(() => null);
  if (seen?.unseen.includes(right)) {
    return warn(
      'Nobody can tell whether the bucket locks objects, so that nothing is gone for good.',
      letLook([right]),
    );
  }
  return judgeLock({ objectLock: seen?.objectLock ?? properties.objectLock }, who, holds);
}

function letLook(rights: readonly string[]): string {
  return `Allow the credentials of the server ${rights.join(' and ')} on the bucket, and run the doctor again; the workspace works without.`;
}

function judgeClock({ clockSkewMs }: S3Health, bucket: string): Verdict {
  if (clockSkewMs === null) return pass(`The store of the bucket ${bucket} does not tell its time.`);
  if (Math.abs(clockSkewMs) < CLOCK_SLACK_MS) return pass(`The clock agrees with that of the bucket ${bucket}.`);
  const minutes = Math.round(Math.abs(clockSkewMs) / 60_000);
  const side = clockSkewMs > 0 ? 'behind' : 'ahead of';
  return fail(
    `The clock is ${count(minutes, 'minute')} ${side} that of the bucket ${bucket}.`,
    'Set the clock of this machine, best with a time service (timedatectl set-ntp true).',
  );
}
