/** The evaluator beside a slow model that asks every request of a small world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exposureOf } from './exposure.ts';
import type { ExposureFacts } from './facts.ts';
import { repairPolicy, type PolicyRepair } from './repair/repair-policy.ts';
import { getsIn, type Request } from './testing/test-iam-model.ts';
import { buckets, modelled, requestsAbout } from './testing/test-universe.ts';
import type { Audience } from './ways.ts';
import { whoLosesAccess } from './repair/who-loses-access.ts';

function entering(facts: ExposureFacts): Request[] {
  const text = 'value' in facts.policy ? (facts.policy.value ?? '') : '';
  return requestsAbout(text).filter((request) => getsIn(facts, request));
}

/** The same ones each time: what a change breaks is found, and what is only new to the model turns nobody's gate red. */
const RUNS = { numRuns: 100, seed: 20_261_128 };

test('what strangers can do is told, and nothing that the model does not let them do', () => {
  fc.assert(
    fc.property(buckets, (facts) => {
      const strangers = entering(facts).filter(({ requester }) => requester.stranger);
      const ways = exposureOf(facts).ways.filter(({ level }) => level === 'public');
      const told = ways.flatMap(({ allowed }) => allowed).filter((action) => modelled.includes(action));
      assert.deepEqual(new Set(told), new Set(strangers.map(({ action }) => action)));
    }),
    RUNS,
  );
});

test('a bucket that is private lets in nobody but its owner', () => {
  fc.assert(
    fc.property(buckets, (facts) => {
      if (exposureOf(facts).verdict === 'private') assert.deepEqual(entering(facts).slice(0, 1), []);
    }),
    RUNS,
  );
});

test('a repaired policy lets in no stranger, and lets in whoever else got in but by what was public', () => {
  fc.assert(
    fc.property(buckets, (bucket) => {
      const facts = { ...bucket, acl: { value: { ownerId: null, grants: [] } } };
      const repair = repairPolicy(facts);
      if (repair === null) return;
      const after = { ...facts, policy: { value: repair.policy } };
      const left = entering(after);
      assert.deepEqual(left.filter(({ requester }) => requester.stranger).slice(0, 1), []);
      // What the statements that nothing was wrong with let in is let in as before.
      const kept = { ...facts, policy: { value: without(facts, repair) } };
      const before = entering(kept).filter(({ requester }) => !requester.stranger);
      const lost = before.filter((request) => !getsIn(after, request));
      assert.deepEqual(lost.slice(0, 1), []);
      // And nobody is let in who was not.
      assert.deepEqual(left.filter((request) => !getsIn(facts, request)).slice(0, 1), []);
    }),
    RUNS,
  );
});

test('whoever gets in before a repair and not after it is told', () => {
  fc.assert(
    fc.property(buckets, (facts) => {
      const repair = repairPolicy(facts);
      if (repair === null) return;
      const after = { ...facts, policy: { value: repair.policy } };
      const losses = whoLosesAccess(exposureOf(facts), exposureOf(after));
      const lost = entering(facts).filter((request) => !getsIn(after, request));
      const untold = lost.filter((request) => !losses.some(({ audience }) => isMeant(audience, request)));
      assert.deepEqual(untold.slice(0, 1), []);
    }),
    RUNS,
  );
});

function without(facts: ExposureFacts, { changes }: PolicyRepair): string {
  const text = 'value' in facts.policy ? (facts.policy.value ?? '') : '';
  const document = JSON.parse(text) as { Statement: unknown[] };
  const changed = new Set(changes.map(({ index }) => index));
  return JSON.stringify({ ...document, Statement: document.Statement.filter((_, index) => !changed.has(index)) });
}

/** Whether a request is of somebody whom the audience means, or may mean. */
function isMeant({ kind, names }: Audience, { requester: { account } }: Request): boolean {
  if (kind === 'strangers' || kind === 'network' || kind === 'holder' || kind === 'organization') return true;
  if (account === null) return false;
  return kind === 'any-account' || names.some((name) => name.includes(account));
}
