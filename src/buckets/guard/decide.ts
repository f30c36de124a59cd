/** What is done about a bucket, and why not more. Pure. */
import type { AuditedBucket } from '../auditing/audit.ts';
import { isPublic } from '../auditing/exposure-words.ts';
import type { Loss } from '../exposure/repair/who-loses-access.ts';
import type { Encryption } from '../facts/bucket-facts.ts';
import type { JudgedPlace } from '../facts/exposure-facts.ts';
import type { Change } from '../fixes/change.ts';
import { planBucket } from '../fixes/plan.ts';
import { readException, type ReadException } from './exception.ts';
import type { GuardConfig } from './config.ts';

export interface Situation {
  readonly bucket: AuditedBucket;
  readonly place: JudgedPlace;
  readonly config: Pick<GuardConfig, 'mode' | 'exceptionTag' | 'kmsKeyArn'>;
  readonly exceptionMostMs: number;
  readonly isCreation: boolean;
  /** Whether strangers got in when the guard first saw it, and still do; `null`: it sees it for the first time. */
  readonly isLeftOpen: boolean | null;
  readonly byInfrastructureCode: boolean;
}

export interface Decision {
  readonly changes: readonly Change[];
  /** Why it stays as it is, or partly so; for people. */
  readonly left: readonly string[];
}

const ENCRYPTION = 'bucket-default-encryption';

/** What can harm nobody and need not wait: a default encryption where nobody chose one. */
export function decideAtOnce(situation: Situation): Decision {
  const { bucket, place, config, isCreation } = situation;
  // An exception that begins with the bucket holds from the beginning.
  if (config.mode === 'report' || exceptionOf(situation).exception !== null) return { changes: [], left: [] };
  const { facts } = bucket;
  const isNoneSet = facts.encryption.known && (facts.encryption.value?.Rules ?? []).length === 0;
  // What S3 gives to every new bucket is nobody's choice; what a program describes is somebody's.
  const isDefault =
    isCreation &&
    keeperOf(situation) === null &&
    facts.encryption.known &&
    algorithmOf(facts.encryption.value) === 'AES256';
  if (config.kmsKeyArn !== null && (isNoneSet || isDefault)) {
    return { changes: [underKey(bucket, config.kmsKeyArn)], left: [] };
  }
  const wrong = bucket.observations.filter(({ check, verdict }) => check === ENCRYPTION && verdict === 'fail');
  return { changes: isNoneSet ? planBucket(bucket, wrong, place).changes : [], left: [] };
}

/** All that the mode allows. */
export function decideAfterGrace(situation: Situation): Decision {
  const { bucket, place, config, isCreation, isLeftOpen } = situation;
  const wrong = bucket.observations.filter(({ verdict }) => verdict === 'fail');
  if (wrong.length === 0) return { changes: [], left: [] };
  if (config.mode === 'report') return { changes: [], left: ['the guard only reports (Mode)'] };
  const { exception, invalid } = exceptionOf(situation);
  if (exception !== null) {
    const { owner, until, reason } = exception;
    return { changes: [], left: [`${owner} wants it so until ${until}: ${reason}`] };
  }
  const notes = invalid === null ? [] : [`the tag ${config.exceptionTag} does not count: ${invalid}`];
  const plan = planBucket(bucket, wrong, place);
  const kept = plan.left.map(({ check, why }) => `${check}: ${why}`);
  if (config.mode === 'full' || plan.changes.length === 0) return { changes: plan.changes, left: [...notes, ...kept] };
  const harm = harmOf(plan.losses, { ...situation, isLeftOpen: isCreation ? false : isLeftOpen });
  return harm.length > 0
    ? { changes: [], left: [...notes, ...harm] }
    : { changes: plan.changes, left: [...notes, ...kept] };
}

function exceptionOf({ bucket, place, config, exceptionMostMs }: Situation): ReadException {
  const { tags } = bucket.facts;
  return readException(tags.known ? tags.value[config.exceptionTag] : undefined, place.atMs, exceptionMostMs);
}

/** Who keeps it as it is described somewhere; `null`: nobody that is known. */
function keeperOf({ bucket, byInfrastructureCode }: Situation): string | null {
  const { tags } = bucket.facts;
  const stack = tags.known ? tags.value['aws:cloudformation:stack-name'] : undefined;
  if (stack !== undefined) return `the stack ${stack} keeps it: change it there`;
  return byInfrastructureCode ? 'a program keeps it as it is described somewhere: change it there' : null;
}

/** Why changing it could harm somebody. */
function harmOf(losses: readonly Loss[], situation: Situation): string[] {
  const { bucket, isLeftOpen } = situation;
  const keeper = keeperOf(situation);
  if (keeper !== null) return [keeper];
  const named = losses.filter(({ audience }) => audience.kind !== 'strangers' && audience.kind !== 'any-account');
  if (named.length > 0) return named.map(({ explanation }) => explanation);
  if (losses.length === 0 || isLeftOpen === false) return [];
  return isPublic(bucket.exposure.verdict) ? ['it was open before the guard saw it, so somebody may rely on it'] : [];
}

function algorithmOf(encryption: Encryption | null): string | undefined {
  return encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
}

function underKey({ facts }: AuditedBucket, KMSMasterKeyID: string): Change {
  const before = facts.encryption.known ? facts.encryption.value : null;
  const rule = {
    ...before?.Rules?.[0],
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID },
    BucketKeyEnabled: true,
  };
  const region = facts.region.known ? facts.region.value : null;
  return {
    target: { kind: 'bucket', bucket: facts.bucket, region, setting: 'encryption' },
    before,
    after: { ...before, Rules: [rule] },
  };
}
