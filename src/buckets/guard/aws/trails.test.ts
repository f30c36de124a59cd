import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordsCalls } from './trails.ts';

const management = { Field: 'eventCategory', Equals: ['Management'] };
const advanced = (
  ...FieldSelectors: { Field: string; Equals?: string[]; NotEquals?: string[]; StartsWith?: string[] }[]
) => recordsCalls({ AdvancedEventSelectors: [{ FieldSelectors }] });

test('a trail counts where it records management events that write', () => {
  assert.equal(recordsCalls({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }] }), true);
  assert.equal(recordsCalls({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'WriteOnly' }] }), true);
  assert.equal(recordsCalls({ EventSelectors: [{}] }), true, 'which is what AWS takes without a word');
  assert.equal(advanced(management), true);
  assert.equal(advanced(management, { Field: 'readOnly', Equals: ['false'] }), true);
  assert.equal(advanced(management, { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }), true);
});

test('one that reads alone, leaves out S3, or takes data events alone does not', () => {
  assert.equal(recordsCalls({}), false);
  assert.equal(recordsCalls({ EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'ReadOnly' }] }), false);
  assert.equal(recordsCalls({ EventSelectors: [{ IncludeManagementEvents: false, ReadWriteType: 'All' }] }), false);
  assert.equal(advanced({ Field: 'eventCategory', Equals: ['Data'] }), false);
  assert.equal(advanced(management, { Field: 'readOnly', Equals: ['true'] }), false);
  assert.equal(advanced(management, { Field: 'eventSource', NotEquals: ['s3.amazonaws.com'] }), false);
  assert.equal(advanced(management, { Field: 'eventName', StartsWith: ['Create'] }), false, 'some of them are not all');
});
