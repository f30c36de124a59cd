import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketPolicyWildcard } from '../checks/access/bucket-policy-wildcard.ts';
import { goodAccount, goodFacts, policyOf, subjectOf } from '../checks/test-subject.ts';
import { known } from '../facts/fact.ts';
import { bucketResource, observationOf } from './observations.ts';

test('a statement as long as a policy may be is in the evidence whole, in pieces that findings take', () => {
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    // Two halves to each character, so that a cut in the wrong place shows.
    Resource: `arn:aws:s3:::plans/x${'\u{1f5c2}'.repeat(10_000)}`,
  };
  const judged = bucketPolicyWildcard.judge(subjectOf({ policy: known(policyOf(statement)) }));
  const resource = bucketResource(goodFacts, goodAccount, { scope: 'aws', provider: 'aws' });
  const { evidence } = observationOf(bucketPolicyWildcard, judged, resource);
  assert.equal(evidence.map(({ value }) => value).join(''), JSON.stringify(statement));
  assert.ok(evidence.every(({ value, label }) => value.length <= 8192 && label.length <= 128 && value.isWellFormed()));
  assert.equal(evidence[0]?.label, 'Statement (1 of 3)');
});
