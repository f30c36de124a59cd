/**
 * Strangers write what is judged here. Where judging one bucket fails all the same, that bucket is unknown and says why, and the look at all others
 * goes on.
 */
import type { BucketCheck, BucketSubject } from '../checks/check.ts';
import { seen, unknown, type Judgement } from '../checks/judge.ts';
import { exposureOf } from '../exposure/exposure.ts';
import { summaryOf } from '../exposure/proof/summary.ts';
import type { Exposure } from '../exposure/ways.ts';
import type { BucketFacts } from '../facts/bucket-facts.ts';
import { exposureFactsOf, type JudgedPlace } from '../facts/exposure-facts.ts';

export function orUnjudged<Judged>(judge: () => Judged, unjudged: (why: string) => Judged): Judged {
  try {
    return judge();
  } catch (error) {
    return unjudged(`it could not be judged (${String(error).slice(0, 200).toWellFormed()})`);
  }
}

export function exposureOfFacts(facts: BucketFacts, place: JudgedPlace): Exposure {
  return orUnjudged(
    () => exposureOf(exposureFactsOf(facts, place)),
    (reason) => unknownExposure(facts.bucket, reason),
  );
}

export function judgementOf(check: BucketCheck, subject: BucketSubject): Judgement {
  return orUnjudged(
    () => check.judge(subject),
    (why) => unknown(seen('Why', why)),
  );
}

function unknownExposure(bucket: string, reason: string): Exposure {
  const unknowns = [{ part: 'who gets in', reason, couldBe: 'public-write' }] as const;
  return {
    ...{ bucket, verdict: 'unknown', summary: summaryOf(bucket, 'unknown', [], unknowns), withoutFlags: 'unknown' },
    ...{ ways: [], strangersMay: [], policyIsPublicToAws: null, unknowns, disagreements: [] },
  };
}
