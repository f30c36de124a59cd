import { keyRule, type KeyRule } from '../conditions/condition-keys.ts';
import { NOT_EMPTY, type Glob } from '../patterns/glob.ts';
import type { Test } from '../conditions/operators.ts';
import { remembering } from '../remembering.ts';
import { holdsStrangersOut, PROFILES, strangersValue, type Profile, type Setting } from './stranger.ts';
import { wordIn } from '../patterns/word.ts';

/** A condition, ready to be asked: its key in lower case, and the test. */
export interface Keyed {
  readonly key: string;
  readonly test: Test;
}

/** A statement of kind Deny that would stop the request unless one of its ends stays open. */
export interface Obstacle {
  /** Keys that it does not speak of are an escape: not these (`none`), or only these (`only`). */
  readonly none: readonly Glob[];
  readonly only: readonly Glob[] | null;
  /** One that is not fulfilled is an escape too. */
  readonly conditions: readonly Keyed[];
}

export interface Search extends Setting {
  /** What the statements that let in demand, all together. */
  readonly conditions: readonly Keyed[];
  /** Patterns of which the key must match one in each list; `null`: the request is about the bucket. */
  readonly keys: readonly (readonly Glob[])[] | null;
  readonly notKeys: readonly Glob[];
  readonly obstacles: readonly Obstacle[];
  /** Values that every request has, whoever makes it: `aws:resourceaccount`. */
  readonly given: ReadonlyMap<string, string>;
  /** Not only strangers: whoever holds what a condition names, and is where it says. */
  readonly anybody: boolean;
}

/** A request of a stranger that gets in. */
export interface Witness {
  readonly profile: Profile;
  /** Of the object; empty when the request is about the bucket. */
  readonly key: string;
  /** Of every key that is asked about; `null`: left out. */
  readonly values: ReadonlyMap<string, string | null>;
  /** The search was broken off: that somebody gets in is assumed. */
  readonly assumed: boolean;
}

/** Values tried before a policy counts as too intricate. Those of people need some tens. */
const TRIALS_LIMIT = 3_000;

/** Looks for a request that gets in; `null`: there is none. */
export function findWitness(search: Search): Witness | null {
  const { conditions, obstacles, keys, notKeys, budget, anybody } = search;
  if (conditions.length === 0 && obstacles.length === 0) {
    const key = keys === null ? '' : wordIn([...keys, [NOT_EMPTY]], notKeys, budget);
    return key === null ? null : { profile: PLAINEST, key: key ?? '', values: NOTHING, assumed: key === undefined };
  }
  // However they come.
  if (!anybody && conditions.some(({ key, test }) => !search.given.has(key) && holdsStrangersOut(key, test)))
    return null;
  for (const profile of PROFILES) {
    const found = new Attempt(search, profile).solve();
    if (found !== null) return found;
  }
  return null;
}

const PLAINEST: Profile = { signed: false, vpc: false };
const NOTHING: ReadonlyMap<string, string | null> = new Map();

interface Demanded {
  readonly must: Test[];
  readonly mustNot: Test[];
  /** One that meets them; see {@link strangersValue}. */
  value: string | null | undefined;
}

/** Depth first: each obstacle is got around by one of its open ends, and every key has to stand all that adds up. */
class Attempt {
  readonly #search: Search;
  readonly #profile: Profile;
  readonly #demands = new Map<string, Demanded>();
  readonly #keys: (readonly Glob[])[];
  readonly #notKeys: Glob[];
  #trials = 0;

  constructor(search: Search, profile: Profile) {
    this.#search = search;
    this.#profile = profile;
    this.#keys = [...(search.keys ?? [])];
    this.#notKeys = [...search.notKeys];
    for (const { key, test } of search.conditions) this.#of(key).must.push(test);
  }

  solve(): Witness | null {
    for (const [key, demanded] of this.#demands) if (!this.#isMet(key, demanded)) return null;
    return this.#around(0);
  }

  #around(index: number): Witness | null {
    const obstacle = this.#search.obstacles[index];
    if (this.#trials > TRIALS_LIMIT || this.#search.budget.steps < 0) return this.#witness('', true);
    if (obstacle === undefined) {
      const key =
        this.#search.keys === null ? '' : wordIn([...this.#keys, [NOT_EMPTY]], this.#notKeys, this.#search.budget);
      return key === null ? null : this.#witness(key ?? '', key === undefined);
    }
    return this.#aroundByKey(obstacle, index) ?? this.#aroundByCondition(obstacle, index);
  }

  #aroundByKey({ none, only }: Obstacle, index: number): Witness | null {
    if (this.#search.keys === null) return null;
    this.#trials += 1;
    const [keys, notKeys] = [this.#keys.length, this.#notKeys.length];
    if (only === null) this.#notKeys.push(...none);
    else this.#keys.push(only);
    // Looked at before going deeper: most statements of kind Deny leave no key over.
    const possible = wordIn([...this.#keys, [NOT_EMPTY]], this.#notKeys, this.#search.budget) !== null;
    const found = possible ? this.#around(index + 1) : null;
    this.#keys.length = keys;
    this.#notKeys.length = notKeys;
    return found;
  }

  #aroundByCondition({ conditions }: Obstacle, index: number): Witness | null {
    for (const { key, test } of conditions) {
      const demanded = this.#of(key);
      const { mustNot, value } = demanded;
      mustNot.push(test);
      const found = this.#isMet(key, demanded) ? this.#around(index + 1) : null;
      if (found !== null) return found;
      mustNot.pop();
      demanded.value = value;
    }
    return null;
  }

  #isMet(key: string, demanded: Demanded): boolean {
    this.#trials += 1;
    this.#search.budget.steps -= 50;
    demanded.value = strangersValue(key, this.#rule(key), this.#profile, demanded, this.#search);
    return demanded.value !== undefined;
  }

  /** A value that is the same for everybody is no stranger's to choose. */
  #rule(key: string): KeyRule {
    const given = this.#search.given.get(key);
    if (given !== undefined) return { ...keyRule(key).rule, presence: 'always', value: 'flag', outsider: [given] };
    return this.#search.anybody ? freedRule(key) : keyRule(key).rule;
  }

  #of(key: string): Demanded {
    let demanded = this.#demands.get(key);
    if (demanded === undefined) {
      demanded = { must: [], mustNot: [], value: null };
      this.#demands.set(key, demanded);
    }
    return demanded;
  }

  #witness(key: string, assumed: boolean): Witness {
    const values = new Map<string, string | null>();
    for (const [name, { must, mustNot, value }] of this.#demands) {
      if (must.length + mustNot.length > 0) values.set(name, value ?? null);
    }
    return { profile: this.#profile, key, values, assumed };
  }
}

const freedRule = remembering(2_000, (key): KeyRule => {
  const { rule } = keyRule(key);
  const presence = rule.presence === 'never' ? 'optional' : rule.presence;
  return { ...rule, presence, value: FREED[rule.value] ?? rule.value };
});

/** What may be anything once it is not a stranger who asks. */
const FREED: Partial<Record<KeyRule['value'], KeyRule['value']>> = {
  held: 'chosen',
  address: 'private-address',
  flag: 'truth',
};
