import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedBy } from './data-events.ts';

const objects = 'AWS::S3::Object';
const both = { reads: true, writes: true };
const none = { reads: false, writes: false };

function basic(Values: string[], ReadWriteType?: 'All' | 'ReadOnly' | 'WriteOnly') {
  const more = ReadWriteType === undefined ? {} : { ReadWriteType };
  return recordedBy({ EventSelectors: [{ ...more, DataResources: [{ Type: objects, Values }] }] });
}

function advanced(
  ...more: readonly { readonly Field: string; readonly Equals?: string[]; readonly NotEquals?: string[] }[]
) {
  const FieldSelectors = [
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: [objects] },
    ...more,
  ];
  return recordedBy({ AdvancedEventSelectors: [{ FieldSelectors }] });
}

test('a trail counts for what it records of the objects of every bucket, reads and writes each', () => {
  assert.deepEqual(recordedBy({}), none);
  assert.deepEqual(recordedBy({ EventSelectors: [{ ReadWriteType: 'All', DataResources: [] }] }), none);
  assert.deepEqual(basic(['arn:aws:s3']), both);
  assert.deepEqual(basic(['arn:aws-cn:s3:::'], 'All'), both);
  assert.deepEqual(basic(['arn:aws:s3'], 'ReadOnly'), { reads: true, writes: false });
  assert.deepEqual(basic(['arn:aws:s3'], 'WriteOnly'), { reads: false, writes: true });
  assert.deepEqual(advanced(), both);
  assert.deepEqual(advanced({ Field: 'readOnly', Equals: ['true'] }), { reads: true, writes: false });
  assert.deepEqual(advanced({ Field: 'readOnly', Equals: ['false'] }), { reads: false, writes: true });
});

test('a trail that leaves out a bucket, or some of the calls, does not count', () => {
  assert.deepEqual(basic(['arn:aws:s3:::plans/']), none);
  assert.deepEqual(advanced({ Field: 'resources.ARN', Equals: ['arn:aws:s3:::plans/'] }), none);
  assert.deepEqual(advanced({ Field: 'eventName', NotEquals: ['GetObject'] }), none);
  const FieldSelectors = [{ Field: 'eventCategory', Equals: ['Management'] }];
  assert.deepEqual(recordedBy({ AdvancedEventSelectors: [{ FieldSelectors }] }), none);
});
