/**
 * A slow and plain model of how S3 decides about one request, for tests alone. It shares nothing with the evaluator: it
 * takes a whole request with every key it has, walks the statements, and turns patterns into regular expressions.
 */
import { BlockList, isIPv6 } from 'node:net';
import { ALL_USERS, AUTHENTICATED_USERS, type AclPermission, type ExposureFacts } from '../facts.ts';

/** Somebody who asks. */
export interface Requester {
  /** Account id; `null`: anonymous. */
  readonly account: string | null;
  readonly arn: string | null;
  readonly organization: string | null;
  /** Whether it is nobody whom the owner could have meant. */
  readonly stranger: boolean;
}

export interface Request {
  readonly requester: Requester;
  readonly action: string;
  /** `null`: about the bucket. */
  readonly key: string | null;
  /** In lower case; what is not there the request does not have. A list: several values at once. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | string[]>>;
  readonly NotPrincipal?: '*' | Readonly<Record<string, string | string[]>>;
  readonly Action?: string | string[];
  readonly NotAction?: string | string[];
  readonly Resource?: string | string[];
  readonly NotResource?: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** Whether the request gets in, by ACL or policy, with no look at Block Public Access. */
export function getsIn(facts: ExposureFacts, request: Request): boolean {
  const statements = statementsOf(facts);
  const some = (effect: Statement['Effect']): boolean =>
    statements.some((each) => each.Effect === effect && applies(each, facts.bucket, request));
  return (some('Allow') || aclAllows(facts, request)) && !some('Deny');
}

const STATEMENTS = new WeakMap<ExposureFacts, Statement[]>();

function statementsOf(facts: ExposureFacts): Statement[] {
  const known = STATEMENTS.get(facts);
  if (known !== undefined) return known;
  const text = 'value' in facts.policy ? facts.policy.value : null;
  const statements = text === null ? [] : (JSON.parse(text) as { Statement: Statement[] }).Statement;
  STATEMENTS.set(facts, statements);
  return statements;
}

const GRANTS: Record<AclPermission, readonly string[]> = {
  READ: ['s3:ListBucket'],
  WRITE: ['s3:PutObject', 's3:DeleteObject'],
  READ_ACP: ['s3:GetBucketAcl'],
  WRITE_ACP: ['s3:PutBucketAcl'],
  FULL_CONTROL: ['s3:ListBucket', 's3:PutObject', 's3:DeleteObject', 's3:GetBucketAcl', 's3:PutBucketAcl'],
};

function aclAllows({ acl, ownership }: ExposureFacts, { requester, action }: Request): boolean {
  if (!('value' in acl) || ('value' in ownership && ownership.value === 'BucketOwnerEnforced')) return false;
  return acl.value.grants.some(({ grantee, permission }) => {
    const everyone = grantee.id === ALL_USERS || (grantee.id === AUTHENTICATED_USERS && requester.account !== null);
    return everyone && GRANTS[permission].includes(action);
  });
}

function applies(statement: Statement, bucket: string, request: Request): boolean {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const arn = `arn:aws:s3:::${bucket}${request.key === null ? '' : `/${request.key}`}`;
  const anyCase = (patterns: string | string[]): boolean =>
    list(patterns).some((each) => like(each.toLowerCase(), request.action.toLowerCase()));
  if (Action === undefined ? anyCase(NotAction ?? []) : !anyCase(Action)) return false;
  const reached = (patterns: string | string[]): boolean => list(patterns).some((each) => like(each, arn));
  if (Resource === undefined ? reached(NotResource ?? []) : !reached(Resource)) return false;
  const { requester, context } = request;
  if (Principal === undefined ? named(NotPrincipal, requester) : !named(Principal, requester)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([name, values]) => holds(operator, context[name.toLowerCase()], list(values))),
  );
}

function named(principal: Statement['Principal'], { account, arn }: Requester): boolean {
  if (principal === undefined) return false;
  if (principal === '*') return true;
  return list(principal['AWS'] ?? []).some(
    (each) =>
      each === '*' ||
      (account !== null && (each === account || each === `arn:aws:iam::${account}:root` || each === arn)),
  );
}

function holds(written: string, given: string | readonly string[] | undefined, values: readonly string[]): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAny|ForAll)(?:Value|Values):)?(.*?)(IfExists)?$/.exec(written) ?? [];
  if (name === 'Null') return values.includes(String(given === undefined));
  if (given === undefined)
    return ifExists !== undefined || set === 'ForAll' || (set === undefined && name.includes('Not'));
  const each = (value: string): boolean => holdsOf(name, value, values);
  return set === 'ForAll' ? list(given).every(each) : list(given).some(each);
}

function holdsOf(name: string, value: string, values: readonly string[]): boolean {
  const some = (matched: (each: string) => boolean): boolean => values.some(matched) !== name.includes('Not');
  switch (name.replace('Not', '')) {
    case 'StringEquals':
      return some((each) => each === value);
    case 'StringLike':
      return some((each) => like(each, value));
    case 'ArnLike':
    case 'ArnEquals':
      return some((each) => each.split(':').length > 5 && arnLike(each, value));
    case 'IpAddress':
      return some((each) => inside(each, value));
    case 'Bool':
      return some((each) => each === value);
    case 'NumericLessThan':
      return some((each) => Number(value) < Number(each));
    default:
      throw new Error(`The model knows no operator ${name}`);
  }
}

function arnLike(pattern: string, value: string): boolean {
  const [wanted, given] = [pattern.split(':'), value.split(':')];
  const rest = [wanted.slice(5).join(':'), given.slice(5).join(':')] as const;
  return wanted.slice(0, 5).every((part, index) => like(part, given[index] ?? '')) && like(rest[0], rest[1]);
}

function inside(range: string, address: string): boolean {
  const [network = '', prefix] = range.split('/');
  const block = new BlockList();
  const family = (text: string): 'ipv4' | 'ipv6' => (isIPv6(text) ? 'ipv6' : 'ipv4');
  block.addSubnet(network, Number(prefix ?? (isIPv6(network) ? 128 : 32)), family(network));
  return family(network) === family(address) && block.check(address, family(address));
}

const EXPRESSIONS = new Map<string, RegExp>();

function like(pattern: string, text: string): boolean {
  let expression = EXPRESSIONS.get(pattern);
  if (expression === undefined) {
    expression = expressionOf(pattern);
    EXPRESSIONS.set(pattern, expression);
  }
  return expression.test(text);
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

function list(values: string | readonly string[]): readonly string[] {
  return typeof values === 'string' ? [values] : values;
}
