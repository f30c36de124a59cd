/** How soon a stranger comes upon the name of one of the own buckets, and why. Pure. */
import { count } from '../../base/text/quantities.ts';
import { isReserved } from './bucket-name.ts';
import type { Grammar } from './grammar.ts';
import { shapeOf, type TakeApart } from './tokens.ts';

/** `high`: within 1,000 tries. `medium`: within as many as were counted. `low`: not by guessing. */
export const nameRisks = ['high', 'medium', 'low'] as const;
export type NameRisk = (typeof nameRisks)[number];

export interface RatedName {
  readonly name: string;
  readonly risk: NameRisk;
  /** After about so many tries; `null`: more than were counted. */
  readonly tries: number | null;
  /** Nobody else can ever make a bucket of this name. */
  readonly reserved: boolean;
  readonly why: string;
}

const AT_ONCE = 1000;

/** `probabilities`: of guesses, falling. */
export function rateName(
  name: string,
  grammar: Grammar,
  takeApart: TakeApart,
  probabilities: readonly number[],
): RatedName {
  const tokens = takeApart(name);
  const shape = shapeOf(tokens);
  const probability = grammar.probabilityWithout(tokens);
  const before = probability === 0 ? probabilities.length : placeOf(probability, probabilities);
  const tries = before >= probabilities.length ? null : before + 1;
  const risk = tries === null ? 'low' : tries <= AT_ONCE ? 'high' : 'medium';
  const reserved = isReserved(name);
  const alike = grammar.seen(shape) - 1;
  const random = tokens.find(({ kind }) => kind === 'random');
  const why =
    random !== undefined
      ? `“${random.text}” can hardly be guessed`
      : tries === null
        ? 'nothing like it stands in other names, or among words that strangers try'
        : `${alike > 0 ? `built like ${count(alike, 'other name')} of yours` : 'built as names everywhere are'}, of ${tokens
            .filter(({ kind }) => kind !== 'separator')
            .map(({ text }) => `“${text}”`)
            .join(', ')}`;
  return { name, risk, tries, reserved, why };
}

/** How many stand before it. */
function placeOf(probability: number, falling: readonly number[]): number {
  let [low, high] = [0, falling.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((falling[middle] ?? 0) > probability) low = middle + 1;
    else high = middle;
  }
  return low;
}
