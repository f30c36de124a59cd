import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposureOf } from '../exposure.ts';
import { ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, type AclPermission, type ExposureFacts } from '../facts.ts';
import { blocking, factsOf, granted, OWNER } from '../testing/test-facts.ts';

test('a bucket whose ACL names its owner alone is private', () => {
  const acl = {
    value: {
      ownerId: OWNER,
      grants: [{ grantee: { kind: 'user', id: OWNER }, permission: 'FULL_CONTROL' }],
    },
  } as const;
  assert.equal(exposureOf(factsOf({ acl })).verdict, 'private');
});

test('each permission of everyone is told by what it opens, with the request that gets in', () => {
  const told: [AclPermission, string, string][] = [
    ['READ', 'public-list', 'GET /photos?list-type=2'],
    ['WRITE', 'public-write', 'PUT /photos/any-name'],
    ['READ_ACP', 'public-list', 'GET /photos?acl'],
    ['WRITE_ACP', 'public-write', 'PUT /photos?acl'],
    ['FULL_CONTROL', 'public-write', 'PUT /photos/any-name'],
  ];
  for (const [permission, verdict, request] of told) {
    const exposure = exposureOf(factsOf({ acl: granted(ALL_USERS, permission) }));
    assert.equal(exposure.verdict, verdict, permission);
    const [way] = exposure.ways;
    assert.equal(`${way?.request?.method} ${way?.request?.path}`, request);
    assert.equal(way?.request?.signed, false);
  }
});

test('everyone with an AWS account is everyone, and must sign', () => {
  const exposure = exposureOf(factsOf({ acl: granted(AUTHENTICATED_USERS, 'READ') }));
  assert.equal(exposure.verdict, 'public-list');
  assert.equal(exposure.ways[0]?.request?.signed, true);
});

test('a group that nobody knows counts as everyone; the one of log delivery does not', () => {
  assert.equal(exposureOf(factsOf({ acl: granted('http://example.org/group', 'READ') })).verdict, 'public-list');
  assert.equal(exposureOf(factsOf({ acl: granted(LOG_DELIVERY, 'WRITE') })).verdict, 'shared');
});

test('IgnorePublicAcls at any one level closes it, and what it holds back is latent', () => {
  const none = { value: null };
  for (const level of ['bucket', 'account', 'organization'] as const) {
    const blockPublicAccess = {
      ...{ bucket: none, account: none, organization: none },
      [level]: blocking('ignorePublicAcls'),
    };
    const exposure = exposureOf(factsOf({ acl: granted(ALL_USERS, 'READ'), blockPublicAccess }));
    assert.equal(exposure.verdict, 'latent');
    assert.equal(exposure.withoutFlags, 'public-list');
    assert.deepEqual(exposure.ways[0]?.stoppedBy, [{ flag: 'IgnorePublicAcls', level }]);
    assert.deepEqual(exposure.strangersMay, []);
  }
});

test('RestrictPublicBuckets leaves ACLs as they are', () => {
  const none = { value: null };
  const blockPublicAccess = {
    bucket: blocking('restrictPublicBuckets'),
    account: none,
    organization: none,
  };
  assert.equal(exposureOf(factsOf({ acl: granted(ALL_USERS, 'READ'), blockPublicAccess })).verdict, 'public-list');
});

test('where ACLs are switched off a grant is latent', () => {
  const ownership = { value: 'BucketOwnerEnforced' } as const;
  assert.equal(exposureOf(factsOf({ acl: granted(ALL_USERS, 'READ'), ownership })).verdict, 'latent');
});

test('an object that everyone may read makes the bucket public', () => {
  const objectAcls = [{ key: 'a b/ü.txt', acl: (granted(ALL_USERS, 'READ') as { value: never }).value }];
  const exposure = exposureOf(factsOf({ objectAcls }));
  assert.equal(exposure.verdict, 'public-read');
  assert.equal(exposure.ways[0]?.request?.path, '/photos/a%20b/%C3%BC.txt');
});

test('an object is shared with whoever else owns it, and everybody’s where nobody signed for it', () => {
  const writtenBy = (id: string): ExposureFacts['objectAcls'] => [
    { key: 'a', acl: { ownerId: id, grants: [{ grantee: { kind: 'user', id }, permission: 'FULL_CONTROL' }] } },
  ];
  const anonymous = writtenBy('65a011a29cdf8ec533ec3d1ccaae921c');
  assert.equal(exposureOf(factsOf({ objectAcls: writtenBy(OWNER) })).verdict, 'private');
  assert.equal(exposureOf(factsOf({ objectAcls: writtenBy('partner') })).verdict, 'shared');
  assert.equal(exposureOf(factsOf({ objectAcls: anonymous })).verdict, 'public-write');
  // The flag goes by groups; that it holds back an id as well nobody says.
  const none = { value: null };
  const blockPublicAccess = { bucket: blocking('ignorePublicAcls'), account: none, organization: none };
  assert.equal(exposureOf(factsOf({ objectAcls: anonymous, blockPublicAccess })).verdict, 'public-write');
  const ownership = { value: 'BucketOwnerEnforced' } as const;
  assert.equal(exposureOf(factsOf({ objectAcls: anonymous, ownership })).verdict, 'latent');
});

test('what could not be read is never safe', () => {
  const acl = { unread: 'access denied' };
  assert.equal(exposureOf(factsOf({ acl })).verdict, 'unknown');
  const enforced = factsOf({ acl, ownership: { value: 'BucketOwnerEnforced' } });
  assert.equal(exposureOf(enforced).verdict, 'private');
  const policy = { unread: 'timed out' };
  assert.deepEqual(exposureOf(factsOf({ policy })).unknowns, [
    { part: 'policy', reason: 'timed out', couldBe: 'public-write' },
  ]);
  assert.equal(exposureOf(factsOf({ policy, acl: granted(ALL_USERS, 'READ') })).verdict, 'public-list');
});
