/** What would be changed in all buckets that were looked at, and in their account. Pure. */
import type { Observation } from '../../findings/index.ts';
import type { Audit } from '../auditing/audit.ts';
import { bucketResource } from '../auditing/observations.ts';
import { isDecided, type KnownFindings } from '../auditing/report.ts';
import { exposureOf } from '../exposure/exposure.ts';
import { whoLosesAccess } from '../exposure/repair/who-loses-access.ts';
import { exposureFactsOf, type JudgedPlace } from '../facts/exposure-facts.ts';
import type { BucketFacts, PublicAccessBlock } from '../facts/bucket-facts.ts';
import { known as knownFact } from '../facts/fact.ts';
import type { Change } from './change.ts';
import { allFlags, fixers } from './fixers.ts';
import { endedChecks, judgedAnew, lossesOf, planBucket, whyEnded, type BucketPlan } from './plan.ts';
import { refusedRequests } from './refused-requests.ts';

export const ACCOUNT_CHECK = 'account-block-public-access';

export interface FixPlan {
  readonly buckets: readonly BucketPlan[];
  readonly account: Change | null;
  /** Who gets into which bucket no more when the account is changed. */
  readonly accountLosses: readonly string[];
  /** Why the account stays as it is although it is wrong; `null`: it is changed, or is right. */
  readonly accountLeft: string | null;
  /** All of them, in order. */
  readonly changes: readonly Change[];
  /** Findings that somebody decided to live with. */
  readonly accepted: number;
}

export interface PlanRequest {
  readonly known: KnownFindings;
  /** `null`: AWS. */
  readonly endpoint: string | null;
  /** Buckets were named: nothing that holds for others is changed. */
  readonly areNamed: boolean;
  readonly atMs: number;
}

export function planOf(audit: Audit, { known, endpoint, areNamed, atMs }: PlanRequest): FixPlan {
  let accepted = 0;
  const isToMend = (each: Observation): boolean => {
    if (each.verdict !== 'fail') return false;
    const decided = isDecided(each, known);
    if (decided) accepted += 1;
    return !decided;
  };
  const place: JudgedPlace = { account: audit.account, endpoint, atMs };
  // Also what was not looked at this time: a choice of checks is none among decisions.
  const judged = audit.buckets.map((each) => {
    const provider = endpoint === null ? 'aws' : null;
    const resource = bucketResource(each.facts, audit.account, { scope: audit.scope, provider });
    return { each, decided: new Set(Object.keys(fixers).filter((check) => isDecided({ check, resource }, known))) };
  });
  const buckets = judged
    .map(({ each, decided }) => planBucket(each, each.observations.filter(isToMend), place, decided))
    .filter(({ changes, left }) => changes.length + left.length > 0);

  const locked: JudgedPlace = { ...place, account: { ...audit.account, publicAccessBlock: knownFact(allFlags) } };
  const ended = judged.flatMap(({ each: { facts }, decided }) =>
    endedChecks({ facts, place }, { facts, place: locked }, decided).map((check) => `${check} of ${facts.bucket}`),
  );
  const { accountId, publicAccessBlock } = audit.account;
  const isWrong =
    audit.accountObservations.some((each) => each.check === ACCOUNT_CHECK && isToMend(each)) &&
    accountId.known &&
    publicAccessBlock.known;
  const why = areNamed
    ? 'it holds for every bucket, and some were named'
    : ended.length > 0
      ? whyEnded(ended.slice(0, 8))
      : null;
  const account: Change | null =
    isWrong && why === null
      ? { target: { kind: 'account', accountId: accountId.value }, before: publicAccessBlock.value, after: allFlags }
      : null;
  return {
    buckets,
    account,
    accountLosses: account === null ? [] : lossesBy(audit, locked),
    accountLeft: isWrong ? why : null,
    changes: [...buckets.flatMap(({ changes }) => changes), ...(account ? [account] : [])],
    accepted,
  };
}

function lossesBy({ buckets, account }: Audit, locked: JudgedPlace): readonly string[] {
  return buckets.flatMap(({ facts, exposure }) => {
    const losses = whoLosesAccess(exposure, exposureOf(exposureFactsOf(judgedAnew(facts), locked)));
    const refused = refusedRequests(withFlagsOf(account, facts), withFlagsOf(locked.account, facts));
    return lossesOf({ losses, refused }).map((each) => `${facts.bucket}: ${each}`);
  });
}

/** The stricter of the two holds, flag by flag. */
function withFlagsOf({ publicAccessBlock: block }: Audit['account'], facts: BucketFacts): BucketFacts {
  const ofAccount = block.known ? onlyOn(block.value) : {};
  const own = facts.publicAccessBlock.known ? onlyOn(facts.publicAccessBlock.value) : {};
  return { ...facts, publicAccessBlock: knownFact({ ...ofAccount, ...own }) };
}

function onlyOn(block: PublicAccessBlock | null): PublicAccessBlock {
  return Object.fromEntries(Object.entries(block ?? {}).filter(([, isOn]) => isOn === true));
}
