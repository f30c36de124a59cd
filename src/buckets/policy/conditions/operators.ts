import { areWideTogether, isWide, isWithin, rangeOf, type Range } from './addresses.ts';
import { spendReading, type Budget } from '../patterns/budget.ts';
import { Glob, matches, parseGlob, type GlobOptions } from '../patterns/glob.ts';
import { remembering } from '../remembering.ts';

export type Kind = 'text' | 'text-any-case' | 'like' | 'arn' | 'ip' | 'truth' | 'number' | 'date' | 'null';

/** An operator of conditions, taken apart: `ForAllValues:StringNotLikeIfExists`. */
export interface Operator {
  readonly kind: Kind;
  readonly negated: boolean;
  /** `…IfExists`: fulfilled where the request has no such key. */
  readonly ifExists: boolean;
  readonly set: 'any' | 'all' | null;
  /** Of numbers and dates: how the request's value stands to the policy's. */
  readonly order: '=' | '<' | '<=' | '>' | '>=';
}

type Base = Pick<Operator, 'kind' | 'negated' | 'order'>;

function orders(name: string, kind: 'number' | 'date'): [string, Base][] {
  return [
    [`${name}equals`, { kind, negated: false, order: '=' }],
    [`${name}notequals`, { kind, negated: true, order: '=' }],
    [`${name}lessthan`, { kind, negated: false, order: '<' }],
    [`${name}lessthanequals`, { kind, negated: false, order: '<=' }],
    [`${name}greaterthan`, { kind, negated: false, order: '>' }],
    [`${name}greaterthanequals`, { kind, negated: false, order: '>=' }],
  ];
}

const plain = (kind: Kind, negated = false): Base => ({ kind, negated, order: '=' });

/** In lower case: AWS takes operators in any. */
const BASES = new Map<string, Base>([
  ['stringequals', plain('text')],
  ['stringnotequals', plain('text', true)],
  ['stringequalsignorecase', plain('text-any-case')],
  ['stringnotequalsignorecase', plain('text-any-case', true)],
  ['stringlike', plain('like')],
  ['stringnotlike', plain('like', true)],
  // The two of each pair behave alike.
  ['arnequals', plain('arn')],
  ['arnlike', plain('arn')],
  ['arnnotequals', plain('arn', true)],
  ['arnnotlike', plain('arn', true)],
  ['ipaddress', plain('ip')],
  ['notipaddress', plain('ip', true)],
  ['bool', plain('truth')],
  ['null', plain('null')],
  ...orders('numeric', 'number'),
  ...orders('date', 'date'),
]);

/** `null`: no operator is called that. BinaryEquals is left out: no key of S3 is binary. */
export const operatorNamed = remembering(1_000, (written): Operator | null => {
  const parts = /^(?:for(any|all)values?:)?([a-z]+?)(ifexists)?$/.exec(written.toLowerCase());
  const base = BASES.get(parts?.[2] ?? '');
  return base === undefined || (base.kind === 'null' && parts?.[3] !== undefined)
    ? null
    : {
        ...base,
        ifExists: parts?.[3] !== undefined,
        set: (parts?.[1] ?? null) as Operator['set'],
      };
});

/** A condition that is asked about many values. */
export class Test {
  /** `null`: nobody knows what it means, so that it may come out either way. */
  readonly operator: Operator | null;
  readonly values: readonly string[];
  /** The values as patterns, of the operators that compare texts. */
  readonly globs: readonly Glob[];
  /** Whether the store may read it otherwise than AWS does, see {@link canBe}. */
  readonly lenient: boolean;
  #ranges: readonly (Range | null)[] | null = null;
  #isNarrow: boolean | null = null;

  constructor(operator: Operator | null, values: readonly string[], globs: readonly Glob[], lenient: boolean) {
    this.operator = operator;
    this.values = values;
    this.globs = globs;
    this.lenient = lenient;
  }

  /** The values as ranges of addresses; `null`: one is none. */
  get ranges(): readonly (Range | null)[] {
    this.#ranges ??= this.values.map(rangeOf);
    return this.#ranges;
  }

  /** Whether every value is a range, and all together are too narrow for strangers to be in them. */
  get isNarrow(): boolean {
    this.#isNarrow ??= areNarrow(this.ranges);
    return this.#isNarrow;
  }

  /** The same of what a negated operator spares. */
  affirmed(ifExists = this.operator?.ifExists ?? false): Test {
    const operator = this.operator && { ...this.operator, negated: false, ifExists };
    return new Test(operator, this.values, this.globs, this.lenient);
  }
}

function areNarrow(ranges: readonly (Range | null)[]): boolean {
  const known = ranges.filter((range): range is Range => range !== null);
  return known.length === ranges.length && !known.some(isWide) && !areWideTogether(known);
}

const TEXTS: ReadonlySet<Kind> = new Set(['text', 'text-any-case', 'like', 'arn']);

export function testOf(operatorName: string, values: readonly string[], options: GlobOptions): Test {
  const operator = operatorNamed(operatorName);
  const lenient = options.lenient === true;
  if (operator === null || !TEXTS.has(operator.kind)) return new Test(operator, values, [], lenient);
  const { kind } = operator;
  const { variables, known } = options;
  const plain = kind === 'text' || kind === 'text-any-case';
  const globs = values.map((value) => {
    return parseGlob(kind === 'text-any-case' ? value.toLowerCase() : value, { variables, known, plain });
  });
  return new Test(operator, values, globs, lenient);
}

/**
 * Whether the condition can come out as `wish` when the request's key has this value; `null`: the request has no such
 * key. It can come out both ways where a variable stands in it, or a value that says nothing; and where stores differ:
 * for Ceph 16 a missing key fulfils no negated operator and every Null, and of several values a negated operator needs
 * just one that is not there.
 */
export function canBe(wish: boolean, test: Test, value: string | null, budget: Budget | null): boolean {
  const { operator, values, globs, lenient } = test;
  if (operator === null) return true;
  const { kind, negated, ifExists, set } = operator;
  if (lenient && (kind === 'null' || (negated && (value === null || values.length > 1)))) return true;
  if (kind === 'null') return values.some((each) => (each.toLowerCase() === 'true') === (value === null)) === wish;
  if (value === null) {
    if (ifExists || set === 'all') return wish;
    if (set === 'any') return !wish;
    return negated === wish;
  }
  const matched = wish !== negated;
  const count = globs.length > 0 ? globs.length : values.length;
  for (let index = 0; index < count; index += 1) {
    // Some value has to match, or none may.
    if (matched ? canMatch(operator, test, index, value, budget) : mustMatch(operator, test, index, value, budget))
      return matched;
  }
  return !matched;
}

function canMatch(operator: Operator, test: Test, index: number, value: string, budget: Budget | null): boolean {
  const glob = test.globs[index];
  if (glob !== undefined) return textMatches(operator.kind, glob, value, budget);
  return compare(operator, test, index, value) ?? true;
}

function mustMatch(operator: Operator, test: Test, index: number, value: string, budget: Budget | null): boolean {
  const glob = test.globs[index];
  if (glob !== undefined) return isCertain(operator.kind, glob) && textMatches(operator.kind, glob, value, budget);
  return compare(operator, test, index, value) ?? false;
}

function textMatches(kind: Kind, glob: Glob, value: string, budget: Budget | null): boolean {
  if (kind === 'arn' || kind === 'text-any-case') spendReading(budget, value.length);
  if (kind === 'arn') return arnMatches(glob, value, budget);
  return matches(glob, kind === 'text-any-case' ? value.toLowerCase() : value, budget);
}

/**
 * Whether a pattern matches what it seems to: without a variable, and for an ARN with all of its parts. What stores make
 * of fewer (`*`, `arn:aws:iam::*`) they do not say: nothing may match it, or whatever a text of this pattern is.
 */
export function isCertain(kind: Kind, glob: Glob): boolean {
  return !glob.open && (kind !== 'arn' || glob.literal !== null || arnParts(glob).length === 6);
}

/** A star does not reach over the colons between the six parts of an ARN. */
function arnMatches(glob: Glob, value: string, budget: Budget | null): boolean {
  if (glob.literal !== null) return glob.literal === value;
  if (!isCertain('arn', glob)) return matches(glob, value, budget);
  const wanted = arnParts(glob);
  const parts = value.split(':');
  const given = [...parts.slice(0, 5), parts.slice(5).join(':')];
  return parts.length >= 6 && wanted.every((part, index) => matches(part, given[index] ?? '', budget));
}

function arnParts({ tokens, open }: Glob): Glob[] {
  const parts: number[][] = [[]];
  for (const token of tokens) {
    if (token === COLON && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.map((part) => new Glob('', null, open, part));
}

const COLON = 0x3a;

/** `null`: one of the two is no such thing. */
function compare({ kind, order }: Operator, test: Test, index: number, value: string): boolean | null {
  if (kind === 'ip') {
    const range = test.ranges[index] ?? null;
    const address = rangeOf(value);
    return range === null || address === null ? null : isWithin(range, address);
  }
  const written = test.values[index] ?? '';
  if (kind === 'truth') {
    const [wanted, given] = [written.toLowerCase(), value.toLowerCase()];
    return wanted === 'true' || wanted === 'false' ? wanted === given : null;
  }
  const read = kind === 'date' ? dateOf : numberOf;
  const [wanted, given] = [read(written), read(value)];
  if (wanted === null || given === null) return null;
  switch (order) {
    case '=':
      return given === wanted;
    case '<':
      return given < wanted;
    case '<=':
      return given <= wanted;
    case '>':
      return given > wanted;
    case '>=':
      return given >= wanted;
  }
}

function numberOf(text: string): number | null {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? null : number;
}

/** Milliseconds: what a Date may be, with room for the second beside a border. */
const MOST_DATE_MS = 8.64e15 - 1000;

/** ISO 8601, or seconds since the epoch. In ms; `null`: it is no time, or none that a Date holds. */
export const dateOf = remembering(1_000, (text): number | null => {
  const time = /^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(time) || Math.abs(time) > MOST_DATE_MS ? null : time;
});
