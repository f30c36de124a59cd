/**
 * The outcomes of all checks of a scan as one short text, since a history has many scans: `KRN-07r08w,NET-01n` is KRN-07
 * right, KRN-08 wrong, NET-01 not looked at.
 */
import type { Outcome } from '../../scanning/hardening.ts';

const LETTERS: { readonly [O in Outcome]: string } = {
  right: 'r',
  wrong: 'w',
  not_looked_at: 'n',
  not_applicable: 'a',
};
const OUTCOMES = new Map(Object.entries(LETTERS).map(([outcome, letter]) => [letter, outcome as Outcome]));

export interface CheckOutcome {
  readonly id: string;
  readonly outcome: Outcome;
}

/** Ids are `KRN-07`; sorted by them, so that the same outcomes are the same text. */
export function outcomesText(checks: readonly CheckOutcome[]): string {
  const sorted = checks.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const groups = Map.groupBy(sorted, ({ id }) => id.slice(0, id.lastIndexOf('-')));
  return [...groups]
    .map(([group, own]) => {
      const each = own.map(({ id, outcome }) => `${id.slice(group.length + 1)}${LETTERS[outcome]}`);
      return `${group}-${each.join('')}`;
    })
    .join(',');
}

export function outcomesIn(text: string): readonly CheckOutcome[] {
  return text.split(',').flatMap((part) => {
    const dash = part.lastIndexOf('-');
    return [...part.slice(dash + 1).matchAll(/([0-9]{2,4})([rwna])/g)].map(([, number = '', letter = '']) => ({
      id: `${part.slice(0, dash)}-${number}`,
      outcome: OUTCOMES.get(letter) ?? 'not_looked_at',
    }));
  });
}
