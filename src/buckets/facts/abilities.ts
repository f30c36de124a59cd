/**
 * What an endpoint can do, found out by asking it: stores that speak S3 know few of the calls that decide who gets in.
 * A call that a store does not know is not made again for each of its buckets.
 */
import { partNames, type PartName } from './bucket-facts.ts';
import type { Fact } from './fact.ts';

/** `silently_ignored` is known only after something was written, which is done on demand alone. */
export const abilityWords = ['supported', 'not_implemented', 'denied', 'silently_ignored', 'unknown'] as const;
export type AbilityWord = (typeof abilityWords)[number];

export type Abilities = { readonly [Part in PartName]: AbilityWord };

export interface AbilityRecord {
  /** Whether to ask for this part at all. */
  mayAsk(part: PartName): boolean;
  /** What is said instead of asking. */
  instead(part: PartName): 'not_implemented' | 'silently_ignored';
  note(part: PartName, fact: Fact<unknown>): void;
  all(): Abilities;
}

/** Begins with what earlier looks at the endpoint have shown. */
export function openAbilities(before: Partial<Abilities> = {}): AbilityRecord {
  const words = new Map<PartName, AbilityWord>();
  for (const part of partNames) {
    const word = before[part];
    // A store that was denied or lacked a call may have it today; that it lied stays until it is tried again.
    if (word === 'silently_ignored') words.set(part, word);
  }
  return {
    mayAsk(part) {
      const word = words.get(part);
      return word !== 'not_implemented' && word !== 'silently_ignored';
    },
    instead: (part) => (words.get(part) === 'silently_ignored' ? 'silently_ignored' : 'not_implemented'),
    note(part, fact) {
      const before = words.get(part);
      if (before === 'supported' || before === 'silently_ignored') return;
      if (fact.known) words.set(part, 'supported');
      else if (fact.reason === 'not_implemented' || fact.reason === 'denied') words.set(part, fact.reason);
    },
    all: () => Object.fromEntries(partNames.map((part) => [part, words.get(part) ?? 'unknown'])) as Abilities,
  };
}
