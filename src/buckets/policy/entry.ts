import { actions, type Action } from './actions.ts';
import type { Compiled } from './compiled.ts';
import type { Glob } from './glob.ts';
import { meansAllStrangers } from './principals.ts';
import { actionAt, reachesObjects } from './scope.ts';
import type { Setting } from './stranger.ts';
import { findWitness, type Keyed, type Obstacle, type Witness } from './witness.ts';

/** What lets in, all of it together: one statement, or one of an access point and one of its bucket; a grant has none. */
export interface Entry {
  readonly actions: readonly Action[];
  readonly indexes: readonly number[];
  readonly conditions: readonly Keyed[];
  /** See {@link findWitness}. */
  readonly keys: readonly (readonly Glob[])[];
  readonly notKeys: readonly Glob[];
}

/** The entry that statements make together; it may have no actions. */
export function entryOf(statements: readonly Compiled[]): Entry {
  const [only] = statements;
  const known = statements.length === 1 && only !== undefined ? ALONE.get(only) : undefined;
  if (known !== undefined) return known;
  const entry = newEntry(statements);
  if (statements.length === 1 && only !== undefined) ALONE.set(only, entry);
  return entry;
}

/** Of statements that let in alone, which is asked for more than once. */
const ALONE = new WeakMap<Compiled, Entry>();

function newEntry(statements: readonly Compiled[]): Entry {
  const indexes = indexesOf(statements);
  const [first] = statements;
  const plain = statements.filter(({ scope }) => !scope.negated);
  const negated = statements.filter(({ scope }) => scope.negated);
  return {
    actions: indexes.map(actionAt),
    indexes,
    conditions:
      statements.length === 1 ? (first?.conditions ?? []) : statements.flatMap(({ conditions }) => conditions),
    keys: plain.map(({ scope }) => scope.keys),
    notKeys: negated.flatMap(({ scope }) => scope.keys.filter(({ open }) => !open)),
  };
}

/** The actions that all of them reach, each on what it is about. */
function indexesOf(statements: readonly Compiled[]): readonly number[] {
  const bucket = statements.every(({ scope }) => scope.bucket);
  const objects = statements.every(({ scope }) => reachesObjects(scope));
  const [first, ...rest] = statements;
  if (first === undefined) return [];
  // Most statements name an action or two of all there are.
  const own = setIn(first.scope.actions);
  if (bucket && objects && rest.length === 0) return own;
  return own.filter(
    (index) => (ON_BUCKET[index] === true ? bucket : objects) && rest.every(({ scope }) => scope.actions[index] === 1),
  );
}

/** Masks of single patterns are kept and met again. */
const SET = new WeakMap<Uint8Array, number[]>();

function setIn(mask: Uint8Array): number[] {
  let indexes = SET.get(mask);
  if (indexes === undefined) {
    indexes = [];
    for (let index = 0; index < mask.length; index += 1) if (mask[index] === 1) indexes.push(index);
    SET.set(mask, indexes);
  }
  return indexes;
}

const ON_BUCKET = actions.map(({ on }) => on === 'bucket');

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

/** Which actions of an entry get past every statement of kind Deny. Actions that meet the same ones are tried once. */
export function passing(entry: Entry, { denies, given, atMs, budget, anybody = false }: Surroundings): Passed[] {
  const tried = new Map<string, Witness | null>();
  const passed: Passed[] = [];
  entry.indexes.forEach((index, place) => {
    const action = entry.actions[place];
    if (action === undefined) return;
    const onObject = action.on === 'object';
    const met = denies.length === 0 ? denies : denies.filter((deny) => meets(deny, index, onObject));
    const name = met.length === 0 ? action.on : `${action.on} ${met.map(nameOfDeny).join()}`;
    let witness = tried.get(name);
    if (witness === undefined) {
      witness = findWitness({
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
    }
    if (witness !== null) passed.push({ action, index, witness });
  });
  return passed;
}

/** Statements of an access point and of its bucket have the same numbers, so the actions tell them apart as well. */
function nameOfDeny({ statement: { index, actions: written } }: Compiled): string {
  return `${index} ${written.join(' ')}`;
}

/** Those that hold for every stranger. One that names somebody else takes nothing away from them. */
export function deniesForStrangers(denies: readonly Compiled[]): Compiled[] {
  return denies.filter(({ statement }) => meansAllStrangers(statement.principals));
}

function meets({ scope }: Compiled, index: number, onObject: boolean): boolean {
  if (scope.actions[index] !== 1) return false;
  if (!onObject) return scope.bucket;
  // A variable may stand for something else, so that nothing is taken away for certain.
  return scope.negated || scope.keys.some(({ open }) => !open);
}

function obstacleOf({ scope, conditions }: Compiled, onObject: boolean): Obstacle {
  const none = onObject && !scope.negated ? scope.keys.filter(({ open }) => !open) : [];
  return { none, only: onObject && scope.negated ? scope.keys : null, conditions };
}
