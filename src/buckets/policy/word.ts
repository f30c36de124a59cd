import { ANY, covers, matches, ONE, step, withStars, type Glob } from './glob.ts';

/** A text must be matched by at least one pattern of each such list. */
type Language = readonly Glob[];

/** What may still be spent on one bucket, so that nobody can write a policy that keeps the judge busy. */
export interface Budget {
  /** Positions in patterns to be looked at. */
  steps: number;
}

/** About a tenth of a second; policies of people take a few thousand. */
export const newBudget = (): Budget => ({ steps: 500_000 });

/**
 * A text that every language of `all` has and none of `none` does; `null`: there is no such text, which is
 * proved and not guessed; `undefined`: too intricate to tell. Walks all patterns at once, as one automaton.
 */
export function wordIn(all: readonly Language[], none: Language, budget: Budget): string | null | undefined {
  if (none.length > 0 && all.some((globs) => globs.every((glob) => none.some((other) => covers(other, glob)))))
    return null;
  const quick = quickWord(all, none);
  if (quick !== undefined) return quick;
  const languages: Language[] = [...all, none];
  const letters = lettersOf(languages);
  const start: State = {
    sets: languages.map((globs) => globs.map((glob) => withStars(glob, new Set([0])))),
    word: '',
  };
  const seen = new Set([nameOf(start)]);
  let states = [start];
  while (states.length > 0) {
    const next: State[] = [];
    for (const state of states) {
      if (isWord(languages, state)) return state.word;
      for (const letter of letters) {
        if (budget.steps < 0) return undefined;
        const reached = advance(languages, state, letter, budget);
        // Without a way on in one that must match, no longer text does either.
        if (reached.sets.slice(0, -1).some((sets) => sets.every((set) => set.size === 0))) continue;
        const name = nameOf(reached);
        if (seen.has(name)) continue;
        seen.add(name);
        next.push(reached);
      }
    }
    states = next;
  }
  return null;
}

interface State {
  readonly sets: readonly (readonly ReadonlySet<number>[])[];
  readonly word: string;
}

/** What stars stand for in a first try, which nearly always does. */
const FILLINGS = ['any-name', 'x', ''];

/** Tries a few texts before walking; `undefined`: none of them is one, which says nothing. */
function quickWord(all: readonly Language[], none: Language): string | undefined {
  for (const { tokens } of all[0] ?? []) {
    for (const filling of FILLINGS) {
      let word = '';
      for (const token of tokens) word += token === ANY ? filling : token === ONE ? 'x' : String.fromCharCode(token);
      const inAll = all.every((globs) => globs.some((glob) => matches(glob, word)));
      if (inAll && !none.some((glob) => matches(glob, word))) return word;
    }
  }
  return undefined;
}

/** Every character that a pattern names, and one that none does: all others behave like it. */
function lettersOf(languages: readonly Language[]): number[] {
  const named = new Set<number>();
  for (const globs of languages) {
    for (const { tokens } of globs) for (const token of tokens) if (token >= 0) named.add(token);
  }
  let fresh = 0x61;
  while (named.has(fresh)) fresh += 1;
  return [fresh, ...named];
}

function advance(languages: readonly Language[], { sets, word }: State, letter: number, budget: Budget): State {
  const next = languages.map((globs, language) =>
    globs.map((glob, index) => {
      const states = sets[language]?.[index] ?? NOWHERE;
      budget.steps -= 1 + states.size;
      return step(glob, states, letter);
    }),
  );
  return { sets: next, word: word + String.fromCharCode(letter) };
}

const NOWHERE: ReadonlySet<number> = new Set();

function isWord(languages: readonly Language[], { sets }: State): boolean {
  const last = languages.length - 1;
  return languages.every((globs, language) => {
    const matched = globs.some((glob, index) => sets[language]?.[index]?.has(glob.tokens.length) === true);
    return language === last ? !matched : matched;
  });
}

function nameOf({ sets }: State): string {
  return sets.map((globs) => globs.map((set) => [...set].toSorted((a, b) => a - b).join()).join(';')).join('|');
}
