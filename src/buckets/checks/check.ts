import type { Probe } from '../exposure/anonymous-probe.ts';
import type { Exposure } from '../exposure/ways.ts';
import type { AccountFacts, BucketFacts } from '../facts/bucket-facts.ts';
import type { ReadName } from '../facts/gather.ts';
import type { Reference, Severity } from '../../findings/index.ts';
import type { Judgement } from './judge.ts';

interface CheckWords {
  /** Stable; the name of its file. */
  readonly id: string;
  /** One sentence that says what is wrong. */
  readonly title: string;
  /** What is looked at, where nothing is wrong or nothing can be said: `Whether strangers can read objects`. */
  readonly looksAt: string;
  readonly severity: Severity;
  /** Why it matters. */
  readonly rationale: string;
  readonly remedy: string;
  readonly references: readonly Reference[];
}

/** What a check of a bucket sees. */
export interface BucketSubject {
  readonly facts: BucketFacts;
  readonly exposure: Exposure;
  /** What strangers were given who asked; `null`: nobody did. */
  readonly probe: Probe | null;
  readonly account: AccountFacts;
  /** Whether strangers can read this object, by what was read or by what they were given who asked. */
  readonly strangersRead: (key: string) => boolean;
  /** What is known of another bucket of the same look; `null`: it is none of them. */
  readonly exposureOfBucket: (name: string) => Exposure | null;
  /** Whether a bucket is the account's: `false` where all of its were listed and this is none; `null`: nobody can say. */
  readonly isOurs: (name: string) => boolean | null;
}

/** Judges one bucket by what was read. Pure: the same facts, the same judgement. */
export interface BucketCheck extends CheckWords {
  readonly subject: 'bucket';
  /** What has to be read for it; everything that decides the exposure is read anyway where `exposure` stands here. */
  readonly reads: readonly (ReadName | 'exposure' | 'objects')[];
  judge(subject: BucketSubject): Judgement;
}

/** Judges what holds for all buckets of an account. */
export interface AccountCheck extends CheckWords {
  readonly subject: 'account';
  readonly reads: readonly ('serviceNames' | 'outsideReferences' | 'dataEvents')[];
  judge(account: AccountFacts): Judgement;
}

export type Check = BucketCheck | AccountCheck;

/** Whether it needs a sample of objects, and says nothing without one. */
export function looksAtObjects(check: Check): boolean {
  return check.subject === 'bucket' && check.reads.includes('objects');
}
