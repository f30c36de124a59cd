/** The verbs of buckets as somebody calls them, at stores of nothing but answers. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { settingsOf } from '../../src/base/settings.ts';
import { openAwsReader } from '../../src/buckets/facts/aws/reader.ts';
import { openAwsWriter } from '../../src/buckets/fixes/aws/writer.ts';
import { guardOwnBuckets, type OwnBucket } from '../../src/buckets/own-buckets.ts';
import { bucketsSettings } from '../../src/buckets/settings.ts';
import { testFindings } from '../../src/findings/test-findings.ts';
import { openAbilities } from '../../src/buckets/facts/abilities.ts';
import { openStateFiles } from '../../src/buckets/state/state-files.ts';
import { cliPerson, type CliPerson } from '../support/clients/cli-person.ts';
import { lyingS3, type LyingS3, type LyingS3Call } from '../support/s3/lying-s3.ts';

const ACCOUNT = '123456789012';
const FLAGS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
const ALL_ON = `<PublicAccessBlockConfiguration>${FLAGS.map((flag) => `<${flag}>true</${flag}>`).join('')}</PublicAccessBlockConfiguration>`;
/** Where S3 keeps what holds for an account. */
const OF_ACCOUNT = 'v20180820';

function verbsAt(person: CliPerson, store: LyingS3) {
  const env = {
    ...{ XDG_STATE_HOME: person.path('state'), AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: store.endpoint },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', HOLDFAST_BUCKETS_RETRY_BASE_MS: '1' },
  };
  const run = (...args: string[]) => person.runWith({ env }, ...args);
  return {
    run,
    async states(check: string) {
      const { stdout, stderr } = await run('findings', 'list', '--local', '--in', 'all', '--check', check, '--json');
      assert.notEqual(stdout, '', stderr);
      return (JSON.parse(stdout) as { findings: { findingId: string; state: string }[] }).findings;
    },
  };
}

/** Flags of one bucket or of the account, which can be set and taken away. */
function flagsAt(where: (call: LyingS3Call) => boolean) {
  let isOn = false;
  return {
    isOn: () => isOn,
    refuse: (call: LyingS3Call) =>
      where(call) && call.method === 'GET' && !isOn
        ? ([404, 'NoSuchPublicAccessBlockConfiguration'] as const)
        : undefined,
    answer(call: LyingS3Call) {
      if (!where(call)) return undefined;
      if (call.method !== 'GET') isOn = call.method === 'PUT';
      return call.method === 'GET' ? ALL_ON : '';
    },
  };
}

test('the table tells what was not looked at, and calls nothing of it right', async () => {
  await using store = await lyingS3({
    buckets: 2,
    account: ACCOUNT,
    refuse: ({ bucket, question }) =>
      bucket === OF_ACCOUNT || (bucket === 'bucket-1' && question === 'policy')
        ? [403, 'AccessDenied']
        : question === 'cors'
          ? [501, 'NotImplemented']
          : question === 'website'
            ? [403, 'AccessDenied']
            : undefined,
  });
  await using person = await cliPerson();
  const { run, states } = verbsAt(person, store);
  const files = openStateFiles(person.path('state', 'holdfast'));
  const ignoring = { ...openAbilities().all(), replication: 'silently_ignored' } as const;
  await files.keepAbilities(`aws ${ACCOUNT}`, ignoring);
  const checks = ['--check', 'bucket-public-write,bucket-website,bucket-cors*,account-block-public-access'];
  const { stdout, stderr } = await run('buckets', 'audit', ...checks);
  const table = stdout.split('\n');
  assert.match(table[1] ?? '', /Worst +Wrong +Not looked at +Why/, stderr);
  assert.match(table[2] ?? '', /could not tell +bucket-1 .* not known +0 +2 /);
  assert.match(table[3] ?? '', /private +bucket-0 .* not known +0 +1 /);
  assert.match(stdout, /^The store does not know: cors$/m);
  assert.match(stdout, /^The store takes and ignores: replication$/m);
  assert.match(stdout, /^These credentials may not read: website$/m);
  assert.match(stdout, /^medium: Whether all four flags are on for the account, not looked at$/m);

  const [ofAccount] = await states('account-block-public-access');
  const accepted = await run('findings', 'accept', ofAccount?.findingId ?? '', '--reason', 'known', '--local');
  assert.equal(accepted.exitCode, 0, accepted.stderr);
  assert.doesNotMatch((await run('buckets', 'audit', ...checks)).stdout, /all four flags/);
});

test('findings follow a fix and its undo, in a bucket', async () => {
  const flags = flagsAt(({ bucket, question }) => bucket === 'bucket-0' && question === 'publicAccessBlock');
  await using store = await lyingS3({ buckets: 1, account: ACCOUNT, ...flags });
  await followed(store, 'bucket-block-public-access');
});

test('findings follow a fix of the account alone and its undo', async () => {
  const flags = flagsAt(({ bucket }) => bucket === OF_ACCOUNT);
  await using store = await lyingS3({ buckets: 1, account: ACCOUNT, ...flags });
  await followed(store, 'account-block-public-access');
});

test('what a workspace mended of its own bucket is brought back by the folder of its receipts', async () => {
  const flags = flagsAt(({ bucket, question }) => bucket === 'team' && question === 'publicAccessBlock');
  await using store = await lyingS3({ buckets: 1, ...flags });
  await using person = await cliPerson();
  const data = person.path('data', 'guard');
  const place = { endpoint: store.endpoint, region: 'us-east-1', awsEndpoint: null, role: null };
  const settings = settingsOf(bucketsSettings, { ownBucketsMend: 1, bucketsRetryBaseMs: 1 });
  const own: OwnBucket = {
    ...{ bucket: 'team', endpoint: store.endpoint },
    openReader: () => openAwsReader(place, settings),
    openWriter: () => openAwsWriter(place, settings),
  };
  const { findings, now: clock } = testFindings();
  const files = openStateFiles(data);
  const { mended } = await guardOwnBuckets({ buckets: [own], findings, files, settings, clock });
  assert.deepEqual(mended, ['team']);
  assert.ok(flags.isOn());

  const [receipt = ''] = await readdir(person.path('data', 'guard', 'buckets', 'receipts'));
  const { run } = verbsAt(person, store);
  const undone = await run('buckets', 'undo', receipt.replace('.json', ''), '--state', data, '--accept-exposure');
  assert.equal(undone.exitCode, 0, undone.stdout + undone.stderr);
  assert.ok(!flags.isOn());
});

async function followed(store: LyingS3, check: string): Promise<void> {
  await using person = await cliPerson();
  const { run, states } = verbsAt(person, store);
  const state = async () => (await states(check)).map((each) => each.state);
  await run('buckets', 'audit', '--check', check);
  assert.deepEqual(await state(), ['open']);
  const fixed = await run('buckets', 'fix', '--check', check, '--apply');
  assert.equal(fixed.exitCode, 0, fixed.stdout + fixed.stderr);
  assert.deepEqual(await state(), ['fixed']);
  const receiptId = /holdfast buckets undo (\S+)/.exec(fixed.stdout)?.[1] ?? '';
  const refused = await run('buckets', 'undo', receiptId);
  assert.equal(refused.exitCode, 3, refused.stdout);
  // Whom it would let in is told by the bucket, also where the flags of the account are brought back.
  assert.match(refused.stderr, /bucket-0 \([^)]*grants to everyone that IgnorePublicAcls hides now/);
  const undone = await run('buckets', 'undo', receiptId, '--accept-exposure');
  assert.equal(undone.exitCode, 0, undone.stdout + undone.stderr);
  assert.match(undone.stdout, /^Brought back 1 setting\.$/m);
  assert.deepEqual(await state(), ['open']);
}
