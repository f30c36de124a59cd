/** What would be changed in one bucket, in which order, and who loses access by it. Pure. */
import type { Observation } from '../../findings/index.ts';
import type { AuditedBucket } from '../auditing/audit.ts';
import { exposureOf } from '../exposure/exposure.ts';
import { whoLosesAccess, type Loss } from '../exposure/who-loses-access.ts';
import type { Exposure } from '../exposure/ways.ts';
import type { BucketFacts } from '../facts/bucket-facts.ts';
import { exposureFactsOf, type JudgedPlace } from '../facts/exposure-facts.ts';
import { unread } from '../facts/fact.ts';
import { fixableSettings, isSame, type Change, type FixableSetting } from './change.ts';
import { fixers } from './fixers.ts';

export interface BucketPlan {
  readonly bucket: string;
  readonly changes: readonly Change[];
  readonly before: Exposure;
  readonly after: Exposure;
  readonly losses: readonly Loss[];
  /** Checks that stay as they are, and why. */
  readonly left: readonly { readonly check: string; readonly why: string }[];
}

/** `wrong`: what is to be mended of what was found. */
export function planBucket(audited: AuditedBucket, wrong: readonly Observation[], place: JudgedPlace): BucketPlan {
  const left: { check: string; why: string }[] = [];
  let facts = audited.facts;
  for (const { check } of wrong) {
    const fixed = fixers[check]?.(facts, place) ?? 'it takes a decision of yours';
    if (typeof fixed === 'string') left.push({ check, why: fixed });
    else facts = fixed;
  }
  const changes = fixableSettings.flatMap((setting) => changeOf(audited.facts, facts, setting));
  const before = audited.exposure;
  const after = changes.length === 0 ? before : exposureOf(exposureFactsOf(judgedAnew(facts), place));
  return { bucket: facts.bucket, changes, before, after, losses: whoLosesAccess(before, after), left };
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
