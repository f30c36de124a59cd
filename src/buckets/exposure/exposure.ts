import type { ExposureFacts } from './facts.ts';
import { aclWays } from './acl-ways.ts';
import { flagsOf, type Flags } from './flags.ts';
import { isWorse, strangersMay, verdictOf, withoutFlags, withUnknowns } from './verdict.ts';
import type { Exposure, ExposureVerdict, Unknown, Way } from './ways.ts';

/**
 * Whether strangers, or others than the owner, get into a bucket, by which ways, and what would stop them. Pure: asks
 * nobody. What cannot be judged counts against the bucket, and says so.
 */
export function exposureOf(facts: ExposureFacts): Exposure {
  const flags = flagsOf(facts);
  const ways = [...aclWays(facts, flags)].toSorted(worstFirst);
  const unknowns = [...unreadParts(facts, flags), ...flags.unknowns];
  const verdict = withUnknowns(verdictOf(ways), unknowns);
  return {
    bucket: facts.bucket,
    verdict,
    summary: summaryOf(facts.bucket, verdict, ways),
    withoutFlags: withoutFlags(ways),
    ways,
    strangersMay: strangersMay(ways),
    policyIsPublicToAws: null,
    unknowns,
    disagreements: [],
  };
}

function unreadParts(facts: ExposureFacts, flags: Flags): Unknown[] {
  const unknowns: Unknown[] = [];
  if ('unread' in facts.policy) {
    // With RestrictPublicBuckets a policy can still let named accounts in.
    const couldBe = flags.restrictPublicBuckets.length > 0 ? 'shared' : 'public-write';
    unknowns.push({ part: 'policy', reason: facts.policy.unread, couldBe });
  } else if (facts.policy.value !== null) {
    unknowns.push({ part: 'policy', reason: 'it is not judged', couldBe: 'public-write' });
  }
  if ('unread' in facts.acl) {
    const couldBe = flags.aclsDisabled.length > 0 ? 'private' : aclWorst(flags);
    unknowns.push({ part: 'ACL', reason: facts.acl.unread, couldBe });
  } else if (flags.ignorePublicAcls.length > 0 && flags.aclsDisabled.length === 0) {
    unknowns.push({
      part: 'ACL',
      reason: 'while IgnorePublicAcls is on, S3 shows the ACL without its public grants',
      couldBe: 'latent',
    });
  }
  if ('unread' in facts.accessPoints) {
    const couldBe = flags.restrictPublicBuckets.length > 0 ? 'shared' : 'public-write';
    unknowns.push({ part: 'access points', reason: facts.accessPoints.unread, couldBe });
  }
  return unknowns;
}

function aclWorst(flags: Flags): ExposureVerdict {
  return flags.ignorePublicAcls.length > 0 ? 'shared' : 'public-write';
}

function worstFirst(one: Way, other: Way): number {
  const open = Number(one.stoppedBy.length > 0) - Number(other.stoppedBy.length > 0);
  if (open !== 0) return open;
  const [a, b] = [withoutFlags([one]), withoutFlags([other])];
  return a === b ? 0 : isWorse(a, b) ? -1 : 1;
}

const SENTENCES: Record<ExposureVerdict, (bucket: string) => string> = {
  'public-write': (bucket) => `Strangers can change what is in ${bucket}, or how it is set up`,
  'public-read': (bucket) => `Strangers can read objects in ${bucket}`,
  'public-list': (bucket) => `Strangers can see the names of objects in ${bucket}, or how it is set up`,
  unknown: (bucket) => `Nothing shows that strangers get into ${bucket}, but not everything could be read`,
  latent: (bucket) => `Nobody gets into ${bucket} now, but strangers would if a flag were gone`,
  shared: (bucket) => `Others whom its owner named get into ${bucket}, and no stranger does`,
  private: (bucket) => `Only its owner gets into ${bucket}`,
};

function summaryOf(bucket: string, verdict: ExposureVerdict, ways: readonly Way[]): string {
  const sentence = SENTENCES[verdict](bucket);
  const [worst] = ways;
  return worst === undefined ? `${sentence}.` : `${sentence}: ${worst.explanation}`;
}
