import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { settingsOf } from '../../../base/settings.ts';
import { lyingS3, type LyingS3, type LyingS3Call } from '../../../../test/support/s3/lying-s3.ts';
import { auditBuckets } from '../../auditing/audit.ts';
import { runOf } from '../../auditing/record.ts';
import { allChecks } from '../../checks/registry.ts';
import { bucketsSettings, type BucketsSettings } from '../../settings.ts';
import { openAbilities } from '../abilities.ts';
import { openAwsReader } from './reader.ts';

const fast: Partial<BucketsSettings> = { bucketsRetryBaseMs: 1, bucketsRetryMaxMs: 2, bucketsAttempts: 4 };

function readerOf({ endpoint }: LyingS3, values: Partial<BucketsSettings> = {}) {
  const settings = settingsOf(bucketsSettings, { ...fast, ...values });
  return openAwsReader({ endpoint, region: 'us-east-1', awsEndpoint: null, role: null }, settings);
}

async function auditOf(store: LyingS3, values: Partial<BucketsSettings> = {}) {
  await using reader = await readerOf(store, values);
  const settings = settingsOf(bucketsSettings, { ...fast, ...values });
  const request = { checks: allChecks, buckets: [], regions: [], sample: 0 };
  const abilities = openAbilities();
  return await auditBuckets(request, { reader, abilities, endpoint: store.endpoint, settings, clock: () => 0 });
}

test('list() names all of 10,001 buckets, page by page', async () => {
  await using store = await lyingS3({ buckets: 10_001 });
  await using reader = await readerOf(store);
  const names = new Set<string>();
  for await (const { name, region } of reader.list()) {
    assert.equal(region, 'eu-central-1');
    names.add(name);
  }
  assert.equal(names.size, 10_001);
  assert.equal(store.calls.length, 11);
});

test('list() ends where a store answers with the same page for ever, and where there are more than may be', async () => {
  await using store = await lyingS3({ buckets: 3, forgetsToken: true });
  await using reader = await readerOf(store);
  const names: string[] = [];
  for await (const { name } of reader.list()) names.push(name);
  assert.deepEqual(names, ['bucket-0', 'bucket-1', 'bucket-2']);

  await using many = await lyingS3({ buckets: 50 });
  await using limited = await readerOf(many, { bucketsListed: 20, bucketsPageSize: 10 });
  await assert.rejects(
    async () => {
      for await (const _ of limited.list());
    },
    (error) => hasCode(error, 'buckets_unlisted'),
  );
});

test('list() that is refused says so', async () => {
  await using store = await lyingS3({ buckets: 1, refuse: () => [403, 'AccessDenied'] });
  await using reader = await readerOf(store);
  await assert.rejects(reader.list()[Symbol.asyncIterator]().next(), (error) => hasCode(error, 'buckets_unlisted'));
});

const PAGE = '<html><head><title>Log in</title></head><body><p>Welcome</p></body></html>';

test('a page in the place of the store is no account without buckets', async () => {
  await using store = await lyingS3({ buckets: 3, answer: () => PAGE });
  await using reader = await readerOf(store);
  await assert.rejects(reader.list()[Symbol.asyncIterator]().next(), (error) => hasCode(error, 'buckets_unlisted'));
});

test('a page in the place of the settings leaves them unread, and no bucket private', async () => {
  await using store = await lyingS3({ buckets: 2, answer: ({ bucket }) => (bucket === '' ? undefined : PAGE) });
  const audit = await auditOf(store);
  assert.equal(audit.buckets.length, 2);
  for (const { facts, observations, exposure } of audit.buckets) {
    assert.deepEqual(facts.acl, { known: false, reason: 'failed', detail: 'AnswerNotS3, 200' });
    assert.equal(exposure.verdict, 'unknown');
    const passed = observations.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
    assert.deepEqual(passed, ['bucket-name-dots']);
  }
});

test('access denied half-way makes the rest unknown, and nothing of it safe', async () => {
  await using store = await lyingS3({
    buckets: 6,
    refuse: ({ bucket }) => (Number(bucket.split('-')[1]) >= 3 ? [403, 'AccessDenied'] : undefined),
  });
  const audit = await auditOf(store);
  assert.equal(audit.buckets.length, 6);
  for (const { facts, observations, exposure } of audit.buckets) {
    const isDenied = Number(facts.bucket.split('-')[1]) >= 3;
    assert.equal(facts.policy.known, !isDenied);
    if (!isDenied) continue;
    assert.equal(exposure.verdict, 'unknown', facts.bucket);
    const passed = observations.filter(({ verdict }) => verdict === 'pass').map(({ check }) => check);
    assert.deepEqual(passed, ['bucket-name-dots']);
  }
});

test('a bucket that is deleted while it is looked at is gone, and no failure', async () => {
  await using store = await lyingS3({
    buckets: 3,
    refuse: ({ bucket }) => (bucket === 'bucket-1' ? [404, 'NoSuchBucket'] : undefined),
  });
  const audit = await auditOf(store);
  assert.deepEqual(audit.gone, ['bucket-1']);
  assert.deepEqual(audit.buckets.map(({ facts }) => facts.bucket).toSorted(), ['bucket-0', 'bucket-2']);
});

test('a store that asks to slow down is asked again later, with fewer requests at once', async () => {
  await using store = await lyingS3({
    buckets: 4,
    refuse: ({ bucket, before }) => (bucket !== '' && before < 2 ? [503, 'SlowDown'] : undefined),
  });
  await using reader = await readerOf(store, { bucketsRequests: 8 });
  const reading = await reader.read({ name: 'bucket-0', region: null }, 'versioning');
  assert.deepEqual(reading.fact, { known: true, value: {} });
  assert.equal(reader.pace.slowed, 2);
  assert.equal(reader.pace.sent, 3);
});

test('a store that asks to slow down for ever leaves a setting unread', async () => {
  await using store = await lyingS3({
    buckets: 1,
    refuse: ({ bucket }) => (bucket === '' ? undefined : [503, 'SlowDown']),
  });
  await using reader = await readerOf(store);
  const { fact } = await reader.read({ name: 'bucket-0', region: null }, 'policy');
  assert.deepEqual(fact, { known: false, reason: 'throttled', detail: 'SlowDown, 503' });
});

test('a call that a store does not know is made once, and does not apply to any bucket', async () => {
  await using store = await lyingS3({
    buckets: 40,
    refuse: ({ question }) => (question === 'publicAccessBlock' ? [501, 'NotImplemented'] : undefined),
  });
  const audit = await auditOf(store, { bucketsAtOnce: 1 });
  assert.equal(audit.abilities.publicAccessBlock, 'not_implemented');
  assert.equal(store.calls.filter(({ question }) => question === 'publicAccessBlock').length, 1);
  const judged = audit.buckets.flatMap(({ observations }) => observations);
  const block = judged.filter(({ check }) => check === 'bucket-block-public-access');
  assert.equal(block.length, 40);
  assert.ok(block.every(({ verdict }) => verdict === 'not_applicable'));
});

/** An audit of who gets in, at a store that stands in for AWS. */
async function awsAuditOf(store: LyingS3, buckets: readonly string[] = []) {
  const settings = settingsOf(bucketsSettings, { ...fast, bucketsAtOnce: 1 });
  const place = { endpoint: null, region: 'us-east-1', awsEndpoint: store.endpoint, role: null };
  await using reader = await openAwsReader(place, settings);
  const checks = allChecks.filter(({ id }) => id === 'bucket-public-read');
  const request = { checks, buckets, regions: [], sample: 0 };
  return await auditBuckets(request, {
    reader,
    abilities: openAbilities(),
    endpoint: null,
    settings,
    clock: () => 0,
  });
}

test('a 405 of AWS is no word that there is no policy, and the next bucket is asked all the same', async () => {
  await using store = await lyingS3({
    buckets: 2,
    refuse: ({ bucket, question }) =>
      bucket === 'bucket-0' && question === 'policy' ? [405, 'MethodNotAllowed'] : undefined,
  });
  const { buckets, abilities } = await awsAuditOf(store);
  const [first, second] = buckets.toSorted((one, other) => (one.facts.bucket < other.facts.bucket ? -1 : 1));
  assert.deepEqual(first?.facts.policy, { known: false, reason: 'denied', detail: 'MethodNotAllowed, 405' });
  assert.equal(first.exposure.verdict, 'unknown');
  assert.deepEqual(second?.facts.policy, { known: true, value: null });
  assert.equal(abilities.policy, 'supported');
});

test('a bucket of another account is not judged by the flags of this one', async () => {
  const account = '123456789012';
  await using store = await lyingS3({
    buckets: 0,
    account,
    refuse: ({ bucket, expectedOwner }) =>
      bucket === 'theirs' && expectedOwner === account ? [403, 'AccessDenied'] : undefined,
  });
  const { buckets } = await awsAuditOf(store, ['ours', 'theirs']);
  const policies = new Map(buckets.map(({ facts }) => [facts.bucket, facts.policy]));
  assert.deepEqual(policies.get('ours'), { known: true, value: null });
  assert.deepEqual(policies.get('theirs'), { known: false, reason: 'denied', detail: 'AccessDenied, 403' });
  const theirs = buckets.find(({ facts }) => facts.bucket === 'theirs');
  assert.equal(theirs?.exposure.verdict, 'unknown');
});

test('a policy that is malformed or larger than 20 KiB is never private', async () => {
  for (const policy of ['{"Statement":', JSON.stringify({ Statement: [], Id: 'x'.repeat(21_000) }), '"text"', '[]']) {
    await using store = await lyingS3({ buckets: 1, bodies: { policy } });
    const audit = await auditOf(store);
    const [bucket] = audit.buckets;
    assert.equal(bucket?.facts.policy.known && bucket.facts.policy.value, policy);
    assert.notEqual(bucket?.exposure.verdict, 'private', policy.slice(0, 20));
    const readable = bucket?.observations.find(({ check }) => check === 'bucket-policy-readable');
    assert.equal(readable?.verdict, 'fail', policy.slice(0, 20));
  }
});

test('an account that does not say which one it is is told as such, and its partition is that of its Region', async () => {
  const refuse = ({ bucket, method }: LyingS3Call) =>
    bucket === '' && method === 'POST' ? ([403, 'ExpiredToken'] as const) : undefined;
  await using store = await lyingS3({ buckets: 1, refuse });
  const settings = settingsOf(bucketsSettings, fast);
  const partitions: string[] = [];
  for (const region of ['eu-central-1', 'cn-north-1', 'us-gov-west-1', 'us-isob-east-1']) {
    const place = { endpoint: null, region, awsEndpoint: store.endpoint, role: null };
    await using reader = await openAwsReader(place, settings);
    partitions.push((await reader.account()).partition);
    if (region !== 'eu-central-1') continue;
    const request = { checks: allChecks, buckets: [], regions: [], sample: 0 };
    const deps = { reader, abilities: openAbilities(), endpoint: null, settings, clock: () => 0 };
    const audit = await auditBuckets(request, deps);
    const { accountObservations } = audit;
    const { observations } = runOf({ audit, known: new Set() });
    assert.deepEqual(new Set(observations.map(({ resource }) => resource.type)), new Set(['bucket']));
    const ofAccount = allChecks.filter(({ subject }) => subject === 'account').map(({ id }) => id);
    assert.deepEqual(accountObservations.map(({ check }) => check).toSorted(), ofAccount.toSorted());
    for (const { check, verdict, resource } of accountObservations) {
      assert.equal(resource.name, 'unknown account');
      if (['account-block-public-access', 'account-service-names'].includes(check)) assert.equal(verdict, 'unknown');
    }
  }
  assert.deepEqual(partitions, ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b']);
});
