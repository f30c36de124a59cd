import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodFacts, onlyTls, policyOf } from '../checks/test-subject.ts';
import { known } from '../facts/fact.ts';
import { lossesOf, planBucket } from './plan.ts';
import { refusedRequests } from './refused-requests.ts';
import { auditedBucket } from './test-plans.ts';

/** Of a plan that mends one check of a bucket that fails it. */
function told(check: string, changes: Parameters<typeof auditedBucket>[0]): readonly string[] {
  const { audited, place } = auditedBucket(changes);
  const wrong = audited.observations.filter((each) => each.check === check && each.verdict === 'fail');
  assert.equal(wrong.length, 1, check);
  return lossesOf(planBucket(audited, wrong, place));
}

test('who locks out plain HTTP is told that their own programs are locked out as well', () => {
  assert.deepEqual(told('bucket-tls-only', { policy: known(null) }), [
    'Whoever comes over plain HTTP, your own people and programs too, is refused.',
  ]);
});

test('what switches ACLs off, hides public ones or refuses SSE-C names the uploads and readers that it ends', () => {
  const acls = { ownership: known('ObjectWriter'), publicAccessBlock: known(null) };
  assert.match(told('bucket-ownership-enforced', acls).join(), /Uploads that bring an ACL .*ACLs of single objects/);
  assert.match(told('bucket-block-public-access', acls).join(), /bring a public ACL.*public ACLs of their own/);
  assert.match(told('bucket-sse-c-blocked', { encryption: known(null) }).join(), /SSE-C/);
  // Without ACLs there are none to be refused.
  assert.deepEqual(told('bucket-block-public-access', { publicAccessBlock: known(null) }), []);
});

test('what was refused before is no loss', () => {
  assert.deepEqual(refusedRequests(goodFacts, { ...goodFacts, policy: known(policyOf(onlyTls)) }), []);
});
