import { compile, NO_POLICY, type CompiledPolicy } from '../policy/compiled.ts';
import type { KnownVariables } from '../policy/patterns/glob.ts';
import { isPublicToAws } from '../policy/public-to-aws.ts';
import { readPolicy } from '../policy/reading/read-policy.ts';
import { bucketTarget } from '../policy/scope.ts';
import { newBudget } from '../policy/patterns/budget.ts';
import { accessPointWays } from './ways/access-point-ways.ts';
import { aclWays } from './ways/acl-ways.ts';
import type { ExposureFacts } from './facts.ts';
import { flagsOf, type Flags } from './flags.ts';
import { policyWays, type Passage } from './ways/policy-ways.ts';
import { statusDisagreements } from './status-disagreements.ts';
import { summaryOf } from './proof/summary.ts';
import { unreadParts } from './unread-parts.ts';
import { isWorse, strangersMay, verdictOf, withoutFlags, withUnknowns } from './verdict.ts';
import type { Exposure, Unknown, Way } from './ways.ts';

/**
 * Whether strangers, or others than the owner, get into a bucket, by which ways, and what would stop them. Pure: asks
 * nobody. What cannot be judged counts against the bucket, and says so. `onlyKey`: what they may do with objects is asked
 * of this one alone.
 */
export function exposureOf(facts: ExposureFacts, onlyKey: string | null = null): Exposure {
  const flags = flagsOf(facts);
  const known = knownOf(facts);
  const foreign = readsItsOwnWay(facts);
  const { policy, unknowns: unjudged } = policyOf(facts, flags, { known, lenient: foreign });
  const given = givenOf(facts);
  const budget = newBudget();
  const around = { given, atMs: facts.atMs, budget };
  const judged = policy !== null && policy.text !== null;
  const isPublic =
    policy !== null && policy.compiled.allows.some((allow) => isPublicToAws(allow, policy.compiled, around));
  const compiled = policy?.compiled ?? NO_POLICY;
  const passage: Passage = {
    facts,
    home: {
      accountId: facts.accountId,
      ownerId: 'value' in facts.acl ? facts.acl.value.ownerId : null,
      foreign,
    },
    given,
    known,
    budget,
    onlyKey,
    denies: compiled.denies,
    from: 'policy',
    through: null,
    signed: false,
    stopped: countsAsPublic(facts, isPublic) && !foreign ? flags.restrictPublicBuckets : [],
    stoppable: isPublic,
  };
  const points = 'value' in facts.accessPoints ? facts.accessPoints.value : [];
  const through = points.map((point) => accessPointWays(point, compiled, passage));
  const ways = [
    ...policyWays(compiled, passage),
    ...aclWays(passage, flags),
    ...through.flatMap((each) => each.ways),
  ].toSorted(worstFirst);
  const unknowns = [
    ...unjudged,
    ...unreadParts(facts, flags, policy === null || compiled.allows.length > 0),
    ...through.flatMap((each) => each.unknowns),
    ...flags.unknowns,
  ];
  const verdict = withUnknowns(verdictOf(ways), unknowns);
  return {
    bucket: facts.bucket,
    verdict,
    summary: summaryOf(facts.bucket, verdict, ways, unknowns),
    withoutFlags: withoutFlags(ways),
    ways,
    strangersMay: strangersMay(ways),
    policyIsPublicToAws: judged ? isPublic : null,
    unknowns,
    disagreements: judged ? statusDisagreements(facts, isPublic, ways) : [],
  };
}

interface ReadPolicy {
  /** `null`: there is none. */
  readonly text: string | null;
  readonly compiled: CompiledPolicy;
}

function policyOf(
  facts: ExposureFacts,
  flags: Flags,
  { known, lenient }: { readonly known: KnownVariables; readonly lenient: boolean },
): { policy: ReadPolicy | null; unknowns: Unknown[] } {
  // With RestrictPublicBuckets a policy can still let named accounts in.
  const couldBe = flags.restrictPublicBuckets.length > 0 ? 'shared' : 'public-write';
  if ('unread' in facts.policy) {
    return { policy: null, unknowns: [{ part: 'policy', reason: facts.policy.unread, couldBe }] };
  }
  const text = facts.policy.value;
  if (text === null) return { policy: { text, compiled: NO_POLICY }, unknowns: [] };
  const read = readPolicy(text);
  if ('problem' in read) return { policy: null, unknowns: [{ part: 'policy', reason: read.problem, couldBe }] };
  const compiled = compile(read, bucketTarget(facts.partition, facts.bucket), known, lenient);
  return { policy: { text, compiled }, unknowns: [] };
}

/** Such a store may also take RestrictPublicBuckets and do nothing by it, as Ceph 16 does. */
function readsItsOwnWay({ reading, endpoint }: ExposureFacts): boolean {
  const isAws = endpoint === null || /^https:\/\/[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?(?:[:/]|$)/i.test(endpoint);
  return (reading ?? (isAws ? 'aws' : 'own')) === 'own';
}

/** The flag goes by what the store says of the policy; where it says nothing, by its rule as it is known here. */
function countsAsPublic({ policyStatus }: ExposureFacts, isPublic: boolean): boolean {
  return 'value' in policyStatus && policyStatus.value !== null ? policyStatus.value : isPublic;
}

function givenOf({ accountId, organizationId, region }: ExposureFacts): Map<string, string> {
  const given = new Map<string, string>();
  if (accountId !== null) given.set('aws:resourceaccount', accountId).set('s3:resourceaccount', accountId);
  if (organizationId !== null) given.set('aws:resourceorgid', organizationId);
  if (region !== null) given.set('aws:requestedregion', region);
  return given;
}

function knownOf({ accountId, organizationId }: ExposureFacts): KnownVariables {
  const known: Record<string, string> = {};
  if (accountId !== null) known['aws:resourceaccount'] = known['s3:resourceaccount'] = accountId;
  if (organizationId !== null) known['aws:resourceorgid'] = organizationId;
  return known;
}

function worstFirst(one: Way, other: Way): number {
  const open = Number(one.stoppedBy.length > 0) - Number(other.stoppedBy.length > 0);
  if (open !== 0) return open;
  const [a, b] = [withoutFlags([one]), withoutFlags([other])];
  return a === b ? 0 : isWorse(a, b) ? -1 : 1;
}
