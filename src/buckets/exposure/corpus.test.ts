import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposureOf } from './exposure.ts';
import { corpus } from './testing/test-corpus.ts';
import { isWorse } from './verdict.ts';

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

test('a store that reads policies in its own way is never said to let in less than AWS would', () => {
  for (const { id, facts } of cases) {
    const [own, aws] = [exposureOf({ ...facts, reading: 'own' }).verdict, exposureOf(facts).verdict];
    assert.ok(own === aws || isWorse(own, aws), `${id}: ${own} for ${aws}`);
  }
});

test('what other stores are known to read otherwise counts as open there', () => {
  const reads = (name: string): string => {
    const found = cases.find(({ id }) => id === name);
    assert.ok(found !== undefined);
    return exposureOf({ ...found.facts, reading: 'own' }).verdict;
  };
  // A request without the key escapes the statement on Ceph, and one without TLS has no aws:SecureTransport.
  assert.equal(reads('deny/all-but-one-endpoint'), 'public-read');
  assert.equal(reads('counterexamples/denied-with-and-without-tls'), 'public-read');
  assert.equal(reads('block-public-access/all-on'), 'public-read');
  // The store encrypts with its own rights, so that the header is whatever somebody writes.
  assert.equal(reads('identities/kms-key'), 'public-write');
});
