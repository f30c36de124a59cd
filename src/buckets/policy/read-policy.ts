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
  const repeated = repeatedName(text);
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

function policyIn(document: unknown): Policy {
  const { Version, Statement: written } = membersOf(document, 'the policy', ['Version', 'Id', 'Statement']);
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
  const where = `statement ${index + 1}`;
  const members = membersOf(written, where, ELEMENTS);
  const { Sid, Effect, Condition: conditions } = members;
  if (Sid !== undefined && typeof Sid !== 'string') throw new Malformed(`the Sid of ${where} is no text`);
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Malformed(`the Effect of ${where} is neither Allow nor Deny`);
  const principal = oneOf(members, where, 'Principal', 'NotPrincipal');
  const action = oneOf(members, where, 'Action', 'NotAction');
  const resource = oneOf(members, where, 'Resource', 'NotResource');
  return {
    index,
    sid: Sid ?? null,
    effect: Effect,
    principals: principalsIn(principal.value, principal.negated, where),
    actions: textsIn(action.value, `the actions of ${where}`),
    actionsNegated: action.negated,
    resources: textsIn(resource.value, `the resources of ${where}`),
    resourcesNegated: resource.negated,
    conditions: conditions === undefined ? [] : conditionsIn(conditions, where),
  };
}

function oneOf(members: Members, where: string, plain: string, negation: string) {
  const negated = members[plain] === undefined;
  if (negated === (members[negation] === undefined)) throw new Malformed(`${where} needs one of ${plain}, ${negation}`);
  return { value: negated ? members[negation] : members[plain], negated };
}

function principalsIn(written: unknown, negated: boolean, where: string): Principals {
  if (written === '*') return { negated, everyone: true, aws: [], services: [], federated: [], canonical: [] };
  const kinds = membersOf(written, `the principal of ${where}`, ['AWS', 'Service', 'Federated', 'CanonicalUser']);
  const named = (kind: string): readonly string[] =>
    kinds[kind] === undefined ? [] : textsIn(kinds[kind], `the principal of ${where}`);
  const aws = named('AWS');
  const principals = {
    negated,
    everyone: aws.includes('*'),
    aws: aws.filter((name) => name !== '*'),
    services: named('Service'),
    federated: named('Federated'),
    canonical: named('CanonicalUser'),
  };
  const { services, federated, canonical } = principals;
  if (aws.length + services.length + federated.length + canonical.length === 0) {
    throw new Malformed(`the principal of ${where} names nobody`);
  }
  return principals;
}

function conditionsIn(written: unknown, where: string): Condition[] {
  const conditions: Condition[] = [];
  const operators = objectOf(written, `the conditions of ${where}`);
  for (const [operator, keys] of Object.entries(operators)) {
    for (const [name, values] of Object.entries(objectOf(keys, `${operator} of ${where}`))) {
      const list = Array.isArray(values) ? (values as unknown[]) : [values];
      conditions.push({
        operator,
        name,
        key: name.toLowerCase(),
        values: list.map((value) => scalarOf(value, `${operator} of ${where}`)),
      });
    }
  }
  return conditions;
}

function membersOf(written: unknown, what: string, allowed: readonly string[]): Members {
  const members = objectOf(written, what);
  for (const name of Object.keys(members)) {
    if (!allowed.includes(name)) throw new Malformed(`${what} has an element “${name}”, which no policy has`);
  }
  return members;
}

function objectOf(written: unknown, what: string): Members {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw new Malformed(`${what} is no object`);
  }
  return written as Members;
}

function textsIn(written: unknown, what: string): readonly string[] {
  if (typeof written === 'string') return [written];
  if (Array.isArray(written) && written.length > 0 && written.every((each) => typeof each === 'string')) return written;
  throw new Malformed(`${what} are neither a text nor a list of texts`);
}

function scalarOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  throw new Malformed(`a value in ${what} is neither text, number nor truth value`);
}
