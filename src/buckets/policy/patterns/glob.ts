import { spendReading, type Budget } from './budget.ts';

/**
 * Patterns of policies: `*` stands for any text, the empty one too, `?` for one character, and `${…}` for a value of
 * the request. What a variable will be is not known here; {@link Glob.open} says that there is one.
 */
export class Glob {
  readonly text: string;
  /** Without wildcard and variable it is this text; else `null`. */
  readonly literal: string | null;
  /** Whether it holds a variable, so that it matches at most what {@link tokens} matches, and perhaps nothing. */
  readonly open: boolean;
  #tokens: readonly number[] | null;
  #filled: readonly string[] | null = null;

  /** `tokens` may be left out of what is its own text. */
  constructor(text: string, literal: string | null, open: boolean, tokens: readonly number[] | null = null) {
    this.text = text;
    this.literal = literal;
    this.open = open;
    this.#tokens = tokens;
  }

  /** Code units, and {@link ANY} and {@link ONE} among them. A variable is {@link ANY}. */
  get tokens(): readonly number[] {
    // Most patterns are plain texts that nobody takes apart.
    this.#tokens ??= codesOf(this.text);
    return this.#tokens;
  }

  /** A few texts that it matches. */
  get filled(): readonly string[] {
    this.#filled ??= this.literal === null ? FILLINGS.map((filling) => fill(this.tokens, filling)) : [this.literal];
    return this.#filled;
  }
}

/** What stars stand for in a first try, which nearly always does. */
const FILLINGS = ['any-name', 'x', ''];

function fill(tokens: readonly number[], filling: string): string {
  let text = '';
  for (const token of tokens) text += token === ANY ? filling : token === ONE ? 'x' : String.fromCharCode(token);
  return text;
}

/** `*`. */
export const ANY = -1;
/** `?`. */
export const ONE = -2;

/** Names of variables, in lower case, whose value is the same for every request: `aws:resourceaccount`. */
export type KnownVariables = Readonly<Record<string, string>>;

export interface GlobOptions {
  /** Whether `${…}` is a variable; before Version 2012-10-17 it is plain text. */
  readonly variables: boolean;
  readonly known: KnownVariables;
  /** Whether the store may read policies otherwise than AWS does. */
  readonly lenient?: boolean;
  /** `*` and `?` stand for themselves, as in StringEquals. */
  readonly plain?: boolean;
}

const NOTHING_SPECIAL = /^[^*?$]*$/;

export function parseGlob(text: string, { variables, known, plain = false }: GlobOptions): Glob {
  if (NOTHING_SPECIAL.test(text)) return new Glob(text, text, false);
  if (text === '*' && !plain) return EVERYTHING;
  const tokens: number[] = [];
  let open = false;
  let wild = false;
  let position = 0;
  while (position < text.length) {
    const variable = variables && text.startsWith('${', position) ? variableAt(text, position) : null;
    if (variable !== null) {
      position = variable.end;
      const value = valueOf(variable.name, known);
      if (value !== null) tokens.push(...codesOf(value));
      else {
        tokens.push(ANY);
        open = true;
      }
      continue;
    }
    const code = text.charCodeAt(position);
    position += 1;
    if (plain || (code !== STAR && code !== QUESTION)) tokens.push(code);
    else {
      wild = true;
      // Several in a row say no more than one.
      if (code === QUESTION) tokens.push(ONE);
      else if (tokens.at(-1) !== ANY || open) tokens.push(ANY);
    }
  }
  const literal = wild || open ? null : String.fromCharCode(...tokens);
  return new Glob(text, literal, open, tokens);
}

const EVERYTHING = new Glob('*', null, false, [ANY]);
/** Every text but the empty one: no object has an empty key, and no key of AWS an empty value. */
export const NOT_EMPTY = new Glob('?*', null, false, [ONE, ANY]);

const STAR = 0x2a;
const QUESTION = 0x3f;

function variableAt(text: string, start: number): { readonly name: string; readonly end: number } | null {
  const close = text.indexOf('}', start);
  return close === -1 ? null : { name: text.slice(start + 2, close), end: close + 1 };
}

/** `${*}`, `${?}` and `${$}` stand for the character itself. */
function valueOf(name: string, known: KnownVariables): string | null {
  if (name === '*' || name === '?' || name === '$') return name;
  return known[name.trim().toLowerCase()] ?? null;
}

function codesOf(text: string): number[] {
  const codes: number[] = [];
  for (let position = 0; position < text.length; position += 1) codes.push(text.charCodeAt(position));
  return codes;
}

/**
 * Whether `text` is one that the pattern, with its variables being anything, matches. What `budget` has to bear is every
 * character that is read, and one behind a star may be read again for each that the star takes; `null`: the text is short.
 */
export function matches(glob: Glob, text: string, budget: Budget | null): boolean {
  if (glob.literal !== null) return glob.literal === text;
  const { tokens } = glob;
  let token = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  let reread = 0;
  while (position < text.length) {
    const wanted = tokens[token];
    if (wanted === ANY) {
      star = token;
      token += 1;
      resume = position;
    } else if (wanted === ONE || wanted === text.charCodeAt(position)) {
      token += 1;
      position += 1;
    } else if (star !== -1) {
      // The last star takes one character more.
      reread += position - resume;
      resume += 1;
      position = resume;
      token = star + 1;
    } else {
      spendReading(budget, reread + position);
      return false;
    }
    // Whatever is left.
    if (token === tokens.length && star === token - 1) break;
  }
  spendReading(budget, reread + position);
  while (tokens[token] === ANY) token += 1;
  return token === tokens.length;
}

/**
 * Whether all that `other` matches is matched by `glob`, as far as a look at both side by side can tell: as
 * {@link matches}, but that a star of the other is one more character, which nothing but a star takes.
 */
export function covers({ tokens }: Glob, { tokens: others }: Glob, budget: Budget): boolean {
  let token = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  let reread = 0;
  while (position < others.length) {
    const wanted = tokens[token];
    const given = others[position];
    if (wanted === ANY) {
      star = token;
      token += 1;
      resume = position;
    } else if (wanted === ONE ? given !== ANY : wanted === given) {
      token += 1;
      position += 1;
    } else if (star !== -1) {
      reread += position - resume;
      resume += 1;
      position = resume;
      token = star + 1;
    } else {
      spendReading(budget, reread + position);
      return false;
    }
  }
  spendReading(budget, reread + position);
  while (tokens[token] === ANY) token += 1;
  return token === tokens.length;
}

/** The pattern of what may follow `prefix`; several, because a star may end anywhere in it. */
export function behind(glob: Glob, prefix: string): Glob[] {
  const { text, literal } = glob;
  if (literal !== null) return literal.startsWith(prefix) ? [residual(glob, prefix.length)] : [];
  if (!glob.open && text.startsWith(prefix)) return [residual(glob, prefix.length)];
  const { tokens } = glob;
  let states = withStars(tokens, [0]);
  for (let position = 0; position < prefix.length && states.length > 0; position += 1) {
    const code = prefix.charCodeAt(position);
    const next: number[] = [];
    for (const state of states) {
      const token = tokens[state];
      const reached = token === ANY ? state : token === ONE || token === code ? state + 1 : null;
      if (reached !== null && !next.includes(reached)) next.push(reached);
    }
    states = withStars(tokens, next);
  }
  return states.map((state) => residual(glob, state));
}

/** A star may also stand for nothing. Adds to what it is given. */
function withStars(tokens: readonly number[], states: number[]): number[] {
  for (const state of states) if (tokens[state] === ANY && !states.includes(state + 1)) states.push(state + 1);
  return states;
}

function residual({ tokens, open }: Glob, start: number): Glob {
  const rest = tokens.slice(start);
  const wild = rest.some((token) => token < 0);
  const text = rest.map((token) => (token === ANY ? '*' : token === ONE ? '?' : String.fromCharCode(token))).join('');
  return new Glob(text, wild ? null : text, open && wild, rest);
}
