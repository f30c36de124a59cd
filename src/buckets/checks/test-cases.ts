/** For each check what a bucket has to look like to get each verdict; what is not named is in order. */
import type { Verdict } from '../../findings/index.ts';
import type { AccessPoint, Acl } from '../facts/bucket-facts.ts';
import { known, unread, type Fact } from '../facts/fact.ts';
import { ACCOUNT, goodFacts, onlyTls, OWNER, PARTNER, policyOf, type FactChanges } from './test-subject.ts';

export type Cases<Changes> = { readonly [V in Verdict]?: readonly Changes[] } & {
  readonly fail: readonly Changes[];
  readonly unknown: readonly Changes[];
  /** What “in order” means for it, where a perfect bucket is out of its reach. */
  readonly good?: Changes;
};

const denied = unread('denied', 'AccessDenied, 403');
const noBlock = known(null);
const openAcl = (Permission: string, group = 'AllUsers'): Fact<Acl> =>
  known({
    Owner: { ID: OWNER },
    Grants: [{ Grantee: { Type: 'Group', URI: `http://acs.amazonaws.com/groups/global/${group}` }, Permission }],
  });
/** The canonical id of whoever comes to Amazon S3 without an account. */
const ANONYMOUS = '65a011a29cdf8ec533ec3d1ccaae921c';
/** Flags off, ACLs on: what a grant needs to open anything. */
const unguarded: FactChanges = { publicAccessBlock: noBlock, ownership: known('ObjectWriter') };
const openBy = (Permission: string, more: FactChanges = {}): FactChanges => ({
  ...unguarded,
  acl: openAcl(Permission),
  ...more,
});
const allow = (Principal: unknown, Action: unknown, more: object = {}) => ({
  ...{ Sid: 'Lets', Effect: 'Allow', Principal, Action },
  ...{ Resource: ['arn:aws:s3:::plans', 'arn:aws:s3:::plans/*'] },
  ...more,
});
const policy = (...statements: readonly object[]): FactChanges => ({ policy: known(policyOf(...statements)) });
const encryption = (rule: object): FactChanges => ({ encryption: known({ Rules: [rule] }) });
const kms = (KMSMasterKeyID?: string) => ({
  ApplyServerSideEncryptionByDefault: {
    SSEAlgorithm: 'aws:kms',
    ...(KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID }),
  },
});
const point = (changes: Partial<AccessPoint>): FactChanges => ({
  accessPoints: known([
    {
      name: 'ap',
      origin: known('VPC'),
      policy: known(null),
      publicAccessBlock: goodFacts.publicAccessBlock,
      ...changes,
    },
  ]),
});
const cors = (AllowedMethods: readonly string[], ...AllowedOrigins: readonly string[]): FactChanges => ({
  cors: known({ CORSRules: [{ AllowedMethods, AllowedOrigins }] }),
});
const everySite = ['*', 'https://*', 'http://*', 'http*', 'null'];
const someSites = ['https://example.org', 'https://*.example.org', 'https://example.org:*', '*.example.org'];
/** Whatever access points of that account let in. */
const toPointsOf = (account: string): FactChanges =>
  policy(allow('*', 's3:*', { Condition: { StringEquals: { 's3:DataAccessPointAccount': account } } }));

export const bucketCases: Readonly<Record<string, Cases<FactChanges>>> = {
  'bucket-public-write': {
    fail: [
      openBy('WRITE'),
      openBy('FULL_CONTROL'),
      openBy('WRITE_ACP'),
      openBy('WRITE', { acl: openAcl('WRITE', 'AuthenticatedUsers') }),
    ],
    pass: [openBy('READ'), { acl: openAcl('WRITE') }],
    unknown: [{ ...unguarded, acl: denied }],
  },
  'bucket-public-read': {
    fail: [{ ...unguarded, ...policy(allow('*', 's3:GetObject')) }],
    pass: [{ ...policy(allow({ AWS: `arn:aws:iam::${PARTNER}:root` }, 's3:GetObject')) }],
    unknown: [{ ...unguarded, policy: denied }],
  },
  'bucket-public-list': {
    fail: [openBy('READ')],
    pass: [openBy('READ_ACP')],
    unknown: [{ ...unguarded, acl: denied }],
  },
  'bucket-public-settings': {
    fail: [openBy('READ_ACP')],
    unknown: [{ ...unguarded, acl: denied }],
  },
  'bucket-latent-exposure': {
    fail: [{ ...policy(allow('*', 's3:GetObject')), policyStatus: known(true) }],
    unknown: [{ ownership: known('ObjectWriter') }],
  },
  'bucket-acl-public-grant': {
    fail: [
      { acl: openAcl('READ') },
      { acl: openAcl('READ', 'AuthenticatedUsers') },
      { acl: known({ Owner: { ID: OWNER }, Grants: [{ Grantee: { ID: ANONYMOUS }, Permission: 'READ' }] }) },
    ],
    unknown: [{ acl: denied }],
  },
  'bucket-acl-other-accounts': {
    fail: [{ acl: known({ Owner: { ID: OWNER }, Grants: [{ Grantee: { ID: 'b'.repeat(64) }, Permission: 'READ' }] }) }],
    // That is everybody, and no account.
    pass: [{ acl: known({ Owner: { ID: OWNER }, Grants: [{ Grantee: { ID: ANONYMOUS }, Permission: 'READ' }] }) }],
    unknown: [{ acl: denied }],
  },
  'bucket-ownership-enforced': {
    fail: [{ ownership: known('ObjectWriter') }, { ownership: known(null) }],
    unknown: [{ ownership: denied }],
  },
  'bucket-cross-account': {
    fail: [policy(allow({ AWS: `arn:aws:iam::${PARTNER}:root` }, 's3:GetObject')), toPointsOf(PARTNER)],
    pass: [policy(allow({ AWS: `arn:aws:iam::${ACCOUNT}:role/app` }, 's3:GetObject')), toPointsOf(ACCOUNT)],
    unknown: [{ policy: denied }],
  },
  'bucket-cross-account-control': {
    fail: [policy(allow({ AWS: PARTNER }, 's3:PutBucketPolicy'))],
    pass: [policy(allow({ AWS: PARTNER }, 's3:GetObject'))],
    unknown: [{ policy: denied }],
  },
  'bucket-federated': {
    fail: [policy(allow({ Federated: 'graph.facebook.com' }, 's3:GetObject'))],
    pass: [{ policy: known(null) }],
    unknown: [{ policy: denied }, { policy: known('{') }],
  },
  'bucket-policy-wildcard': {
    fail: [
      policy(allow('*', 's3:GetObject', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } })),
      policy({ Effect: 'Allow', NotPrincipal: { AWS: PARTNER }, Action: 's3:*', Resource: '*' }),
    ],
    pass: [{ policy: known(null) }],
    unknown: [{ policy: denied }, { policy: known('{') }],
  },
  'bucket-policy-readable': {
    fail: [
      { policy: known('{') },
      { policy: known(`"${'x'.repeat(20 * 1024)}"`) },
      { policy: known('{"Statement":["x"]}') },
    ],
    pass: [{ policy: known(null) }],
    unknown: [{ policy: denied }],
  },
  'bucket-exposure-disagreement': {
    good: {},
    fail: [{ policyStatus: known(true) }],
    unknown: [{ policyStatus: denied }],
  },
  'bucket-block-public-access': {
    fail: [{ publicAccessBlock: noBlock }, { publicAccessBlock: known({ BlockPublicAcls: true }) }],
    unknown: [{ publicAccessBlock: denied }],
  },
  'access-point-block-public-access': {
    good: point({}),
    fail: [point({ publicAccessBlock: noBlock })],
    unknown: [point({ publicAccessBlock: denied }), { accessPoints: denied }],
    not_applicable: [{ accessPoints: known([]) }],
  },
  'access-point-internet': {
    good: point({}),
    fail: [point({ origin: known('Internet') })],
    unknown: [{ accessPoints: denied }],
  },
  'access-point-public': {
    fail: [
      {
        ...unguarded,
        ...toPointsOf(ACCOUNT),
        ...point({
          origin: known('Internet'),
          publicAccessBlock: noBlock,
          policy: known(
            policyOf({
              ...allow('*', 's3:GetObject'),
              Resource: `arn:aws:s3:eu-central-1:${ACCOUNT}:accesspoint/ap/object/*`,
            }),
          ),
        }),
      },
    ],
    unknown: [
      { accessPoints: denied },
      { ...unguarded, policy: denied, ...point({ origin: known('Internet'), publicAccessBlock: noBlock }) },
      {
        ...unguarded,
        ...toPointsOf(ACCOUNT),
        ...point({ origin: known('Internet'), publicAccessBlock: noBlock, policy: denied }),
      },
    ],
  },
  'bucket-website': {
    fail: [{ website: known({ IndexDocument: { Suffix: 'index.html' } }) }],
    unknown: [{ website: denied }],
  },
  'bucket-cors-public': {
    fail: everySite.map((origin) => openBy('READ', cors(['GET'], 'https://example.org', origin))),
    pass: [cors(['GET'], '*'), ...someSites.map((origin) => openBy('READ', cors(['GET'], origin)))],
    unknown: [{ cors: denied }, { ...unguarded, ...cors(['GET'], '*'), policy: denied }],
  },
  'bucket-cors-write': {
    fail: everySite.map((origin) => cors(['PUT'], origin)),
    pass: [cors(['GET'], '*'), ...someSites.map((origin) => cors(['PUT'], origin))],
    unknown: [{ cors: denied }],
  },
  'object-acl-public': {
    good: { ownership: known('ObjectWriter'), objects: known([]) },
    fail: [{ ...unguarded, objects: known([{ key: 'a', acl: openAcl('READ'), head: unread('not_asked') }]) }],
    unknown: [
      { ...unguarded, objects: denied },
      { ...unguarded, objects: known([{ key: 'a', acl: denied, head: unread('not_asked') }]) },
    ],
    not_applicable: [{}, { ...unguarded, objects: unread('not_asked') }],
  },
  'object-secrets-public': {
    good: { ...unguarded, ...policy(allow('*', 's3:GetObject')) },
    fail: [
      {
        ...unguarded,
        ...policy(allow('*', 's3:GetObject')),
        objects: known([{ key: 'site/.env', acl: unread('not_asked'), head: known('') }]),
      },
      // In a closed bucket, by an ACL of its own.
      { ...unguarded, objects: known([{ key: 'site/.env', acl: openAcl('READ'), head: known('') }]) },
    ],
    // A secret where strangers cannot read, beside what they can.
    pass: [
      {
        ...unguarded,
        ...policy(allow('*', 's3:GetObject', { Resource: 'arn:aws:s3:::plans/public/*' })),
        objects: known([
          { key: 'private/.env', acl: unread('not_asked'), head: unread('not_asked') },
          { key: 'public/index.html', acl: unread('not_asked'), head: known('hello') },
        ]),
      },
      {
        ...unguarded,
        ...policy(allow('*', 's3:GetObject'), {
          ...allow('*', 's3:GetObject', { Resource: '*/private/*' }),
          Effect: 'Deny',
        }),
        objects: known([{ key: 'private/.env', acl: unread('not_asked'), head: unread('not_asked') }]),
      },
    ],
    unknown: [
      { ...unguarded, ...policy(allow('*', 's3:GetObject')), objects: denied },
      // Whether strangers can read it nobody can say.
      { ...unguarded, policy: denied },
      // One can be read for certain, and of the other nobody can say.
      {
        ...unguarded,
        policy: denied,
        objects: known([
          { key: 'private/plan', acl: unread('not_asked'), head: unread('not_asked') },
          { key: 'public/index.html', acl: openAcl('READ'), head: known('hello') },
        ]),
      },
    ],
    not_applicable: [{}, { ...unguarded, policy: denied, objects: unread('not_asked') }],
  },
  'bucket-tls-only': {
    fail: [
      { policy: known(null) },
      policy(allow('*', 's3:GetObject')),
      policy({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::plans/*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      // The list of names still comes over plain HTTP.
      policy({ ...onlyTls, Resource: 'arn:aws:s3:::plans/*' }),
      policy({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'aws:PrincipalAccount': PARTNER } },
      }),
    ],
    pass: [
      policy({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: '*',
        Resource: '*',
        Condition: { Bool: { 'aws:securetransport': false } },
      }),
    ],
    unknown: [{ policy: denied }],
  },
  'bucket-tls-version': { fail: [{ policy: known(null) }], unknown: [{ policy: denied }] },
  'bucket-default-encryption': { fail: [{ encryption: known(null) }], unknown: [{ encryption: denied }] },
  'bucket-kms-encryption': {
    fail: [encryption({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }), { encryption: known(null) }],
    unknown: [{ encryption: denied }],
  },
  'bucket-kms-own-key': {
    fail: [encryption(kms()), encryption(kms('alias/aws/s3'))],
    unknown: [{ encryption: denied }],
    not_applicable: [{ encryption: known(null) }],
  },
  'bucket-kms-foreign-key': {
    fail: [encryption(kms(`arn:aws:kms:eu-central-1:${PARTNER}:key/1`))],
    unknown: [{ encryption: denied }],
    not_applicable: [encryption(kms())],
  },
  'bucket-key': {
    fail: [encryption({ ...kms(), BucketKeyEnabled: false })],
    unknown: [{ encryption: denied }],
    not_applicable: [{ encryption: known(null) }],
  },
  'bucket-sse-c-blocked': { fail: [encryption(kms()), { encryption: known(null) }], unknown: [{ encryption: denied }] },
  'bucket-dangling-reference': {
    fail: [
      { references: known([{ name: 'old', where: 'the policy', exists: known(false) }]) },
      { references: known([{ name: 'old', where: 'the policy', exists: known(true), isTaken: true }]) },
    ],
    pass: [{ references: known([{ name: 'partners', where: 'the policy', exists: known(true) }]) }],
    unknown: [{ references: known([{ name: 'old', where: 'the policy', exists: denied }]) }],
  },
  'bucket-name-dots': { fail: [{ bucket: 'www.example.org' }], unknown: [] },
  'bucket-name-account': {
    fail: [{ bucket: `plans-${ACCOUNT}` }],
    pass: [{ bucket: `plans-${ACCOUNT}-eu-central-1-an` }],
    unknown: [],
  },
  'bucket-namespace': { good: { bucket: `plans-${ACCOUNT}-eu-central-1-an` }, fail: [{}], unknown: [] },
};
