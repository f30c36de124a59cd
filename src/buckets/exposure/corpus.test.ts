import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposureOf } from './exposure.ts';
import { corpus } from './test-corpus.ts';

const cases = corpus();

test('the corpus holds at least 150 buckets, each with a name of its own and a reason', () => {
  assert.ok(cases.length >= 150, `${cases.length}`);
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
  for (const { id, reason } of cases) assert.match(reason, /\.$/, id);
});

for (const { id, verdict, withoutFlags, publicToAws, reason, facts } of cases) {
  test(`${id} is ${verdict}: ${reason}`, () => {
    const exposure = exposureOf(facts);
    assert.equal(exposure.verdict, verdict, exposure.summary);
    if (withoutFlags !== undefined) assert.equal(exposure.withoutFlags, withoutFlags);
    if (publicToAws !== undefined) assert.equal(exposure.policyIsPublicToAws, publicToAws, 'by AWS’s rule');
    if (!verdict.startsWith('public')) return;
    const [worst] = exposure.ways;
    assert.notEqual(worst?.request, null, 'a public bucket is proved by a request');
  });
}
