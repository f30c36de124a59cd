import type { Evidence, Verdict } from '../../findings/index.ts';
import { whyUnread, type Fact } from '../facts/fact.ts';

/** What a check says, and what it saw. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
  /** Unknown for no reason but that other buckets were not looked at. */
  readonly isUnlooked?: true;
}

export function pass(...evidence: readonly Evidence[]): Judgement {
  return { verdict: 'pass', evidence };
}

export function fail(...evidence: readonly Evidence[]): Judgement {
  return { verdict: 'fail', evidence };
}

export function unknown(...evidence: readonly Evidence[]): Judgement {
  return { verdict: 'unknown', evidence };
}

/** It rests on a bucket that is none of those that were looked at. */
export function unlooked(...evidence: readonly Evidence[]): Judgement {
  return { ...unknown(...evidence), isUnlooked: true };
}

export function notApplicable(why: string): Judgement {
  return { verdict: 'not_applicable', evidence: [{ label: 'Why', value: why }] };
}

export function seen(label: string, value: unknown): Evidence {
  return { label, value: typeof value === 'string' ? value : JSON.stringify(value) };
}

/**
 * Judges a value if it is known. What could not be read is unknown, and what a store does not have does not apply to
 * it. `label` names what was looked for.
 */
export function judge<Value>(fact: Fact<Value>, label: string, decide: (value: Value) => Judgement): Judgement {
  if (fact.known) return decide(fact.value);
  const evidence = seen(label, whyUnread(fact));
  return fact.reason === 'not_implemented' ? { verdict: 'not_applicable', evidence: [evidence] } : unknown(evidence);
}

/** `fail` when `isWrong`, else `pass`, with what was seen. */
export function failIf(isWrong: boolean, ...evidence: readonly Evidence[]): Judgement {
  return isWrong ? fail(...evidence) : pass(...evidence);
}
