import { fileErrors } from '../errors.ts';
import { foldedName } from './order.ts';

export interface PatternOptions {
  /** Upper and lower case are different letters; default false. */
  readonly matchCase?: boolean | undefined;
  /** `é` is not `e`; default false. */
  readonly matchAccents?: boolean | undefined;
}

type Token =
  | { readonly kind: 'letter'; readonly letter: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'run' }
  | { readonly kind: 'set'; readonly isNegated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/**
 * Tells which names a person looks for. Without `*`, `?` and `[…]` a name needs to hold the pattern somewhere; with
 * them it must be the whole name: `*` stands for anything, `?` for one letter, `[a-z]` and `[!0-9]` for one of (or but)
 * these, `\` takes the meaning from what follows. The time it takes grows with the two lengths multiplied, at worst.
 * Throws `name_pattern_invalid`.
 */
export function namePattern(pattern: string, options: PatternOptions = {}): (name: string) => boolean {
  const folded = foldWith(options);
  const tokens = tokensOf(folded(pattern.normalize('NFC')));
  if (tokens.length === 0) throw fileErrors('name_pattern_invalid', { detail: 'it is empty' });
  if (tokens.some((token) => token.kind === 'letter' && token.letter === '/')) {
    throw fileErrors('name_pattern_invalid', { detail: 'names hold no “/”: give the folder to look in instead' });
  }
  const literal = lettersOf(tokens);
  if (literal !== null) return (name) => folded(name).includes(literal);
  const ending = tokens[0]?.kind === 'run' ? lettersOf(tokens.slice(1)) : null;
  if (ending !== null) return (name) => folded(name).endsWith(ending);
  return (name) => matches(tokens, Array.from(folded(name)));
}

function foldWith({ matchCase = false, matchAccents = false }: PatternOptions): (text: string) => string {
  if (!matchCase && !matchAccents) return foldedName;
  if (!matchCase) return (text) => text.normalize('NFC').toLowerCase();
  if (matchAccents) return (text) => text.normalize('NFC');
  // Accents go letter by letter, so that the case of each stays.
  return (text) =>
    text
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/gu, '')
      .normalize('NFC');
}

function lettersOf(tokens: readonly Token[]): string | null {
  let letters = '';
  for (const token of tokens) {
    if (token.kind !== 'letter') return null;
    letters += token.letter;
  }
  return letters;
}

function tokensOf(pattern: string): Token[] {
  const letters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    if (letter === '*') {
      if (tokens.at(-1)?.kind !== 'run') tokens.push({ kind: 'run' });
    } else if (letter === '?') tokens.push({ kind: 'any' });
    else if (letter === '[') {
      const end = letters.indexOf(']', letters[at + 1] === '!' ? at + 3 : at + 2);
      if (end === -1) throw fileErrors('name_pattern_invalid', { detail: 'a “[” is not closed' });
      tokens.push(setOf(letters.slice(at + 1, end)));
      at = end;
    } else if (letter === '\\' && at + 1 < letters.length) {
      at += 1;
      tokens.push({ kind: 'letter', letter: letters[at] ?? '' });
    } else tokens.push({ kind: 'letter', letter });
  }
  return tokens;
}

function setOf(inner: readonly string[]): Token {
  const isNegated = inner[0] === '!';
  const members = isNegated ? inner.slice(1) : inner;
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at++) {
    const start = members[at] ?? '';
    const end = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([start, end ?? start]);
    if (end !== undefined) at += 2;
  }
  return { kind: 'set', isNegated, ranges };
}

/** Goes back to the last `*` only, which is enough: an earlier one could not match more. */
function matches(tokens: readonly Token[], letters: readonly string[]): boolean {
  let [at, token] = [0, 0];
  let [retryAt, retryToken] = [0, -1];
  while (at < letters.length) {
    const wanted = tokens[token];
    if (wanted?.kind === 'run') {
      [retryAt, retryToken] = [at, token];
      token += 1;
    } else if (wanted && isOne(wanted, letters[at] ?? '')) {
      at += 1;
      token += 1;
    } else if (retryToken >= 0) {
      retryAt += 1;
      [at, token] = [retryAt, retryToken + 1];
    } else return false;
  }
  while (tokens[token]?.kind === 'run') token += 1;
  return token === tokens.length;
}

function isOne(token: Token, letter: string): boolean {
  if (token.kind === 'letter') return token.letter === letter;
  if (token.kind === 'set')
    return token.ranges.some(([low, high]) => letter >= low && letter <= high) !== token.isNegated;
  return token.kind === 'any';
}
