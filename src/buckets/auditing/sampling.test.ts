import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { allChecks } from '../checks/registry.ts';
import { ACCOUNT, goodAccount, goodFacts, policyOf } from '../checks/test-subject.ts';
import { openAbilities } from '../facts/abilities.ts';
import type { BucketReadings, PartName } from '../facts/bucket-facts.ts';
import type { BucketReader, Reading, SampleOptions } from '../facts/bucket-reader.ts';
import { known, unread } from '../facts/fact.ts';
import { bucketsSettings } from '../settings.ts';
import { auditBuckets } from './audit.ts';
import { runOf } from './record.ts';

/** One bucket of which everyone may read what lies below public/, with a key there and one elsewhere. */
function reader(lookedInto: string[]): BucketReader {
  const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::plans/public/*' };
  const facts = { ...goodFacts, publicAccessBlock: known(null), policy: known(policyOf(open)) };
  return {
    place: { scope: `aws ${ACCOUNT}`, provider: 'aws' },
    account: async () => ({ ...goodAccount, publicAccessBlock: known(null) }),
    async *list() {
      yield { name: 'plans', region: 'eu-central-1' };
    },
    region: async () => known('eu-central-1'),
    read: async <Part extends PartName>(_: unknown, part: Part) =>
      ({ fact: facts[part], raw: undefined }) as Reading<BucketReadings[Part]>,
    accessPoints: async () => known(new Map()),
    multiRegionAccessPoints: async () => known(new Map()),
    async sample(_, { isWanted = () => true }: SampleOptions) {
      const acl = known({ Owner: {}, Grants: [] });
      return known(
        ['private/.env', 'public/.env'].map((key) => {
          if (!isWanted({ key, acl })) return { key, acl, head: unread('not_asked') };
          lookedInto.push(key);
          return { key, acl, head: known('') };
        }),
      );
    },
    holder: async () => known('us'),
    outside: async () => [],
    dataEvents: async () => unread('not_asked'),
    async [Symbol.asyncDispose]() {},
  };
}

async function look(sample: number, lookedInto: string[] = []) {
  const settings = settingsOf(bucketsSettings);
  return await auditBuckets(
    { checks: allChecks, buckets: [], regions: [], sample },
    { reader: reader(lookedInto), abilities: openAbilities(), endpoint: null, settings, clock: () => 0 },
  );
}

test('of a sample only what strangers can read is looked into, and counts as found by them', async () => {
  const lookedInto: string[] = [];
  const audit = await look(10, lookedInto);
  assert.deepEqual(lookedInto, ['public/.env']);
  const found = audit.buckets[0]?.observations.find(({ check }) => check === 'object-secrets-public');
  assert.deepEqual(found?.evidence, [{ label: 'Environment file', value: 'public/.env' }]);
});

test('a look without a sample makes no check of objects, so that what samples have found stays as it is', async () => {
  const known: ReadonlySet<string> = new Set();
  const sampled = runOf({ audit: await look(10), known });
  assert.ok(sampled.complete && sampled.checks?.includes('object-secrets-public'));
  const { checks, observations, complete } = runOf({ audit: await look(0), known });
  assert.ok(complete);
  for (const id of ['object-secrets-public', 'object-acl-public']) {
    assert.equal(checks?.includes(id), false, id);
    assert.equal(
      observations.some(({ check }) => check === id),
      false,
      id,
    );
  }
});
