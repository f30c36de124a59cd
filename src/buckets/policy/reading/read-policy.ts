import type { Condition, Policy, Principals, Statement } from './document.ts';
import { repeatedName } from './repeated-name.ts';

/** S3's own limit for the policy of a bucket, in bytes of UTF-8. */
export const POLICY_LIMIT = 20 * 1024;

/** Why a policy cannot be judged. A store that took it nevertheless may read it in any way. */
export interface Unjudged {
  readonly problem: string;
}

/**
 * Reads a policy strictly: what AWS would refuse is a problem and no guess, because a store that took a misspelt
 * `Conditon` may have dropped it, and with it the only thing that kept strangers out.
 */
export function readPolicy(text: string): Policy | Unjudged {
  // A character is at least one byte, so that most texts need no count.
  if (text.length > POLICY_LIMIT || (text.length * 3 > POLICY_LIMIT && Buffer.byteLength(text) > POLICY_LIMIT)) {
    return { problem: `it is larger than ${POLICY_LIMIT} bytes` };
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { problem: 'it is no JSON' };
  }
  const repeated = repeatedName(text, document);
  if (repeated !== null) return { problem: `it gives ${repeated} twice in one place, of which either may count` };
  try {
    return policyIn(document);
  } catch (error) {
    if (error instanceof Malformed) return { problem: error.message };
    throw error;
  }
}

class Malformed extends Error {
  override readonly name = 'Malformed';
}

type Members = Readonly<Record<string, unknown>>;

const PARTS = ['Version', 'Id', 'Statement'];

function policyIn(document: unknown): Policy {
  const { Version, Statement: written } = membersOf(document, 'the policy', PARTS, null);
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    throw new Malformed('its Version is neither 2012-10-17 nor 2008-10-17');
  }
  const list = Array.isArray(written) ? (written as unknown[]) : [written];
  return { variables: Version === '2012-10-17', statements: list.map(statementIn) };
}

const ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

function statementIn(written: unknown, index: number): Statement {
  const members = membersOf(written, '', ELEMENTS, index);
  const { Sid, Effect, Condition: conditions } = members;
  if (Sid !== undefined && typeof Sid !== 'string') throw new Malformed(`the Sid of ${nameOf(index)} is no text`);
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw new Malformed(`the Effect of ${nameOf(index)} is neither Allow nor Deny`);
  }
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = members;
  const principals = oneOf(Principal, NotPrincipal, 'Principal', index);
  const actions = oneOf(Action, NotAction, 'Action', index);
  const resources = oneOf(Resource, NotResource, 'Resource', index);
  return {
    index,
    sid: Sid ?? null,
    effect: Effect,
    principals: principalsIn(principals, NotPrincipal !== undefined, index),
    actions: textsIn(actions, 'the actions', index),
    actionsNegated: NotAction !== undefined,
    resources: textsIn(resources, 'the resources', index),
    resourcesNegated: NotResource !== undefined,
    conditions: conditions === undefined ? [] : conditionsIn(conditions, index),
  };
}

function nameOf(index: number): string {
  return `statement ${index + 1}`;
}

function oneOf(plain: unknown, negation: unknown, name: string, index: number): unknown {
  if ((plain === undefined) !== (negation === undefined)) return plain ?? negation;
  throw new Malformed(`${nameOf(index)} needs one of ${name}, Not${name}`);
}

const KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
const NOBODY: readonly string[] = [];

function principalsIn(written: unknown, negated: boolean, index: number): Principals {
  if (written === '*') {
    return { negated, everyone: true, aws: NOBODY, services: NOBODY, federated: NOBODY, canonical: NOBODY };
  }
  const what = 'the principal';
  const { AWS, Service, Federated, CanonicalUser } = membersOf(written, what, KINDS, index);
  const named = (names: unknown): readonly string[] => (names === undefined ? NOBODY : textsIn(names, what, index));
  const aws = named(AWS);
  const everyone = aws.includes('*');
  const [services, federated, canonical] = [named(Service), named(Federated), named(CanonicalUser)];
  if (aws.length + services.length + federated.length + canonical.length === 0) {
    throw new Malformed(`the principal of ${nameOf(index)} names nobody`);
  }
  return {
    negated,
    everyone,
    aws: everyone ? aws.filter((name) => name !== '*') : aws,
    services,
    federated,
    canonical,
  };
}

function conditionsIn(written: unknown, index: number): Condition[] {
  const conditions: Condition[] = [];
  const operators = objectOf(written, 'the conditions', index);
  const seen = new Set<string>();
  for (const operator of Object.keys(operators)) {
    const keys = objectOf(operators[operator], operator, index);
    for (const name of Object.keys(keys)) {
      // Case does not matter in either, so that it is one condition that is written twice.
      const condition = `${operator} ${name}`.toLowerCase();
      if (seen.has(condition)) {
        throw new Malformed(`${told(operator, index)} asks for ${name} twice, of which either may count`);
      }
      seen.add(condition);
      const values = keys[name];
      const list = Array.isArray(values) ? (values as unknown[]) : [values];
      conditions.push({
        operator,
        name,
        key: name.toLowerCase(),
        values: list.map((value) => scalarOf(value, operator, index)),
      });
    }
  }
  return conditions;
}

/** `what` of which statement; an empty one is the statement itself. */
function told(what: string, index: number | null): string {
  if (index === null) return what;
  return what === '' ? nameOf(index) : `${what} of ${nameOf(index)}`;
}

function membersOf(written: unknown, what: string, allowed: readonly string[], index: number | null): Members {
  const members = objectOf(written, what, index);
  for (const name of Object.keys(members)) {
    if (!allowed.includes(name)) {
      throw new Malformed(`${told(what, index)} has an element “${name}”, which no policy has`);
    }
  }
  return members;
}

function objectOf(written: unknown, what: string, index: number | null): Members {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw new Malformed(`${told(what, index)} is no object`);
  }
  return written as Members;
}

function textsIn(written: unknown, what: string, index: number): readonly string[] {
  if (typeof written === 'string') return [written];
  if (Array.isArray(written) && written.length > 0 && written.every((each) => typeof each === 'string')) return written;
  throw new Malformed(`${told(what, index)} are neither a text nor a list of texts`);
}

function scalarOf(value: unknown, operator: string, index: number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  throw new Malformed(`a value in ${told(operator, index)} is neither text, number nor truth value`);
}
