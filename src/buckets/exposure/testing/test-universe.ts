/**
 * A small world for the properties: parts of policies to draw from, and every request that could tell them apart. For
 * each value that a policy may name there is a request that has it and one that has not.
 */
import fc from 'fast-check';
import { ALL_USERS, AUTHENTICATED_USERS, type ExposureFacts } from '../facts.ts';
import { factsOf, granted } from './test-facts.ts';
import type { Request, Requester } from './test-iam-model.ts';

export const PARTNER = '222222222222';
const MEMBER = '333333333333';
const STRANGER = '999999999999';
const BUCKET = 'arn:aws:s3:::photos';

const requesters: readonly Requester[] = [
  { account: null, arn: null, organization: null, stranger: true },
  ...[null, 'o-stranger99'].flatMap((organization) =>
    ['user/stranger', 'role/reader', 'root'].map((name) => ({
      account: STRANGER,
      arn: `arn:aws:iam::${STRANGER}:${name}`,
      organization,
      stranger: true,
    })),
  ),
  {
    account: PARTNER,
    arn: `arn:aws:iam::${PARTNER}:role/reader`,
    organization: null,
    stranger: false,
  },
  {
    account: MEMBER,
    arn: `arn:aws:iam::${MEMBER}:role/reader`,
    organization: 'o-own1234567',
    stranger: false,
  },
];

/** Where requests come from. The first ones are within anybody's reach. */
const places: readonly {
  readonly context: Readonly<Record<string, string>>;
  readonly stranger: boolean;
}[] = [
  { context: { 'aws:sourceip': '1.1.1.1' }, stranger: true },
  { context: { 'aws:sourceip': '9.9.9.9' }, stranger: true },
  { context: { 'aws:sourceip': '130.0.0.1' }, stranger: true },
  { context: { 'aws:sourceip': '2606:4700::1' }, stranger: true },
  {
    context: { 'aws:sourcevpc': 'vpc-0stranger', 'aws:sourcevpce': 'vpce-0stranger' },
    stranger: true,
  },
  { context: { 'aws:sourceip': '203.0.113.5' }, stranger: false },
  {
    context: { 'aws:sourcevpc': 'vpc-1a2b3c4d', 'aws:sourcevpce': 'vpce-1a2b3c4d' },
    stranger: false,
  },
];

/** What a request may carry or not, by the key of conditions that asks for it. */
const carried: Readonly<Record<string, readonly (string | readonly string[] | null)[]>> = {
  'aws:securetransport': ['true', 'false'],
  'aws:referer': [null, 'https://example.org/x', 'https://elsewhere.example/'],
  's3:max-keys': [null, '1', '5', '50'],
  's3:prefix': [null, '', 'home/', 'elsewhere/'],
  's3:requestobjecttagkeys': [
    ...[null, ['team'], ['public'], ['other']],
    ...[
      ['team', 'public'],
      ['team', 'other'],
      ['public', 'other'],
      ['team', 'public', 'other'],
    ],
  ],
};

const keys = [
  'a',
  'a.jpg',
  'public/a',
  'public/aa',
  'public/a.jpg',
  'public/img/a',
  'public/img/a.jpg',
  'secret/a',
  'secret/a.jpg',
];
const onBucket = ['s3:ListBucket', 's3:GetBucketAcl', 's3:PutBucketAcl', 's3:PutBucketPolicy'];
const onObject = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:GetObjectAcl'];

/** The actions that requests of this world have. */
export const modelled: readonly string[] = [...onBucket, ...onObject];

/** Every request that could tell policies of this text apart: what it does not ask for is left out. */
export function requestsAbout(text: string): Request[] {
  let extras: Record<string, string | readonly string[]>[] = [{}];
  for (const [key, values] of Object.entries(carried)) {
    if (!text.toLowerCase().includes(key)) continue;
    extras = extras.flatMap((extra) => values.map((value) => (value === null ? extra : { ...extra, [key]: value })));
  }
  return requesters.flatMap((requester) =>
    places.flatMap((place) => extras.flatMap((extra) => requestsOf(requester, place, extra))),
  );
}

/** As AWS gives them: the root user of an account has its number. */
function userIdOf(account: string | null, arn: string): string {
  if (account === null) return 'anonymous';
  if (arn.endsWith(':root')) return account;
  return arn.includes(':role/') ? `AROA${account}:name` : `AIDA${account}`;
}

function requestsOf(requester: Requester, place: (typeof places)[number], extra: Request['context']) {
  const { account, arn, organization } = requester;
  const context = {
    ...place.context,
    ...extra,
    'aws:userid': userIdOf(account, arn ?? ''),
    ...(account === null ? {} : { 'aws:principalaccount': account, 'aws:principalarn': arn ?? '' }),
    ...(organization === null ? {} : { 'aws:principalorgid': organization }),
  };
  const who = { ...requester, stranger: requester.stranger && place.stranger };
  const of = (action: string, key: string | null): Request => ({
    requester: who,
    action,
    key,
    context,
  });
  return [
    ...onBucket.map((action) => of(action, null)),
    ...onObject.flatMap((action) => keys.map((key) => of(action, key))),
  ];
}

const actions = [
  's3:GetObject',
  's3:Get*',
  's3:getobject',
  's3:PutObject',
  's3:Put*',
  's3:*',
  '*',
  's3:ListBucket',
  's3:?etObject',
  's3:DeleteObject',
  's3:*Acl',
  's3:PutBucketPolicy',
];
const resources = [
  '*',
  BUCKET,
  `${BUCKET}/*`,
  `${BUCKET}*`,
  `${BUCKET}/public/*`,
  `${BUCKET}/*.jpg`,
  `${BUCKET}/public/?`,
  `${BUCKET}/public/img/*`,
  `${BUCKET}/secret/*`,
  'arn:aws:s3:::other/*',
  'arn:aws:s3:::*/a',
  'arn:*:s3:::photos/*',
];

const some = (values: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...values),
    fc.subarray([...values], { minLength: 1, maxLength: Math.min(3, values.length) }),
  );

const everyone = fc.constantFrom('*', { AWS: '*' }, { AWS: ['*', PARTNER] });
const named = fc.constantFrom(
  { AWS: PARTNER },
  { AWS: [`arn:aws:iam::${PARTNER}:root`, MEMBER] },
  { AWS: '111111111111' },
);

const condition = fc.oneof(
  operators(
    [
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotLike',
      'StringEqualsIfExists',
      'ForAllValues:StringEquals',
      'ForAnyValue:StringEquals',
      'StringNotEqualsIfExists',
    ],
    [
      ['aws:PrincipalOrgID', ['o-own1234567', 'o-other12345']],
      ['aws:PrincipalAccount', [PARTNER, MEMBER]],
      ['aws:SourceVpc', ['vpc-1a2b3c4d', 'vpc-ffffffff']],
      ['aws:SourceVpce', ['vpce-1a2b3c4d']],
      ['aws:Referer', ['https://example.org/x']],
    ],
  ),
  operators(
    ['StringLike', 'StringNotLike'],
    [
      ['aws:SourceVpc', ['vpc-*', 'vpc-1a2b3c4d']],
      ['aws:PrincipalOrgID', ['o-*']],
      ['aws:Referer', ['https://example.org/*', '*']],
      ['aws:PrincipalArn', [`arn:aws:iam::${PARTNER}:role/*`, 'arn:aws:iam::*:user/stranger']],
      ['aws:userid', ['anonymous', 'A*']],
    ],
  ),
  operators(
    ['ArnLike', 'ArnNotLike', 'ArnEquals'],
    [['aws:PrincipalArn', [`arn:aws:iam::${PARTNER}:role/*`, 'arn:aws:iam::*:role/reader']]],
  ),
  operators(
    ['IpAddress', 'NotIpAddress', 'IpAddressIfExists'],
    [
      [
        'aws:SourceIp',
        ['203.0.113.0/24', '0.0.0.0/0', '8.0.0.0/7', '0.0.0.0/1', '128.0.0.0/1', '::/0', '203.0.113.5', '10.0.0.0/8'],
      ],
    ],
  ),
  operators(['Bool', 'BoolIfExists'], [['aws:SecureTransport', ['true', 'false']]]),
  operators(
    ['Null'],
    [
      ['aws:PrincipalOrgID', ['true', 'false']],
      ['aws:SourceVpce', ['true', 'false']],
      ['aws:SourceIp', ['true', 'false']],
      ['aws:Referer', ['true', 'false']],
    ],
  ),
  operators(['NumericLessThan'], [['s3:max-keys', ['10', '2']]]),
  operators(['StringEquals', 'StringNotEquals', 'StringLike'], [['s3:prefix', ['', 'home/']]]),
  operators(
    ['StringEquals', 'StringNotEquals'].flatMap((name) => [`ForAnyValue:${name}`, `ForAllValues:${name}`]),
    [['s3:RequestObjectTagKeys', ['team', 'public']]],
  ),
);

function operators(names: readonly string[], keyed: readonly (readonly [string, readonly string[]])[]) {
  return fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...keyed))
    .chain(([operator, [key, values]]) => some(values).map((chosen) => ({ [operator]: { [key]: chosen } })));
}

/** Two of one operator in a statement would be one member of a JSON object twice, so the later one counts. */
const conditions = fc.array(condition, { maxLength: 2 }).map((each) => Object.assign({}, ...each) as object);

function statement(effect: 'Allow' | 'Deny') {
  const principal = fc.oneof(
    { weight: 6, arbitrary: everyone.map((Principal) => ({ Principal })) },
    { weight: 2, arbitrary: named.map((Principal) => ({ Principal })) },
    { weight: 1, arbitrary: fc.oneof(named, everyone).map((NotPrincipal) => ({ NotPrincipal })) },
  );
  const action = fc.oneof(
    { weight: 5, arbitrary: some(actions).map((Action) => ({ Action })) },
    { weight: 1, arbitrary: some(actions).map((NotAction) => ({ NotAction })) },
  );
  const resource = fc.oneof(
    { weight: 5, arbitrary: some(resources).map((Resource) => ({ Resource })) },
    { weight: 1, arbitrary: some(resources).map((NotResource) => ({ NotResource })) },
  );
  return fc.tuple(principal, action, resource, conditions).map(([who, what, where, when]) => ({
    Effect: effect,
    ...who,
    ...what,
    ...where,
    ...(Object.keys(when).length > 0 && { Condition: when }),
  }));
}

const statements = fc
  .tuple(fc.array(statement('Allow'), { minLength: 1, maxLength: 2 }), fc.array(statement('Deny'), { maxLength: 2 }))
  .map(([allows, denies]) => [...allows, ...denies]);

const acl = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ value: { ownerId: null, grants: [] } }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(ALL_USERS, AUTHENTICATED_USERS),
        fc.constantFrom('READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'),
      )
      .map(([group, permission]) => granted(group, permission as 'READ')),
  },
);

/** A bucket with a policy and an ACL out of this world, and every flag off. */
export const buckets: fc.Arbitrary<ExposureFacts> = fc.tuple(statements, acl).map(([Statement, grants]) =>
  factsOf({
    acl: grants,
    policy: { value: JSON.stringify({ Version: '2012-10-17', Statement }) },
  }),
);
