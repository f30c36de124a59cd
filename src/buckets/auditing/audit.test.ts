import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { allChecks } from '../checks/registry.ts';
import { ACCOUNT, goodAccount, goodFacts, policyOf } from '../checks/test-subject.ts';
import { openAbilities } from '../facts/abilities.ts';
import type { BucketFacts, BucketReadings, PartName } from '../facts/bucket-facts.ts';
import type { BucketReader, Reading } from '../facts/bucket-reader.ts';
import { known, unread, type Fact } from '../facts/fact.ts';
import { testGuard } from '../guard/test-guard.ts';
import { bucketsSettings } from '../settings.ts';
import { auditBuckets } from './audit.ts';
import { runOf } from './record.ts';

const BUCKETS = 10_001;
const nameOf = (at: number): string => `plans-${at}`;
const isGone = (at: number): boolean => at % 1000 === 7;
const isDenied = (at: number): boolean => at % 500 === 3;
const isThrottled = (at: number): boolean => at % 800 === 5;
const isOpen = (at: number): boolean => at % 2000 === 9;

/** An account as large as they come, in which something goes wrong with some buckets while they are read. */
function largeAccount(): BucketReader {
  const openPolicy = (name: string): string =>
    policyOf({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*` });
  const factOf = (name: string, part: PartName): Fact<unknown> => {
    const at = Number(name.split('-')[1]);
    if (isGone(at)) return unread('gone', 'NoSuchBucket, 404');
    if (isDenied(at) && (part === 'policy' || part === 'policyStatus')) return unread('denied', 'AccessDenied, 403');
    // With all flags on whatever the policy says would let nobody in.
    if (isDenied(at) && part === 'publicAccessBlock') return known(null);
    if (isThrottled(at) && part === 'acl') return unread('throttled', 'SlowDown, 503');
    if (isOpen(at)) {
      if (part === 'policy') return known(openPolicy(name));
      if (part === 'policyStatus') return known(true);
      if (part === 'publicAccessBlock') return known(null);
    }
    return goodFacts[part];
  };
  return {
    place: { scope: `aws ${ACCOUNT}`, provider: 'aws' },
    account: async () => ({ ...goodAccount, publicAccessBlock: known(null) }),
    async *list() {
      for (let at = 0; at < BUCKETS; at += 1) yield { name: nameOf(at), region: 'eu-central-1' };
    },
    region: async () => known('eu-central-1'),
    read: async <Part extends PartName>({ name }: { readonly name: string }, part: Part) =>
      ({ fact: factOf(name, part), raw: undefined }) as Reading<BucketReadings[Part]>,
    accessPoints: async () => known(new Map()),
    multiRegionAccessPoints: async () => known(new Map()),
    sample: async () => known([]),
    holder: async () => known('us'),
    outside: async () => [],
    dataEvents: async () => unread('not_asked'),
    async [Symbol.asyncDispose]() {},
  };
}

const count = (is: (at: number) => boolean): number => Array.from({ length: BUCKETS }, (_, at) => at).filter(is).length;

test('of 10,001 buckets each is judged once: one that is deleted meanwhile is gone, and what was not read is never safe', async () => {
  let heard = 0;
  const audit = await auditBuckets(
    { checks: allChecks, buckets: [], regions: [], sample: 0 },
    {
      ...{ reader: largeAccount(), abilities: openAbilities(), endpoint: null, clock: Date.now },
      settings: settingsOf(bucketsSettings),
      onBucket: () => void (heard += 1),
    },
  );
  assert.equal(heard, BUCKETS);
  assert.equal(audit.complete, true);
  assert.equal(audit.gone.length, count(isGone));
  assert.equal(new Set(audit.buckets.map(({ facts }) => facts.bucket)).size, BUCKETS - count(isGone));
  const verdicts = Map.groupBy(audit.buckets, ({ exposure }) => exposure.verdict);
  assert.deepEqual(
    new Set(verdicts.get('public-read')?.map(({ facts }) => facts.bucket)),
    new Set(
      Array.from({ length: BUCKETS }, (_, at) => at)
        .filter(isOpen)
        .map(nameOf),
    ),
  );
  for (const { facts, exposure, observations } of audit.buckets) {
    const at = Number(facts.bucket.split('-')[1]);
    if (!isDenied(at)) continue;
    assert.notEqual(exposure.verdict, 'private', facts.bucket);
    assert.equal(observations.find(({ check }) => check === 'bucket-public-read')?.verdict, 'unknown');
  }
});

test('a copy to a bucket of the account stays there; any other is another account’s, and unknown where not all were listed', async () => {
  const copiedTo = (name: string) =>
    known({ Rules: [{ Status: 'Enabled', Destination: { Bucket: `arn:aws:s3:::${name}` } }] });
  const bucket = (name: string, to: string): BucketFacts => ({ ...goodFacts, bucket: name, replication: copiedTo(to) });
  const buckets = [bucket('plans', 'copies'), bucket('copies', 'elsewhere')];
  const look = async (...names: readonly string[]) => {
    const { guard } = testGuard({ buckets });
    await using reader = await guard.openReader();
    const checks = allChecks.filter(({ id }) => id === 'bucket-replication-other-account');
    const deps = { settings: guard.settings, clock: guard.clock, abilities: openAbilities(), endpoint: null, reader };
    const audit = await auditBuckets({ checks, buckets: names, regions: [], sample: 0 }, deps);
    // What cannot be said since others were left out is told, and is no finding in place of one that was.
    const run = runOf({ audit, known: new Set() });
    const isTold = audit.buckets.every(({ observations: [first] }) => first?.verdict !== 'unknown');
    assert.deepEqual(
      [run.checks?.length, run.observations.some(({ verdict }) => verdict === 'unknown')],
      [isTold ? 1 : 0, false],
    );
    return Object.fromEntries(audit.buckets.map(({ facts, observations }) => [facts.bucket, observations[0]?.verdict]));
  };
  assert.deepEqual(await look(), { plans: 'pass', copies: 'fail' });
  assert.deepEqual(await look('plans'), { plans: 'unknown' });
  assert.deepEqual(await look('plans', 'copies'), { plans: 'pass', copies: 'unknown' });
});

test('a bucket at which judging fails is unknown and says why, and all others are judged', async () => {
  const broken = { ...goodFacts, bucket: 'broken', acl: known({ Grants: [null] }) } as unknown as BucketFacts;
  const { guard } = testGuard({ buckets: [broken, goodFacts] });
  await using reader = await guard.openReader();
  const deps = { settings: guard.settings, clock: guard.clock, abilities: openAbilities(), endpoint: null, reader };
  const { buckets } = await auditBuckets({ checks: allChecks, buckets: [], regions: [], sample: 0 }, deps);
  const [first, second] = buckets;
  assert.deepEqual([first?.exposure.verdict, second?.exposure.verdict], ['unknown', 'private']);
  assert.match(first?.exposure.summary ?? '', /could not be judged \(TypeError: /);
  for (const id of ['bucket-public-write', 'bucket-acl-public-grant']) {
    const found = first?.observations.find(({ check }) => check === id);
    assert.equal(found?.verdict, 'unknown', id);
    assert.match(JSON.stringify(found.evidence), /could not be judged/, id);
  }
});
