import type { Action } from './actions.ts';
import type { Compiled } from './compiled.ts';
import { parseGlob, type Glob } from './patterns/glob.ts';
import { meansAllStrangers } from './strangers/principals.ts';
import { actionAt, reachesObjects } from './scope.ts';
import type { Setting } from './strangers/stranger.ts';
import { findWitness, type Keyed, type Obstacle, type Witness } from './strangers/witness.ts';

/** What lets in, all of it together: one statement, or one of an access point and one of its bucket; a grant has none. */
export interface Entry {
  /** Places of its actions among all. */
  readonly indexes: readonly number[];
  readonly conditions: readonly Keyed[];
  /** See {@link findWitness}. */
  readonly keys: readonly (readonly Glob[])[];
  readonly notKeys: readonly Glob[];
}

/** The entry that statements make together; it may have no actions. */
export function entryOf(first: Compiled, ...rest: readonly Compiled[]): Entry {
  const { scope, conditions } = first;
  const statements = [first, ...rest];
  return {
    indexes: indexesOf(first, rest),
    conditions: rest.length === 0 ? conditions : statements.flatMap((each) => each.conditions),
    keys: rest.length === 0 && !scope.negated ? [scope.keys] : keysOf(statements),
    notKeys: statements.flatMap((each) => (each.scope.negated ? each.scope.keys.filter(({ open }) => !open) : [])),
  };
}

/** What it lets in to one object. */
export function entryForKey(entry: Entry, key: string): Entry {
  return { ...entry, keys: [...entry.keys, [parseGlob(key, { variables: false, known: {}, plain: true })]] };
}

function keysOf(statements: readonly Compiled[]): (readonly Glob[])[] {
  return statements.filter(({ scope }) => !scope.negated).map(({ scope }) => scope.keys);
}

/** The actions that all of them reach, each on what it is about. */
function indexesOf({ scope }: Compiled, rest: readonly Compiled[]): readonly number[] {
  const bucket = scope.bucket && rest.every((each) => each.scope.bucket);
  const objects = reachesObjects(scope) && rest.every((each) => reachesObjects(each.scope));
  const { indexes, onBucket, onObjects } = scope.actions;
  const own = bucket && objects ? indexes : bucket ? onBucket : objects ? onObjects : [];
  return rest.length === 0 ? own : own.filter((index) => rest.every((each) => each.scope.actions.mask[index] === 1));
}

/** Actions that get in, each with a request that does. */
export interface Passed {
  readonly action: Action;
  /** Its place among all actions. */
  readonly index: number;
  readonly witness: Witness;
}

export interface Surroundings extends Setting {
  /** Statements of kind Deny that hold for those who ask. */
  readonly denies: readonly Compiled[];
  readonly given: ReadonlyMap<string, string>;
  /** See {@link findWitness}; strangers alone when left out. */
  readonly anybody?: boolean;
}

/** Which actions of an entry get past every statement of kind Deny. */
export function passing(entry: Entry, around: Surroundings): Passed[] {
  const witnessOf = trialsOf(entry, around);
  const passed: Passed[] = [];
  for (const index of entry.indexes) {
    const witness = witnessOf(index);
    if (witness !== null) passed.push({ action: actionAt(index), index, witness });
  }
  return passed;
}

/** Whether any action that is wanted gets past them; `isWanted` is asked for places among all actions. */
export function passesAny(entry: Entry, isWanted: (index: number) => boolean, around: Surroundings): boolean {
  const witnessOf = trialsOf(entry, around);
  return entry.indexes.some((index) => isWanted(index) && witnessOf(index) !== null);
}

/** Statements of which one number can say which are met. */
const FEW = 30;

/** Finds the request by which an action gets in; those that meet the same statements are tried once. */
function trialsOf(entry: Entry, { denies, given, atMs, budget, anybody = false }: Surroundings) {
  const tried = new Map<number | string, Witness | null>();
  return (index: number): Witness | null => {
    const onObject = actionAt(index).on === 'object';
    let bits = onObject ? 1 : 0;
    let many = '';
    for (let place = 0; place < denies.length; place += 1) {
      const deny = denies[place];
      if (deny === undefined || !meets(deny, index, onObject)) continue;
      if (place < FEW) bits |= 2 << place;
      else many += ` ${place}`;
    }
    const name = many === '' ? bits : `${bits}${many}`;
    const known = tried.get(name);
    if (known !== undefined) return known;
    const met = denies.filter((deny) => meets(deny, index, onObject));
    const witness = findWitness({
      conditions: entry.conditions,
      keys: onObject ? entry.keys : null,
      notKeys: entry.notKeys,
      obstacles: met.map((deny) => obstacleOf(deny, onObject)),
      given,
      anybody,
      atMs,
      budget,
    });
    tried.set(name, witness);
    return witness;
  };
}

/** Those that hold for every stranger. One that names somebody else takes nothing away from them. */
export function deniesForStrangers(denies: readonly Compiled[]): Compiled[] {
  return denies.length === 0 ? [] : denies.filter(({ statement }) => meansAllStrangers(statement.principals));
}

function meets({ scope }: Compiled, index: number, onObject: boolean): boolean {
  if (scope.actions.mask[index] !== 1) return false;
  if (!onObject) return scope.bucket;
  // A variable may stand for something else, so that nothing is taken away for certain.
  return scope.negated || scope.keys.some(({ open }) => !open);
}

function obstacleOf({ scope, conditions }: Compiled, onObject: boolean): Obstacle {
  const none = onObject && !scope.negated ? scope.keys.filter(({ open }) => !open) : [];
  return { none, only: onObject && scope.negated ? scope.keys : null, conditions };
}
