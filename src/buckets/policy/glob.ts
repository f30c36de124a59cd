/**
 * Patterns of policies: `*` stands for any text, the empty one too, `?` for one character, and `${…}` for a value of
 * the request. What a variable will be is not known here; {@link Glob.open} says that there is one.
 */
export interface Glob {
  readonly text: string;
  /** Code units, and {@link ANY} and {@link ONE} among them. A variable is {@link ANY}. */
  readonly tokens: readonly number[];
  /** Without wildcard and variable it is this text; else `null`. */
  readonly literal: string | null;
  /** Whether it holds a variable, so that it matches at most what {@link tokens} matches, and perhaps nothing. */
  readonly open: boolean;
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
  if (NOTHING_SPECIAL.test(text)) return new PlainText(text);
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
  return { text, tokens, literal, open };
}

/** Most patterns are plain texts that nobody takes apart. */
class PlainText implements Glob {
  readonly text: string;
  readonly literal: string;
  readonly open = false;
  #tokens: readonly number[] | null = null;

  constructor(text: string) {
    this.text = text;
    this.literal = text;
  }

  get tokens(): readonly number[] {
    this.#tokens ??= codesOf(this.text);
    return this.#tokens;
  }
}

const EVERYTHING: Glob = { text: '*', tokens: [ANY], literal: null, open: false };

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

/** Whether `text` is one that the pattern, with its variables being anything, matches. */
export function matches({ tokens, literal }: Glob, text: string): boolean {
  if (literal !== null) return literal === text;
  return fits(tokens, text.length, (position) => text.charCodeAt(position));
}

/** Whether all that `other` matches is matched by `glob`, as far as a look at both side by side can tell. */
export function covers(glob: Glob, other: Glob): boolean {
  // A star of the other is one more character, which nothing but a star takes.
  return fits(glob.tokens, other.tokens.length, (position) => other.tokens[position] ?? ANY, true);
}

function fits(tokens: readonly number[], length: number, at: (position: number) => number, stars = false): boolean {
  let token = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < length) {
    const wanted = tokens[token];
    if (wanted === ANY) {
      star = token;
      token += 1;
      resume = position;
    } else if ((wanted === ONE && !(stars && at(position) === ANY)) || wanted === at(position)) {
      token += 1;
      position += 1;
    } else if (star !== -1) {
      // The last star takes one character more.
      resume += 1;
      position = resume;
      token = star + 1;
    } else return false;
  }
  while (tokens[token] === ANY) token += 1;
  return token === tokens.length;
}

/** The pattern of what may follow `prefix`; several, because a star may end anywhere in it. */
export function behind(glob: Glob, prefix: string): Glob[] {
  const { text, literal } = glob;
  if (literal !== null) return literal.startsWith(prefix) ? [residual(glob, prefix.length)] : [];
  if (!glob.open && text.startsWith(prefix)) return [residual(glob, prefix.length)];
  let states = withStars(glob, new Set([0]));
  for (let position = 0; position < prefix.length; position += 1) {
    states = step(glob, states, prefix.charCodeAt(position));
  }
  return [...states].map((state) => residual(glob, state));
}

/** Positions in the tokens that are reached by one more character. */
export function step(glob: Glob, states: ReadonlySet<number>, code: number): Set<number> {
  const next = new Set<number>();
  for (const state of states) {
    const token = glob.tokens[state];
    if (token === ANY) next.add(state);
    else if (token === ONE || token === code) next.add(state + 1);
  }
  return withStars(glob, next);
}

/** A star may also stand for nothing. */
export function withStars({ tokens }: Glob, states: Set<number>): Set<number> {
  for (const state of states) if (tokens[state] === ANY) states.add(state + 1);
  return states;
}

function residual({ tokens, open }: Glob, start: number): Glob {
  const rest = tokens.slice(start);
  const wild = rest.some((token) => token < 0);
  const text = rest.map((token) => (token === ANY ? '*' : token === ONE ? '?' : String.fromCharCode(token))).join('');
  return { text, tokens: rest, literal: wild ? null : text, open: open && wild };
}
