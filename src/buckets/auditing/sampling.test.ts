import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { testFindings } from '../../findings/test-findings.ts';
import { allChecks } from '../checks/registry.ts';
import { ACCOUNT, goodAccount, goodFacts, policyOf } from '../checks/test-subject.ts';
import { openAbilities } from '../facts/abilities.ts';
import type { BucketReadings, PartName } from '../facts/bucket-facts.ts';
import type { BucketReader, Reading, SampleOptions } from '../facts/bucket-reader.ts';
import { known, unread } from '../facts/fact.ts';
import { bucketsSettings } from '../settings.ts';
import { auditBuckets } from './audit.ts';
import { recordAudit } from './record.ts';

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

test('a look without a sample leaves open what a sample has found', async () => {
  const { findings } = testFindings();
  const states = async () => {
    const { findings: open } = await findings.list({ check: 'object-secrets-public' }, { limit: 10 });
    return open.map(({ state }) => state);
  };
  const known: ReadonlySet<string> = new Set();
  const sink = {
    begin: (run: Parameters<typeof findings.beginRun>[0]) => findings.beginRun(run),
    observe: (runId: string, batch: number, some: Parameters<typeof findings.observe>[2]) =>
      findings.observe(runId, batch, some),
    end: (runId: string, complete: boolean) => findings.endRun(runId, complete),
  };
  await recordAudit({ audit: await look(10), known }, sink);
  assert.deepEqual(await states(), ['open']);
  const without = await look(0);
  assert.ok(!without.checks.includes('object-secrets-public'));
  assert.ok(!without.buckets[0]?.observations.some(({ check }) => check.startsWith('object-')));
  await recordAudit({ audit: without, known }, sink);
  assert.deepEqual(await states(), ['open']);
});
