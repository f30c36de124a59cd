/**
 * Looks for words in what is said. It never changes a text: people are told which words were found, and where the room says so
 * readers see the text once they ask for it. Words are compared whole and folded, so that “scunthorpe” is a
 * town; code, addresses and names of people are left out.
 */
import { CODE } from '../../messages/mentions.ts';

export const filterModes = ['off', 'log', 'blur'] as const;
export type FilterMode = (typeof filterModes)[number];

export type FilterRules = {
  /** log: the author is told. blur: everybody is, and clients hide the words until they are asked for. */
  readonly mode: FilterMode;
  /** Names of lists that come along, see lists/. */
  readonly lists: readonly string[];
  /** The room's own words or phrases, and those that are fine here whatever the lists say. */
  readonly words: readonly string[];
  readonly allowed: readonly string[];
};

/** What was found in a message. */
export type Flagged = { readonly mode: 'log' | 'blur'; readonly words: readonly string[] };

/** By looking for its signs, as `\S+@\S+\.\S+` would take hours for a message that is made of `@` alone. */
function holdsMailAddress(run: string): boolean {
  const at = run.indexOf('@', 1);
  return at > 0 && run.lastIndexOf('.', run.length - 2) > at + 1;
}

/** Words and phrases, folded, by their first word. */
export type WordIndex = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Unseen characters inside of a word do not end it. */
const WORD = /[\p{L}\p{N}\p{M}\p{Cf}_'’-]+/gu;
const LEFT_OUT = /\b(?:https?:\/\/|www\.)\S+|@[\p{L}\p{N}._-]+/giu;
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
/** Different words that one message is said to hold. */
const MOST = 20;

/** Case, width, accents and unseen characters make no other word. */
export function foldWord(word: string): string {
  return word
    .replace(UNSEEN, '')
    .normalize('NFKD')
    .replace(/[\p{M}'’_-]/gu, '')
    .toLowerCase()
    .normalize('NFC');
}

export function indexOf(phrases: Iterable<string>): WordIndex {
  const index = new Map<string, (readonly string[])[]>();
  for (const phrase of phrases) {
    const words = phrase.split(/\s+/).map(foldWord).filter(Boolean);
    const [first] = words;
    if (first !== undefined) index.set(first, [...(index.get(first) ?? []), words]);
  }
  return index;
}

/** What of the text is among the words and not among those that are fine, as it stands there, each once. */
export function wordsFound(text: string, wanted: WordIndex, allowed: WordIndex): string[] {
  const blank = (found: string): string => ' '.repeat(found.length);
  const plain = text
    .replace(CODE, blank)
    .replace(/\S+/g, (run) => (holdsMailAddress(run) ? blank(run) : run.replace(LEFT_OUT, blank)));
  const words = [...plain.matchAll(WORD)].map((match) => ({
    folded: foldWord(match[0]),
    at: match.index,
    text: match[0],
  }));
  const found = new Set<string>();
  const longest = (index: WordIndex, from: number): number => {
    const phrases = index.get(words[from]?.folded ?? '') ?? [];
    const fits = phrases.filter((phrase) => phrase.every((word, next) => words[from + next]?.folded === word));
    return Math.max(0, ...fits.map(({ length }) => length));
  };
  for (let from = 0; from < words.length && found.size < MOST;) {
    const fine = longest(allowed, from);
    const length = longest(wanted, from);
    if (length > fine) {
      const [first, last] = [words[from], words[from + length - 1]];
      if (first && last) found.add(text.slice(first.at, last.at + last.text.length));
    }
    from += Math.max(1, fine, length);
  }
  return [...found];
}
