/** A workspace that looks at its own buckets, at stores of nothing but answers. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lyingS3, type LyingS3 } from '../support/s3/lying-s3.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { startOwnStoresLoop } from '../../src/compose/bucket-guard/own-stores.ts';
import { testFindings } from '../../src/findings/test-findings.ts';
import { openAwsReader } from '../../src/buckets/facts/aws/reader.ts';
import { openAwsWriter } from '../../src/buckets/fixes/aws/writer.ts';
import { guardOwnBuckets, ownChecks, type OwnBucket } from '../../src/buckets/own-buckets.ts';
import { bucketsSettings } from '../../src/buckets/settings.ts';
import { openStateFiles } from '../../src/buckets/state/state-files.ts';

const settings = settingsOf(bucketsSettings, { bucketsRetryBaseMs: 1, bucketsRetryMaxMs: 2, bucketsAttempts: 2 });
const ROOT = join(import.meta.dirname, '../..');

function ownOf(bucket: string, { endpoint }: Pick<LyingS3, 'endpoint'>): OwnBucket {
  const place = { endpoint, region: 'us-east-1', awsEndpoint: null, role: null };
  const openReader = () => openAwsReader(place, settings);
  return { bucket, endpoint, openReader, openWriter: () => openAwsWriter(place, settings) };
}

async function seenOf(buckets: readonly OwnBucket[]) {
  const { findings, now: clock } = testFindings();
  const files = openStateFiles(join(ROOT, 'nothing-is-kept-here'));
  const seen = await guardOwnBuckets({ buckets, findings, files, settings, clock });
  const { findings: open } = await findings.list({ states: ['open'] }, { limit: 100 });
  return { seen, open: open.map(({ check, verdict }) => `${check} ${verdict}`) };
}

test('settings that may not be read are told, and are no reason to look again soon', async () => {
  await using store = await lyingS3({
    buckets: 0,
    refuse: ({ question }) => (question === 'policy' ? [403, 'AccessDenied'] : undefined),
  });
  const { seen, open } = await seenOf([ownOf('team', store)]);
  assert.deepEqual(seen.unread, ['team']);
  assert.deepEqual(seen.failed, []);
  assert.ok(open.includes('bucket-public-read unknown'), open.join());
});

test('a bucket that cannot be looked at hides no other, and is to be looked at again soon', async () => {
  await using store = await lyingS3({
    buckets: 0,
    refuse: ({ bucket, question }) =>
      bucket === 'gone'
        ? [404, 'NoSuchBucket']
        : bucket === 'away' && question === 'acl'
          ? [500, 'InternalError']
          : undefined,
  });
  const broken: OwnBucket = {
    ...ownOf('broken', store),
    openReader: () => Promise.reject(new Error('no credentials')),
  };
  const others = ['gone', 'away', 'team'].map((bucket) => ownOf(bucket, store));
  const { seen } = await seenOf([broken, ...others]);
  assert.deepEqual(
    seen.failed.map(({ bucket }) => bucket),
    ['broken', 'gone', 'away'],
  );
  assert.deepEqual(seen.unread, ['away']);
  // The one after them was looked at, and has no flags on.
  assert.ok(seen.loose.includes('team'));
});

/** IAM’s names of what reads a part, where the part’s name does not say it. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  exposure: [
    ...['s3:GetBucketAcl', 's3:GetBucketPolicy', 's3:GetBucketPolicyStatus', 's3:GetBucketPublicAccessBlock'],
    ...[
      's3:GetBucketOwnershipControls',
      's3:GetAccountPublicAccessBlock',
      's3:GetBucketLocation',
      's3:GetBucketTagging',
    ],
  ],
  accessPoints: [
    ...['s3:ListAccessPoints', 's3:GetAccessPoint', 's3:GetAccessPointPolicy'],
    ...['s3:ListMultiRegionAccessPoints', 's3:GetMultiRegionAccessPointPolicy'],
  ],
  acl: ['s3:GetBucketAcl'],
  policy: ['s3:GetBucketPolicy'],
  publicAccessBlock: ['s3:GetBucketPublicAccessBlock', 's3:GetAccountPublicAccessBlock'],
  ownership: ['s3:GetBucketOwnershipControls'],
  encryption: ['s3:GetEncryptionConfiguration'],
  lifecycle: ['s3:GetLifecycleConfiguration'],
  logging: ['s3:GetBucketLogging'],
  replication: ['s3:GetReplicationConfiguration'],
  website: ['s3:GetBucketWebsite'],
  // Taken out of the others, and of objects none is looked at.
  references: [],
  objects: [],
};

test('the role of a deployed workspace, and the rights that the docs name, leave nothing of its own buckets unread', () => {
  const needed = new Set(
    ownChecks.flatMap(({ reads }) => reads.map((read) => RIGHTS[read] ?? [`no right: ${read}`])).flat(),
  );
  for (const page of ['deploy/aws/workspace.yaml', 'docs/buckets.md']) {
    const named = new Set(readFileSync(join(ROOT, page), 'utf8').match(/s3:\w+/g));
    assert.deepEqual([...needed.difference(named)], [], page);
  }
});

test('a look that got no answer is made again soon, and not the next day', async () => {
  const again = Promise.withResolvers<void>();
  await using store = await lyingS3({
    buckets: 0,
    refuse({ question, before }) {
      if (question !== 'policy') return undefined;
      if (before > 0) again.resolve();
      return before === 0 ? [500, 'InternalError'] : undefined;
    },
  });
  const { findings, records } = testFindings();
  const impatient = {
    ...settingsOf(bucketsSettings, { bucketsAttempts: 1 }),
    ...{ ownBucketsEveryMs: 86_400_000, ownBucketsAgainMs: 10 },
  };
  const dataFolder = join(ROOT, 'nothing-is-kept-here');
  const place = { bucket: 'team', prefix: '', endpoint: store.endpoint, region: 'us-east-1' };
  const objects = { kind: 's3', ...place, vendor: null, pathStyle: null, encryption: null, kmsKeyId: null } as const;
  const told: string[] = [];
  {
    await using _loop = startOwnStoresLoop({
      config: { objects, backup: { kind: 'folder', folder: dataFolder }, dataFolder },
      notifications: { tellSeldom: async (kind: string) => void told.push(kind), isOver: async () => {} },
      ...{ settings: impatient, records, findings, clock: Date.now, log: silentLog, holder: 'a' },
    });
    await again.promise;
  }
  assert.ok(told.includes('own_bucket_unread'), told.join());
});
