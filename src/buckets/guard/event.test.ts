import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEvent } from './event.ts';

const FOLDER = join(import.meta.dirname, '../../../test/vectors/cloudtrail');
const PLACE = { account: '123456789012', region: 'us-east-1' };
const textOf = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

test('each event says which bucket it is about, who called, from where and when', () => {
  const { event } = readEvent(textOf('put-bucket-policy.json'), PLACE);
  assert.deepEqual(event, {
    eventId: '3d3e7f5a-0d0c-4b3d-9f0e-000000000002',
    call: 'PutBucketPolicy',
    isCreation: false,
    isDeletion: false,
    subject: { kind: 'bucket', name: 'press-kit' },
    time: '2026-11-20T08:15:02Z',
    caller: 'arn:aws:sts::123456789012:assumed-role/Developers/ada',
    role: 'arn:aws:iam::123456789012:role/Developers',
    address: '192.0.2.7',
    byInfrastructureCode: false,
  });
});

test('a field of another type, wherever it is, ends in an event that is ignored or still names its bucket', () => {
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.json'))) {
    const { detail } = JSON.parse(textOf(name)) as { detail: Record<string, unknown> };
    for (const field of Object.keys(detail)) {
      for (const value of [null, 7, [], {}, 'x'.repeat(5000)]) {
        const { event, ignored } = readEvent(JSON.stringify({ detail: { ...detail, [field]: value } }), PLACE);
        assert.ok(event === null ? ignored !== '' : event.subject.kind !== 'access-point', `${name} ${field}`);
      }
    }
  }
});

test('a name that no bucket can have is no name', () => {
  for (const bucketName of ['', '../x', 'a b', 'x'.repeat(300), '*', 7, null]) {
    const { detail } = JSON.parse(textOf('create-bucket.json')) as { detail: object };
    const { event } = readEvent(JSON.stringify({ detail: { ...detail, requestParameters: { bucketName } } }), PLACE);
    assert.equal(event, null, String(bucketName));
  }
});

test('tags that are set by the call for all kinds of resources are those of the bucket that its ARN names, or of none', () => {
  const { detail } = JSON.parse(textOf('create-bucket.json')) as { detail: object };
  const subjectOf = (requestParameters: object, resources: object[] = []) =>
    readEvent(JSON.stringify({ detail: { ...detail, eventName: 'TagResource', requestParameters, resources } }), PLACE);
  const plans = { kind: 'bucket', name: 'plans' };
  assert.deepEqual(subjectOf({ resourceArn: 'arn:aws:s3:::plans' }).event?.subject, plans);
  assert.deepEqual(subjectOf({}, [{ ARN: 'arn:aws:s3:::plans' }]).event?.subject, plans);
  const point = 'arn:aws:s3:us-east-1:123456789012:accesspoint/plans';
  for (const resourceArn of [point, 'plans', 7, '']) {
    assert.equal(subjectOf({ resourceArn }).ignored, 'it tags no bucket');
  }
});
