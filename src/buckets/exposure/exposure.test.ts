import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposureOf } from './exposure.ts';
import type { ExposureFacts } from './facts.ts';
import { repairPolicy } from './repair/repair-policy.ts';
import { blocking, factsOf } from './testing/test-facts.ts';

const BUCKET = 'arn:aws:s3:::photos';
const open = { Sid: 'Open', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${BUCKET}/public/*` };

function policyOf(...statements: readonly object[]): ExposureFacts['policy'] {
  return { value: JSON.stringify({ Version: '2012-10-17', Statement: statements }) };
}

test('a way names its statement, what it opens, the flag that would close it and the request that gets in', () => {
  const [way] = exposureOf(
    factsOf({ policy: policyOf({ ...open, Effect: 'Deny', Principal: { AWS: '1' } }, open) }),
  ).ways;
  assert.deepEqual(way?.statement, { index: 1, sid: 'Open' });
  assert.deepEqual(
    [way?.allowed, way?.resources, way?.wouldStop],
    [['s3:GetObject'], ['public/*'], 'RestrictPublicBuckets'],
  );
  assert.equal(way?.request?.path, '/photos/public/any-name');
  assert.equal(way?.explanation, 'Statement 2 “Open” lets everyone read objects (public/*).');
});

test('what a statement of kind Deny takes away is told beside what is left', () => {
  const tls = { ...open, Effect: 'Deny', Sid: 'Tls', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  const [way] = exposureOf(factsOf({ policy: policyOf(open, tls) })).ways;
  assert.match(way?.takenAway[0] ?? '', /Statement 2 “Tls” denies s3:GetObject .* when Bool aws:SecureTransport false/);
  assert.deepEqual(way?.request?.needs, ['comes over TLS']);
});

test('each condition is told with what it does', () => {
  const Condition = {
    StringLike: { 'aws:Referer': 'https://example.org/*' },
    StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcdefghij' },
    Odd: { 'aws:SourceVpc': 'vpc-1' },
  };
  const [way] = exposureOf(factsOf({ policy: policyOf({ ...open, Condition }) })).ways;
  assert.deepEqual(
    way?.conditions.map(({ key, judged }) => `${key} ${judged}`),
    ['aws:Referer open', 'aws:PrincipalOrgID open', 'aws:SourceVpc unknown'],
  );
  assert.match(way?.conditions[1]?.why ?? '', /IfExists/);
  assert.match(way?.explanation ?? '', /no operator is called Odd/);
  assert.equal(way?.request?.headers['Referer'], 'https://example.org/any-name');
});

test('what the store says of the policy is told where it is not so', () => {
  const said = (value: boolean | null, policy: ExposureFacts['policy']): string =>
    exposureOf(factsOf({ policy, policyStatus: { value } }))
      .disagreements.map(({ explanation }) => explanation)
      .join();
  const closed = policyOf({ ...open, Principal: { AWS: '222222222222' } });
  assert.match(said(false, policyOf(open)), /not public, but strangers get in: Statement 1/);
  assert.match(said(true, closed), /public, though no statement/);
  assert.equal(said(true, policyOf(open)) + said(false, closed) + said(null, policyOf(open)), '');
});

test('RestrictPublicBuckets goes by what the store says of the policy', () => {
  const none = { value: null };
  const blockPublicAccess = { bucket: blocking('restrictPublicBuckets'), account: none, organization: none };
  const verdict = (policyStatus: ExposureFacts['policyStatus']): string =>
    exposureOf(factsOf({ policy: policyOf(open), blockPublicAccess, policyStatus })).verdict;
  assert.equal(verdict({ value: true }), 'latent');
  assert.equal(verdict({ unread: 'access denied' }), 'latent');
  assert.equal(verdict({ value: false }), 'public-read');
});

test('a flag that could not be read counts as off, and says so', () => {
  const none = { value: null };
  const blockPublicAccess = { bucket: none, account: { unread: 'access denied' }, organization: none };
  const exposure = exposureOf(factsOf({ policy: policyOf(open), blockPublicAccess }));
  assert.equal(exposure.verdict, 'public-read');
  assert.match(exposure.unknowns[0]?.reason ?? '', /access denied; it is taken as off/);
  assert.equal(exposureOf(factsOf({ blockPublicAccess })).verdict, 'private');
});

test('access points that could not be listed matter where the policy may leave something to them', () => {
  const accessPoints = { unread: 'access denied' };
  assert.equal(exposureOf(factsOf({ accessPoints })).verdict, 'private');
  const closed = policyOf({ ...open, Effect: 'Deny' });
  assert.equal(exposureOf(factsOf({ accessPoints, policy: closed })).verdict, 'private');
  const delegated = { ...open, Condition: { StringEquals: { 's3:DataAccessPointAccount': '111111111111' } } };
  assert.equal(exposureOf(factsOf({ accessPoints, policy: policyOf(delegated) })).verdict, 'unknown');
  assert.equal(exposureOf(factsOf({ accessPoints, policy: { unread: 'access denied' } })).verdict, 'unknown');
});

test('a policy made to be intricate is answered nevertheless, and the worst is assumed', () => {
  const ways = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const Condition = { StringNotEquals: Object.fromEntries(ways.map((name) => [`aws:RequestTag/${name}`, 'x'])) };
  const Resource = ways.map((name) => `${BUCKET}/*${name}*${name}*${name}*`);
  const denials = ways.map((name) => ({
    ...open,
    Effect: 'Deny',
    Resource: `${BUCKET}/*${name}*`,
    Condition: { StringEquals: { [`aws:RequestTag/${name}`]: 'x' } },
  }));
  const facts = factsOf({
    policy: policyOf({ ...open, Resource, Condition }, ...denials, {
      ...open,
      Effect: 'Deny',
      NotResource: Resource,
      Resource: undefined,
    }),
  });
  assert.equal(exposureOf(facts).verdict, 'public-read');
});

test('in other stores an ARN may name the tenant of the bucket; that lets in, and takes nothing away for certain', () => {
  const ofTenant = { ...open, Resource: 'arn:aws:s3::tenant:photos/*' };
  const verdict = (reading: 'aws' | 'own', ...statements: readonly object[]): string =>
    exposureOf(factsOf({ policy: policyOf(...statements), reading })).verdict;
  assert.equal(verdict('aws', ofTenant), 'private');
  assert.equal(verdict('own', ofTenant), 'public-read');
  assert.equal(verdict('own', open, { ...ofTenant, Effect: 'Deny' }), 'public-read');
  const spared = { Effect: 'Deny', Principal: '*', Action: 's3:*', NotResource: 'arn:aws:s3::tenant:photos/*' };
  assert.equal(verdict('own', open, spared), 'public-read');
});

test('a repair keeps an operator by the name of __proto__ as it is written, and nothing else has what stood in it', () => {
  const statement = {
    ...{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' },
    Condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/0'] } },
  };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const own = '"__proto__":{"polluted":"yes","__proto__":["x"]}';
  const repair = repairPolicy(factsOf({ policy: { value: policy.replace('"IpAddress"', `${own},"IpAddress"`) } }));
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  const narrow = `{${own},"IpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}`;
  assert.ok(repair?.policy?.includes(`"Condition":${narrow}`), repair?.policy ?? 'nothing is left');
});
