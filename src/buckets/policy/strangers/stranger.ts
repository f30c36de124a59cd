import {
  addressText,
  areWideTogether,
  isPrivate,
  isWide,
  isWithin,
  rangeOf,
  type Range,
} from '../conditions/addresses.ts';
import { keyRule, type KeyRule } from '../conditions/condition-keys.ts';
import { leavesNoValue, namesOneHolder } from '../conditions/fixed-values.ts';
import { NOT_EMPTY, type Glob } from '../patterns/glob.ts';
import { canBe, dateOf, isCertain, type Kind, type Test } from '../conditions/operators.ts';
import { spend, type Budget } from '../patterns/budget.ts';
import { wordIn } from '../patterns/word.ts';

/** How a stranger comes: with an account of their own or without one, over the Internet or out of a network of theirs. */
export interface Profile {
  readonly signed: boolean;
  readonly vpc: boolean;
}

/** The plainest first: it is the one that a proof shows. */
export const PROFILES: readonly Profile[] = [
  { signed: false, vpc: false },
  { signed: true, vpc: false },
  { signed: false, vpc: true },
  { signed: true, vpc: true },
];

/** What a value must fulfil, and what it must not. */
export interface Demands {
  readonly must: readonly Test[];
  readonly mustNot: readonly Test[];
}

/** What is the same for all that is asked about one bucket. */
export interface Setting {
  /** The time, ms since the epoch; `null`: dates come out as one likes. */
  readonly atMs: number | null;
  readonly budget: Budget;
}

/**
 * A value of a key that a stranger can come with and that meets the demands; `null`: by leaving it out; `undefined`:
 * there is none. Of a key that has several values at once it may be a list of them.
 */
export function strangersValue(
  key: string,
  rule: KeyRule,
  profile: Profile,
  demands: Demands,
  setting: Setting,
): string | null | undefined {
  const one = oneValue(key, rule, profile, demands, setting);
  return one === undefined && rule.several ? severalValues(key, rule, profile, demands, setting) : one;
}

/** One value for each demand that some value has to meet, of which each meets those that every value has to. */
function severalValues(
  key: string,
  rule: KeyRule,
  profile: Profile,
  { must, mustNot }: Demands,
  setting: Setting,
): string | undefined {
  if (!isThere(rule.presence, profile.signed, profile.vpc)) return undefined;
  const isForEach = ({ operator }: Test, set: 'any' | 'all'): boolean =>
    operator?.kind === 'null' || operator?.set === set;
  const each: Demands = {
    must: must.filter((test) => isForEach(test, 'all')),
    // That some value fits is not so where none does.
    mustNot: mustNot.filter((test) => isForEach(test, 'any')),
  };
  const apart: readonly Demands[] = [
    ...must.filter((test) => !isForEach(test, 'all')).map((test) => ({ ...each, must: [...each.must, test] })),
    ...mustNot.filter((test) => !isForEach(test, 'any')).map((test) => ({ ...each, mustNot: [...each.mustNot, test] })),
  ];
  const there: KeyRule = { ...rule, presence: 'always' };
  const found = apart.map((demands) => oneValue(key, there, profile, demands, setting));
  return found.length === 0 || found.includes(undefined) ? undefined : [...new Set(found)].join(', ');
}

function oneValue(
  key: string,
  usual: KeyRule,
  { signed, vpc }: Profile,
  demands: Demands,
  { atMs, budget }: Setting,
): string | null | undefined {
  const lenient = demands.must.some((test) => test.lenient) || demands.mustNot.some((test) => test.lenient);
  const rule = ruleIn(usual, lenient);
  const has = isThere(rule.presence, signed, vpc);
  // Ceph 16 leaves aws:SecureTransport out where there is no TLS.
  const mayLack =
    !has || rule.presence === 'optional' || rule.presence === 'signed-optional' || (lenient && rule.value !== 'flag');
  if (mayLack && meets(null, demands, budget)) return null;
  if (!has) return undefined;
  const { must, mustNot } = demands;
  const written = countValues(must) + countValues(mustNot);
  budget.steps -= written;
  if (must.some((test) => leavesNoValue(test, true, rule))) return undefined;
  if (mustNot.some((test) => leavesNoValue(test, false, rule))) return undefined;
  const tests = mustNot.length === 0 ? must : [...must, ...mustNot];
  const only = (values: readonly string[]): string | undefined => values.find((value) => meets(value, demands, budget));
  if (key === 'aws:userid' && !signed && rule.value === 'held') return only(['anonymous']);
  if (key === 'aws:principaltype') return only(signed ? SIGNED_TYPES : ['Anonymous']);
  if (key === 'aws:viaawsservice' && !signed) return only(['false']);
  for (const value of candidates(key, rule, tests, { atMs, budget })) {
    spend(budget, written);
    if (budget.steps < 0) return UNTOLD;
    if (meets(value, demands, budget)) return value;
  }
  if (budget.steps < 0) return UNTOLD;
  return wordFor(rule, demands, budget);
}

function meets(value: string | null, { must, mustNot }: Demands, budget: Budget): boolean {
  for (const test of must) if (!canBe(true, test, value, budget)) return false;
  for (const test of mustNot) if (!canBe(false, test, value, budget)) return false;
  return true;
}

function countValues(tests: readonly Test[]): number {
  let count = 0;
  for (const { values } of tests) count += values.length;
  return count;
}

/** Whether a request of such a stranger has the key, or can have it. */
function isThere(presence: KeyRule['presence'], signed: boolean, vpc: boolean): boolean {
  switch (presence) {
    case 'always':
    case 'optional':
      return true;
    case 'signed':
    case 'signed-optional':
      return signed;
    case 'vpc':
      return vpc;
    case 'internet':
      return !vpc;
    case 'never':
      return false;
  }
}

/** Whether one condition alone keeps every stranger out, which most do that keep any out. */
export function holdsStrangersOut(key: string, test: Test): boolean {
  const rule = ruleIn(keyRule(key).rule, test.lenient);
  return leavesNoValue(test, true, rule) && !canBe(true, test, null, null);
}

/** Who uses a key for encryption AWS asks, and other stores do not: there it is a header like any other. */
function ruleIn(rule: KeyRule, lenient: boolean): KeyRule {
  return lenient && rule.isHeader ? { ...rule, value: 'chosen', outsider: [] } : rule;
}

const SIGNED_TYPES = ['User', 'AssumedRole', 'Account', 'FederatedUser'];

function candidates(key: string, rule: KeyRule, tests: readonly Test[], { atMs, budget }: Setting): Iterable<string> {
  switch (rule.value) {
    case 'flag':
    case 'bucket':
      // What the bucket itself has and is not told here may be anything.
      return rule.outsider.length > 0 ? rule.outsider : chosen(tests, budget);
    case 'address':
      return addresses(tests, true, budget);
    case 'private-address':
      return ['10.0.0.1', ...addresses(tests, false, budget)];
    case 'time':
      return times(tests, atMs, key === 'aws:epochtime');
    case 'held':
      return [...rule.outsider, ...tests.flatMap(besideBorders)];
    case 'truth':
      return TRUTHS;
    case 'chosen':
      return chosen(tests, budget);
  }
}

const TRUTHS = ['true', 'false'];

/** Accounts have numbers, and below and above any of them there are those of strangers. */
function besideBorders({ operator, values }: Test): string[] {
  if (operator?.kind !== 'number' || operator.order === '=') return [];
  return values.flatMap((value) => [Number(value) - 1, Number(value) + 1].map(String));
}

/** Values at both sides of every border that the tests draw. */
function chosen(tests: readonly Test[], budget: Budget): string[] {
  const found = new Set<string>();
  for (const { operator, values } of tests) {
    for (const value of values) {
      if (operator?.kind === 'truth') found.add('true').add('false');
      else if (operator?.kind === 'number') {
        for (const each of [Number(value), Number(value) + 1, Number(value) - 1]) found.add(String(each));
      } else if (operator?.kind === 'date') {
        const time = dateOf(value) ?? 0;
        for (const each of [time, time + 1000, time - 1000]) found.add(new Date(each).toISOString());
      } else if (operator?.kind === 'ip') for (const each of addresses(tests, false, budget)) found.add(each);
    }
  }
  // What is asked for truth alone is true or false.
  // A parameter may be there with nothing in it: `?prefix=`.
  if (tests.some(({ operator }) => operator?.kind !== 'truth')) found.add('x').add('');
  return [...found];
}

/** Addresses as they are met on the Internet; the rest of the answer lies at the borders of ranges. */
const USUAL = ['1.1.1.1', '8.8.8.8', '93.184.216.34', '2606:4700::1111'];

function* addresses(tests: readonly Test[], outsideOfNarrow: boolean, budget: Budget): Generator<string> {
  const ranges: Range[] = [];
  const narrow: Range[] = [];
  for (const test of tests) {
    if (test.operator?.kind !== 'ip') continue;
    const known = test.ranges.filter((range) => range !== null);
    ranges.push(...known);
    if (outsideOfNarrow && !areWideTogether(known)) narrow.push(...known.filter((range) => !isWide(range)));
  }
  const isTheirs = (text: string): boolean => {
    if (!outsideOfNarrow) return true;
    const address = rangeOf(text);
    return address !== null && !isPrivate(address) && !narrow.some((range) => isWithin(range, address));
  };
  for (const text of USUAL) if (isTheirs(text)) yield text;
  for (const { version, first, last } of ranges) {
    // Whoever asks sees that the budget is spent, and takes nothing of what is missing for proved.
    spend(budget, narrow.length);
    if (budget.steps < 0) return;
    const top = (1n << (version === 4 ? 32n : 128n)) - 1n;
    // Inside a wide range, private networks may lie at both of its ends.
    for (const value of [first + 1n, last, first - 1n, last + 1n, (first + last) / 2n]) {
      const text = value >= 0n && value <= top ? addressText(version, value) : '';
      if (isTheirs(text)) yield text;
    }
  }
}

/** Now, and every later moment at which something changes: who is kept out until a day only has to wait. */
function* times(tests: readonly Test[], atMs: number | null, epoch: boolean): Generator<string> {
  const text = (time: number): string => (epoch ? String(Math.floor(time / 1000)) : new Date(time).toISOString());
  if (atMs !== null) yield text(atMs);
  for (const { values } of tests) {
    for (const value of values) {
      const time = dateOf(value);
      if (time === null) continue;
      for (const moment of [time, time + 1000, time - 1000]) if (atMs === null || moment >= atMs) yield text(moment);
    }
  }
}

/** A text put together out of the patterns, for keys whose value strangers choose or may be given. */
function wordFor(rule: KeyRule, demands: Demands, budget: Budget): string | undefined {
  // A time is a text to the operators of texts.
  if (rule.value === 'flag' || rule.value === 'truth') return undefined;
  const all: (readonly Glob[])[] = [];
  const none: Glob[] = [];
  const sort = (tests: readonly Test[], wish: boolean): void => {
    for (const { operator, globs } of tests) {
      if (operator === null || globs.length === 0) continue;
      if (operator.negated !== wish) all.push(reachable(globs, rule, operator.kind));
      else none.push(...globs.filter((glob) => isCertain(operator.kind, glob)));
    }
  };
  sort(demands.must, true);
  sort(demands.mustNot, false);
  if (all.length === 0 && none.length === 0) return undefined;
  // What a key of AWS holds is never empty.
  const word = wordIn([...all, [NOT_EMPTY]], none, budget);
  if (word === undefined) return UNTOLD;
  if (word !== null && meets(word, demands, budget)) return word;
  const tests = [...demands.must, ...demands.mustNot];
  if (!areOfBothCases(tests)) return undefined;
  const written = tests.flatMap(({ values }) => values);
  return written.find((value) => meets(value, demands, budget)) ?? UNTOLD;
}

/** Where one test minds the case and another does not, a search that minds it proves nothing. */
function areOfBothCases(tests: readonly Test[]): boolean {
  const texts = tests.filter(({ globs }) => globs.length > 0);
  const isAnyCase = ({ operator }: Test): boolean => operator?.kind === 'text-any-case';
  return texts.some(isAnyCase) && !texts.every(isAnyCase);
}

/** Stands for a value that could not be computed, and is taken to exist. */
export const UNTOLD = '?';

/** Of what others hold, a stranger gets only what a pattern leaves open. */
function reachable(globs: readonly Glob[], rule: KeyRule, kind: Kind): readonly Glob[] {
  if (rule.value === 'address') return globs.filter(({ literal }) => literal === null);
  if (rule.value !== 'held') return globs;
  return globs.filter((glob) => !namesOneHolder(glob, rule.anchor, kind));
}
