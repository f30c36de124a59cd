import { addressText, areWideTogether, isPrivate, isWide, isWithin, rangeOf, type Range } from './addresses.ts';
import { keyRule, type KeyRule } from './condition-keys.ts';
import { leavesNoValue, namesOneHolder } from './fixed-values.ts';
import type { Glob } from './glob.ts';
import { canBe, dateOf, type Kind, type Test } from './operators.ts';
import { wordIn, type Budget } from './word.ts';

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
 * there is none.
 */
export function strangersValue(
  key: string,
  rule: KeyRule,
  { signed, vpc }: Profile,
  demands: Demands,
  { atMs, budget }: Setting,
): string | null | undefined {
  const meets = (value: string | null): boolean =>
    demands.must.every((test) => canBe(true, test, value)) &&
    demands.mustNot.every((test) => canBe(false, test, value));
  const { presence } = rule;
  const has = {
    always: true,
    optional: true,
    signed,
    'signed-optional': signed,
    vpc,
    internet: !vpc,
    never: false,
  }[presence];
  // Ceph 16 leaves aws:SecureTransport out where there is no TLS.
  const lenient = demands.must.some((test) => test.lenient) || demands.mustNot.some((test) => test.lenient);
  const mayLack =
    presence === 'optional' || presence === 'signed-optional' || !has || (lenient && rule.value !== 'flag');
  if (mayLack && meets(null)) return null;
  if (!has) return undefined;
  const { must, mustNot } = demands;
  if (must.some((test) => leavesNoValue(test, true, rule))) return undefined;
  if (mustNot.some((test) => leavesNoValue(test, false, rule))) return undefined;
  if (key === 'aws:userid' && !signed && rule.value === 'held') return meets('anonymous') ? 'anonymous' : undefined;
  if (key === 'aws:principaltype') return (signed ? SIGNED_TYPES : ['Anonymous']).find(meets);
  if (key === 'aws:viaawsservice' && !signed) return meets('false') ? 'false' : undefined;
  const tests = [...must, ...mustNot];
  for (const value of candidates(key, rule, tests, atMs)) if (meets(value)) return value;
  return wordFor(rule, demands, meets, budget);
}

/** Whether one condition alone keeps every stranger out, which most do that keep any out. */
export function holdsStrangersOut(key: string, test: Test): boolean {
  const { rule } = keyRule(key);
  return leavesNoValue(test, true, rule) && !canBe(true, test, null);
}

const SIGNED_TYPES = ['User', 'AssumedRole', 'Account', 'FederatedUser'];

function candidates(key: string, rule: KeyRule, tests: readonly Test[], atMs: number | null): Iterable<string> {
  switch (rule.value) {
    case 'flag':
    case 'bucket':
      // What the bucket itself has and is not told here may be anything.
      return rule.outsider.length > 0 ? [...rule.outsider] : chosen(tests);
    case 'address':
      return addresses(tests, true);
    case 'private-address':
      return ['10.0.0.1', ...addresses(tests, false)];
    case 'time':
      return times(tests, atMs, key === 'aws:epochtime');
    case 'held':
      return [...rule.outsider];
    case 'truth':
      return ['true', 'false'];
    case 'chosen':
      return chosen(tests);
  }
}

/** Values at both sides of every border that the tests draw. */
function chosen(tests: readonly Test[]): string[] {
  const found = new Set<string>();
  for (const { operator, values } of tests) {
    for (const value of values) {
      if (operator?.kind === 'truth') found.add('true').add('false');
      else if (operator?.kind === 'number') {
        for (const each of [Number(value), Number(value) + 1, Number(value) - 1]) found.add(String(each));
      } else if (operator?.kind === 'date') {
        const time = dateOf(value) ?? 0;
        for (const each of [time, time + 1000, time - 1000]) found.add(new Date(each).toISOString());
      } else if (operator?.kind === 'ip') for (const each of addresses(tests, false)) found.add(each);
    }
  }
  // What is asked for truth alone is true or false.
  if (tests.some(({ operator }) => operator?.kind !== 'truth')) found.add('x');
  return [...found];
}

/** Addresses as they are met on the Internet; the rest of the answer lies at the borders of ranges. */
const USUAL = ['1.1.1.1', '8.8.8.8', '93.184.216.34', '2606:4700::1111'];

function* addresses(tests: readonly Test[], outsideOfNarrow: boolean): Generator<string> {
  const lists = tests
    .filter(({ operator }) => operator?.kind === 'ip')
    .map(({ values }) => values.map(rangeOf).filter((range): range is Range => range !== null));
  const ranges = lists.flat();
  const narrow = lists.flatMap((list) => (areWideTogether(list) ? [] : list.filter((range) => !isWide(range))));
  const isTheirs = (text: string): boolean => {
    if (!outsideOfNarrow) return true;
    const address = rangeOf(text);
    return address !== null && !isPrivate(address) && !narrow.some((range) => isWithin(range, address));
  };
  yield* USUAL.filter(isTheirs);
  for (const { version, first, last } of ranges) {
    const top = (1n << (version === 4 ? 32n : 128n)) - 1n;
    // Inside a wide range, private networks may lie at both of its ends.
    for (const value of [first + 1n, last, first - 1n, last + 1n, (first + last) / 2n]) {
      const text = value >= 0n && value <= top ? addressText(version, value) : '';
      if (isTheirs(text)) yield text;
    }
  }
}

/** Now, and every later moment at which something changes: who is kept out until a day only has to wait. */
function times(tests: readonly Test[], atMs: number | null, epoch: boolean): string[] {
  const named = tests.flatMap(({ values }) => values.map(dateOf)).filter((time) => time !== null);
  const moments = named.flatMap((time) => [time, time + 1000, time - 1000]);
  const possible = atMs === null ? moments : [atMs, ...moments.filter((time) => time >= atMs)];
  return possible.map((time) => (epoch ? String(Math.floor(time / 1000)) : new Date(time).toISOString()));
}

/** A text put together out of the patterns, for keys whose value strangers choose or may be given. */
function wordFor(
  rule: KeyRule,
  { must, mustNot }: Demands,
  meets: (value: string) => boolean,
  budget: Budget,
): string | undefined {
  if (rule.value === 'time' || rule.value === 'flag' || rule.value === 'truth') return undefined;
  const all: (readonly Glob[])[] = [];
  const none: Glob[] = [];
  const sort = (tests: readonly Test[], wish: boolean): void => {
    for (const { operator, globs } of tests) {
      if (operator === null || globs.length === 0) continue;
      if (operator.negated !== wish) all.push(reachable(globs, rule, operator.kind));
      else none.push(...globs.filter(({ open }) => !open));
    }
  };
  sort(must, true);
  sort(mustNot, false);
  if (all.length === 0 && none.length === 0) return undefined;
  // What a key of AWS holds is never empty.
  const word = wordIn([...all, [NOT_EMPTY]], none, budget);
  if (word === undefined) return UNTOLD;
  return word !== null && meets(word) ? word : undefined;
}

/** Stands for a value that could not be computed, and is taken to exist. */
export const UNTOLD = '?';

const NOT_EMPTY: Glob = { text: '?*', tokens: [-2, -1], literal: null, open: false };

/** Of what others hold, a stranger gets only what a pattern leaves open. */
function reachable(globs: readonly Glob[], rule: KeyRule, kind: Kind): readonly Glob[] {
  if (rule.value === 'address') return globs.filter(({ literal }) => literal === null);
  if (rule.value !== 'held') return globs;
  return globs.filter((glob) => !namesOneHolder(glob, rule.anchor, kind));
}
