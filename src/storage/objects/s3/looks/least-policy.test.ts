import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { leastPolicy } from './least-policy.ts';

const DOCUMENT = join(import.meta.dirname, '../../../../../docs/s3.md');

type Place = Parameters<typeof leastPolicy>[0];
type Statement = { Sid: string; Action: string[]; Resource: string; Condition?: unknown };

const PLACE: Place = { bucket: 'BUCKET', prefix: 'PREFIX/', region: null, encryption: null, kmsKeyId: null };
const statements = (place: Partial<Place>): Statement[] =>
  (JSON.parse(leastPolicy({ ...PLACE, ...place })) as { Statement: Statement[] }).Statement;
const ofKey = (place: Partial<Place>): Statement | undefined =>
  statements({ encryption: 'aws:kms', ...place }).find(({ Sid }) => Sid === 'HoldfastKey');

test('the manual shows what the doctor prints', () => {
  const shown = /## The least that the credentials must allow[^]*?```json\n([^]*?)```/.exec(
    readFileSync(DOCUMENT, 'utf8'),
  );
  assert.deepEqual(JSON.parse(shown?.[1] ?? ''), JSON.parse(leastPolicy(PLACE)));
});

test('no right is given beside the bucket and the prefix', () => {
  assert.deepEqual(
    [...new Set(statements({}).map(({ Resource }) => Resource))],
    ['arn:aws:s3:::BUCKET', 'arn:aws:s3:::BUCKET/PREFIX/*'],
  );
  assert.equal(statements({ prefix: '' })[1]?.Resource, 'arn:aws:s3:::BUCKET/*');
  assert.equal(statements({ region: 'cn-north-1' })[0]?.Resource, 'arn:aws-cn:s3:::BUCKET');
  assert.equal(statements({ region: 'us-gov-west-1' })[0]?.Resource, 'arn:aws-us-gov:s3:::BUCKET');
});

test('a key of KMS that objects are encrypted with is part of it, however it is named, and no other key', () => {
  const arn = 'arn:aws:kms:eu-central-1:111122223333:key/0b3e6a2c-1111-2222-3333-444455556666';
  assert.deepEqual(ofKey({ kmsKeyId: arn })?.Action, ['kms:GenerateDataKey', 'kms:Decrypt']);
  assert.equal(ofKey({ kmsKeyId: arn })?.Resource, arn);
  assert.equal(ofKey({ kmsKeyId: '0b3e6a2c' })?.Resource, 'arn:aws:kms:*:*:key/0b3e6a2c');
  for (const alias of ['alias/team', 'arn:aws:kms:eu-central-1:111122223333:alias/team']) {
    const { Resource, Condition } = ofKey({ kmsKeyId: alias }) ?? {};
    assert.equal(Resource, 'arn:aws:kms:*:*:key/*');
    assert.deepEqual(Condition, { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/team' } });
  }
  assert.equal(
    ofKey({ kmsKeyId: null }),
    undefined,
    'the own key of the account for S3 lets in who may use the bucket',
  );
  assert.equal(ofKey({ encryption: 'AES256', kmsKeyId: arn }), undefined);
});
