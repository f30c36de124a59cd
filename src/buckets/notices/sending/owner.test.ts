import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownerBy, ownerOfBucket, readOwners } from './owner.ts';

test('an owner is named in the map, or has an address of the account’s own domain', () => {
  const owners = readOwners('team-a=ada@partner.example;+4915112345678, Team-B=Bob@Example.org', 'sec@example.org');
  assert.deepEqual(ownerBy('Team-A', owners), { email: 'ada@partner.example', phone: '+4915112345678' });
  assert.deepEqual(ownerBy('team-b', owners), { email: 'bob@example.org', phone: null });
  assert.equal(ownerBy('ada@partner.example', owners)?.phone, '+4915112345678');
  assert.deepEqual(ownerBy('carl@example.org', owners), { email: 'carl@example.org', phone: null });
  for (const tag of [undefined, '', 'team-c', 'eve@evil.example', 'a@b@example.org', 'x y@example.org']) {
    assert.equal(ownerBy(tag, owners), null, tag);
  }
});

test('whoever is told of the whole account is no owner beside it, by address or by name', () => {
  const owners = readOwners('team-s=Sec@Example.org;+4915112345678', 'sec@example.ORG');
  assert.equal(ownerBy('sec@example.org', owners), null);
  assert.equal(ownerBy('Team-S', owners), null);
});

test('where anybody gets an address of the account’s domain, an owner has to be named in the map', () => {
  const owners = readOwners('team-a=ada@gmail.com', 'me@gmail.com');
  assert.equal(ownerBy('eve@gmail.com', owners), null);
  assert.equal(ownerBy('ada@gmail.com', owners)?.email, 'ada@gmail.com');
});

test('a bucket whose tag says nobody who counts is of whom the map says, the first that fits', () => {
  const owners = readOwners(
    'bucket:plans=ada@partner.example;+4915112345678,bucket:team-a-*=bob@example.org,bucket:*=carl@example.org',
    'sec@example.org',
  );
  const emailOf = (bucket: string, tag?: string): string | undefined => ownerOfBucket(bucket, tag, owners)?.email;
  assert.deepEqual(ownerOfBucket('plans', undefined, owners), {
    email: 'ada@partner.example',
    phone: '+4915112345678',
  });
  assert.equal(emailOf('plans', 'dora@example.org'), 'dora@example.org', 'the tag comes first');
  assert.equal(emailOf('plans', 'eve@evil.example'), 'ada@partner.example');
  assert.equal(emailOf('plans', 'sec@example.org'), undefined, 'the account, as the tag says');
  assert.equal(emailOf('team-a-logs'), 'bob@example.org');
  assert.equal(emailOf('plans-2'), 'carl@example.org');
  assert.equal(ownerOfBucket('plans', undefined, readOwners('bucket:plans=sec@example.org', 'sec@example.org')), null);
  assert.equal(ownerOfBucket('plans', undefined, readOwners('', 'sec@example.org')), null);
  for (const text of ['bucket:=a@b.org', 'bucket:a*b=a@b.org', 'bucket:**=a@b.org', 'bucket:a b=a@b.org']) {
    assert.throws(() => readOwners(text, 'sec@example.org'), /does not read as bucket:NAME=ADDRESS/, text);
  }
});

test('a map that does not read is refused with the entry that is wrong', () => {
  for (const text of [
    'team-a',
    'team-a=',
    '=ada@example.org',
    'a=b',
    'a=b@c.org;12345',
    'a=b@c.org;+4915112345678;x',
  ]) {
    assert.throws(() => readOwners(text, 'sec@example.org'), /does not read as NAME=ADDRESS/, text);
  }
});
