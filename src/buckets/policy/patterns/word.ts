import { Automaton, nameOfPositions, type Positions } from './automaton.ts';
import { spend, spendReading, type Budget } from './budget.ts';
import { covers, matches, type Glob } from './glob.ts';

/** A text must be matched by at least one pattern of each such list. */
type Language = readonly Glob[];

/**
 * A text that every language of `all` has and none of `none` does; `null`: there is no such text, which is
 * proved and not guessed; `undefined`: too intricate to tell. Walks all patterns at once, as one automaton.
 */
export function wordIn(all: readonly Language[], none: Language, budget: Budget): string | null | undefined {
  if (budget.steps < 0) return undefined;
  const isCovered = (glob: Glob): boolean => {
    spend(budget, none.length);
    return none.some((other) => covers(other, glob, budget));
  };
  if (none.length > 0 && all.some((globs) => globs.every(isCovered))) return null;
  const quick = quickWord(all, none, budget);
  if (quick !== undefined) return quick;
  if (budget.steps < 0) return undefined;
  const automaton = new Automaton([...all, none]);
  spendReading(budget, automaton.size);
  const cost = 2 + automaton.words;
  const seen = new Set([nameOfPositions(automaton.start)]);
  let states: State[] = [{ positions: automaton.start, word: '' }];
  while (states.length > 0) {
    const next: State[] = [];
    for (const { positions, word } of states) {
      if (automaton.isWord(positions)) return word;
      for (const letter of automaton.lettersAt(positions)) {
        if (budget.steps < 0) return undefined;
        budget.steps -= cost;
        const reached = automaton.step(positions, letter);
        // Without a way on in one that must match, no longer text does either.
        if (automaton.isLost(reached)) continue;
        const name = nameOfPositions(reached);
        if (seen.has(name)) continue;
        seen.add(name);
        next.push({ positions: reached, word: word + String.fromCharCode(letter) });
      }
    }
    states = next;
  }
  return null;
}

interface State {
  readonly positions: Positions;
  readonly word: string;
}

/** Tries a few texts before walking; `undefined`: none of them is one, which says nothing. */
function quickWord(all: readonly Language[], none: Language, budget: Budget): string | undefined {
  let patterns = none.length;
  for (const globs of all) patterns += globs.length;
  for (const glob of all[0] ?? []) {
    for (const word of glob.filled) {
      spend(budget, patterns);
      if (all.every((globs) => isMatched(globs, word, budget)) && !isMatched(none, word, budget)) return word;
    }
  }
  return undefined;
}

function isMatched(globs: Language, word: string, budget: Budget): boolean {
  for (const glob of globs) if (matches(glob, word, budget)) return true;
  return false;
}
