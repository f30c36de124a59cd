import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lyingS3, type LyingS3 } from '../../test/support/lying-s3.ts';
import { settingsOf } from '../base/settings.ts';
import { testFindings } from '../findings/test-findings.ts';
import { openAwsReader } from './facts/aws/reader.ts';
import { openAwsWriter } from './fixes/aws/writer.ts';
import { guardOwnBuckets, ownChecks, type OwnBucket } from './own-buckets.ts';
import { bucketsSettings } from './settings.ts';
import { openStateFiles } from './state/state-files.ts';

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
  for (const page of ['deploy/aws/workspace.yaml', 'docs/s3.md']) {
    const named = new Set(readFileSync(join(ROOT, page), 'utf8').match(/s3:\w+/g));
    assert.deepEqual([...needed.difference(named)], [], page);
  }
});
