/** What would be changed in one bucket, in which order, and who loses access by it. Pure. */
import type { Observation } from '../../findings/index.ts';
import type { AuditedBucket } from '../auditing/audit.ts';
import { isPublic } from '../auditing/exposure-words.ts';
import { allChecks } from '../checks/registry.ts';
import { exposureOf } from '../exposure/exposure.ts';
import { strangersRead } from '../exposure/strangers-read.ts';
import { whoLosesAccess, type Loss } from '../exposure/repair/who-loses-access.ts';
import type { Exposure } from '../exposure/ways.ts';
import type { BucketFacts } from '../facts/bucket-facts.ts';
import { exposureFactsOf, type JudgedPlace } from '../facts/exposure-facts.ts';
import { unread } from '../facts/fact.ts';
import { fixableSettings, isSame, type Change, type FixableSetting } from './change.ts';
import { fixers } from './fixers.ts';
import { refusedRequests } from './refused-requests.ts';

export interface BucketPlan {
  readonly bucket: string;
  readonly changes: readonly Change[];
  readonly before: Exposure;
  readonly after: Exposure;
  readonly losses: readonly Loss[];
  /** Requests that are refused from then on, whoever makes them. */
  readonly refused: readonly string[];
  /** Checks that stay as they are, and why. */
  readonly left: readonly { readonly check: string; readonly why: string }[];
}

/** `wrong`: what is to be mended of what was found. `accepted`: checks of this bucket that somebody decided to live with. */
export function planBucket(
  audited: AuditedBucket,
  wrong: readonly Observation[],
  place: JudgedPlace,
  accepted: ReadonlySet<string> = new Set(),
): BucketPlan {
  const left: { check: string; why: string }[] = [];
  let facts = audited.facts;
  for (const { check } of wrong) {
    const fixed = fixers[check]?.(facts, place) ?? 'it takes a decision of yours';
    if (typeof fixed === 'string') {
      left.push({ check, why: fixed });
      continue;
    }
    const ended = endedChecks({ facts: audited.facts, place }, { facts: fixed, place }, accepted);
    if (ended.length > 0) left.push({ check, why: whyEnded(ended) });
    else facts = fixed;
  }
  const changes = fixableSettings.flatMap((setting) => changeOf(audited.facts, facts, setting));
  const before = audited.exposure;
  const after = changes.length === 0 ? before : exposureOf(exposureFactsOf(judgedAnew(facts), place));
  if (isPublic(after.verdict)) {
    const open = wrong.map(({ check }) => check).filter((check) => check.startsWith('bucket-public-'));
    // What only a stranger who asked has seen is in no setting, and stays where none is changed.
    const still = changes.length === 0 ? new Set(open) : failing(new Set(open), { facts, place });
    const when = changes.length === 0 ? '' : ' afterwards';
    for (const check of still.difference(new Set(left.map((each) => each.check)))) {
      left.push({ check, why: `strangers still get in${when}: ${after.summary}` });
    }
  }
  const losses = whoLosesAccess(before, after);
  const refused = refusedRequests(audited.facts, facts);
  return { bucket: facts.bucket, changes, before, after, losses, refused, left };
}

export interface Judged {
  readonly facts: BucketFacts;
  readonly place: JudgedPlace;
}

/** Which of the accepted checks fail before a change and not after it: what they stand for would be gone. */
export function endedChecks(before: Judged, after: Judged, accepted: ReadonlySet<string>): readonly string[] {
  const checks = accepted.intersection(new Set(Object.keys(fixers)));
  return checks.size === 0 ? [] : [...failing(checks, before).difference(failing(checks, after))];
}

/** Which of these checks fail by what was read. */
function failing(checks: ReadonlySet<string>, { facts, place }: Judged): ReadonlySet<string> {
  const exposed = exposureFactsOf(judgedAnew(facts), place);
  const subject = {
    ...{ facts, exposure: exposureOf(exposed), probe: null, account: place.account },
    strangersRead: (key: string) => strangersRead(exposed, key),
    exposureOfBucket: () => null,
    isOurs: () => null,
  };
  const wrong = allChecks.filter(
    (check) => check.subject === 'bucket' && checks.has(check.id) && check.judge(subject).verdict === 'fail',
  );
  return new Set(wrong.map(({ id }) => id));
}

export function whyEnded(checks: readonly string[]): string {
  return `it would also end what somebody accepted: ${checks.join(', ')}`;
}

/** What a store said of a policy is not said of the next one. */
export function judgedAnew(facts: BucketFacts): BucketFacts {
  return { ...facts, policyStatus: unread('not_implemented', 'the policy is another one') };
}

function changeOf(before: BucketFacts, after: BucketFacts, setting: FixableSetting): Change[] {
  const [was, shallBe] = [before[setting], after[setting]];
  // What was not read is not replaced: nobody could bring it back.
  if (!was.known || !shallBe.known || isSame(was.value, shallBe.value)) return [];
  const { bucket, region } = before;
  const target = { kind: 'bucket', bucket, region: region.known ? region.value : null, setting } as const;
  return [{ target, before: was.value, after: shallBe.value }];
}

/** Everybody who loses something by a plan, one plain sentence each. */
export function lossesOf({ losses, refused }: Pick<BucketPlan, 'losses' | 'refused'>): readonly string[] {
  return [...losses.map(({ explanation }) => explanation), ...refused];
}
