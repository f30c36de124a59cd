import type { Compiled, CompiledPolicy } from '../../policy/compiled.ts';
import {
  deniesForStrangers,
  entryForKey,
  entryOf,
  passing,
  type Entry,
  type Passed,
  type Surroundings,
} from '../../policy/entry.ts';
import { audiencesOf, judgeCondition } from '../../policy/conditions/judge-condition.ts';
import type { Statement } from '../../policy/reading/document.ts';
import type { KnownVariables } from '../../policy/patterns/glob.ts';
import { meansStrangers, othersNamed, type Home } from '../../policy/strangers/principals.ts';
import { reachesObjects } from '../../policy/scope.ts';
import type { Budget } from '../../policy/patterns/budget.ts';
import type { ExposureFacts } from '../facts.ts';
import { ownDenies } from './named-denies.ts';
import { provingRequest } from '../proof/proof.ts';
import { explained, takenAwayFrom } from '../proof/sentences.ts';
import { abilities, type Audience, type Flag, type Way } from '../ways.ts';

/** What ways through one policy, or through an access point and its bucket together, have in common. */
export interface Passage {
  readonly facts: ExposureFacts;
  readonly home: Home;
  readonly given: ReadonlyMap<string, string>;
  readonly known: KnownVariables;
  readonly budget: Budget;
  /** The object that alone is asked about; `null`: the bucket with all that lies in it. */
  readonly onlyKey: string | null;
  /** Both policies' statements of kind Deny. */
  readonly denies: readonly Compiled[];
  readonly from: 'policy' | 'access-point';
  /** The name of the access point. */
  readonly through: string | null;
  /** Whether it takes signed requests alone, so that whoever comes has an account. */
  readonly signed: boolean;
  /** The flags that close it to strangers and to other accounts. */
  readonly stopped: readonly Flag[];
  /** Whether the flag would close it. */
  readonly stoppable: boolean;
}

/** The ways that one statement opens, alone or together with others that have to let in as well. */
export function waysOfStatement(allow: Compiled, together: readonly Compiled[], passage: Passage): Way[] {
  const whole = entryOf(allow, ...together);
  const entry = passage.onlyKey === null ? whole : entryForKey(whole, passage.onlyKey);
  if (entry.indexes.length === 0) return [];
  const ways: Way[] = [];
  // All of them have to let in, so the one that names somebody says whom.
  const naming = [allow, ...together].find(({ statement }) => !meansStrangers(statement.principals));
  if (naming === undefined) {
    const way = strangersWay(allow, entry, passage) ?? boundWay(allow, entry, passage);
    if (way !== null) ways.push(way);
    // Whoever else is named gets in with everybody.
    if (way?.level === 'public') return ways;
  }
  for (const audience of othersNamed((naming ?? allow).statement.principals, passage.home)) {
    const way = namedWay(allow, entry, audience, passage);
    if (way !== null) ways.push(way);
  }
  return ways;
}

function strangersWay(allow: Compiled, entry: Entry, passage: Passage): Way | null {
  const denies = deniesForStrangers(passage.denies);
  const passed = passing(entry, surroundings(passage, denies));
  if (passed.length === 0) return null;
  const anonymous = !passage.signed && passed.some(({ witness }) => !witness.profile.signed);
  const audience: Audience = { kind: anonymous ? 'strangers' : 'any-account', names: [] };
  return wayOf(allow, passed, { level: 'public', audience, denies }, passage);
}

/** Everybody is named, and something else holds strangers out. */
function boundWay(allow: Compiled, entry: Entry, passage: Passage): Way | null {
  const left = leftOver(entry, passage);
  if (left === null) return null;
  const { passed, audience, denies } = left;
  return wayOf(allow, passed, { level: 'shared', audience, denies }, passage);
}

export interface LeftOver {
  readonly passed: readonly Passed[];
  readonly audience: Audience;
  /** What leaves them over. */
  readonly denies: readonly Compiled[];
}

/** Whom conditions and statements of kind Deny leave over of everybody; `null`: nobody, or the owner alone. */
export function leftOver(entry: Entry, passage: Passage): LeftOver | null {
  const denies = deniesForStrangers(passage.denies);
  // Whom NotPrincipal names is let past by it.
  const met = denies.filter(({ statement }) => !statement.principals.negated);
  const passed = passing(entry, { ...surroundings(passage, met), anybody: true });
  if (passed.length === 0) return null;
  // All conditions bind together; of what one statement of kind Deny spares, each part gets in.
  const left = [...audiencesOf(entry.conditions).map((audience) => [audience]), ...denies.map(leftOverBy)].filter(
    (parts) => parts.length > 0,
  );
  const outside = left.map((parts) => parts.find((audience) => !isAtHome(audience, passage)));
  if (outside.includes(undefined)) return null;
  return { passed, audience: outside[0] ?? { kind: 'holder', names: [] }, denies };
}

/**
 * Whom a statement of kind Deny spares: those that NotPrincipal names, and those that a negated condition does. Where
 * something else in it can be escaped from, it binds nobody, and nobody is told.
 */
function leftOverBy({ statement, conditions }: Compiled): Audience[] {
  const spared = conditions.map(({ key, test }) => {
    return test.operator?.negated === true ? audiencesOf([{ key, test: test.affirmed(false) }]) : [];
  });
  if (spared.some((audiences) => audiences.length === 0)) return [];
  const { principals } = statement;
  const named = principals.negated ? othersNamed({ ...principals, negated: false }, NOBODYS_HOME) : [];
  return [...named, ...spared.flat()];
}

const NOBODYS_HOME: Home = { accountId: null, ownerId: null, foreign: false };

function namedWay(allow: Compiled, entry: Entry, audience: Audience, passage: Passage): Way | null {
  // A service acts for whoever asks it; bound to the owner's own doings it is at home.
  const bound = audiencesOf(entry.conditions);
  if (audience.kind === 'service' && bound.some((each) => isAtHome(each, passage))) return null;
  const denies = ownDenies(passage.denies, audience);
  const passed = passing({ ...entry, conditions: [] }, surroundings(passage, denies));
  return passed.length === 0 ? null : wayOf(allow, passed, { level: 'shared', audience, denies }, passage);
}

function isAtHome({ kind, names }: Audience, { home: { accountId } }: Passage): boolean {
  if (accountId === null || (kind !== 'account' && kind !== 'access-point')) return false;
  return names.every((name) => name === accountId || name.split(':')[4] === accountId);
}

interface Kind {
  readonly level: Way['level'];
  readonly audience: Audience;
  readonly denies: readonly Compiled[];
}

function wayOf(allow: Compiled, passed: readonly Passed[], { level, audience, denies }: Kind, passage: Passage): Way {
  const { statement, scope } = allow;
  const given = new Set(passed.map(({ action }) => action.ability));
  const able = abilities.filter((ability) => given.has(ability));
  const closes = audience.kind !== 'service';
  const objects = reachesObjects(scope) && passed.some(({ action }) => action.on === 'object');
  const resources = [
    ...(scope.bucket && passed.some(({ action }) => action.on === 'bucket') ? [''] : []),
    ...(objects ? scope.keys.map(({ text }) => (scope.negated ? `all but ${text}` : text)) : []),
  ];
  const told: Omit<Way, 'explanation'> = {
    level,
    from: passage.from,
    statement: { index: statement.index, sid: statement.sid },
    grant: null,
    through: passage.through,
    audience,
    abilities: able,
    actions: writtenActions(statement),
    allowed: passed.map(({ action }) => action.name),
    resources,
    conditions: conditionsOf(allow, passage),
    takenAway: takenAwayFrom(passed, denies),
    stoppedBy: closes ? passage.stopped : [],
    wouldStop: closes && passage.stoppable ? 'RestrictPublicBuckets' : null,
    request: level === 'public' ? provingRequest(passage, passed, passage.signed) : null,
  };
  return { ...told, explanation: explained(told, passed) };
}

function writtenActions({ actions, actionsNegated }: Statement): readonly string[] {
  return actionsNegated ? actions.map((action) => `all but ${action}`) : actions;
}

function conditionsOf({ conditions }: Compiled, { given, facts, budget }: Passage) {
  return conditions.map(({ condition, test }) => judgeCondition(condition, test, given, { atMs: facts.atMs, budget }));
}

function surroundings({ given, facts, budget }: Passage, denies: readonly Compiled[]): Surroundings {
  return { denies, given, atMs: facts.atMs, budget };
}

/** The ways of a bucket's own policy. */
export function policyWays(policy: CompiledPolicy, passage: Passage): Way[] {
  return policy.allows.flatMap((allow) => waysOfStatement(allow, [], passage));
}
