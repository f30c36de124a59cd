/** The lists of words that come along, and what a room makes of them. Read when a room first wants one. */
import type { FilterRules, Flagged, WordIndex } from './filter.ts';
import { indexOf, wordsFound } from './filter.ts';

interface WordList {
  /** Words and phrases. */
  readonly words: readonly string[];
  /** Phrases that hold one of them and mean no harm. */
  readonly allowed: readonly string[];
}

const lists: Readonly<Record<string, () => Promise<{ readonly default: WordList }>>> = {
  abuse: () => import('./lists/abuse.json', { with: { type: 'json' } }),
  profanity: () => import('./lists/profanity.json', { with: { type: 'json' } }),
};

export const listNames: readonly string[] = Object.keys(lists);

const indexed = new WeakMap<FilterRules, Promise<{ readonly wanted: WordIndex; readonly allowed: WordIndex }>>();

async function indexes(rules: FilterRules) {
  const found = await Promise.all(rules.lists.flatMap((name) => lists[name]?.() ?? []));
  const all = found.map((list) => list.default);
  return {
    wanted: indexOf([...all.flatMap(({ words }) => words), ...rules.words]),
    allowed: indexOf([...all.flatMap(({ allowed }) => allowed), ...rules.allowed]),
  };
}

/** `null` for a text in which nothing was found, and in rooms without a filter. */
export async function flaggedIn(rules: FilterRules | undefined, text: string): Promise<Flagged | null> {
  if (!rules || rules.mode === 'off') return null;
  const index = indexed.get(rules) ?? indexes(rules);
  indexed.set(rules, index);
  const { wanted, allowed } = await index;
  const words = wordsFound(text, wanted, allowed);
  return words.length === 0 ? null : { mode: rules.mode, words };
}
