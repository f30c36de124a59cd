/** A workspace that looks at its own buckets, on moto. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeletePublicAccessBlockCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { bucketsSettings } from '../../src/buckets/settings.ts';
import { startOwnStoresGuard } from '../../src/compose/bucket-guard/own-stores-later.ts';
import { guardOwnStores, ownBuckets } from '../../src/compose/bucket-guard/own-stores.ts';
import type { ObjectsPlace } from '../../src/config/index.ts';
import { ada, testFindings } from '../../src/findings/test-findings.ts';
import { motoEndpoint, pointSdkAt, withoutMoto } from '../support/aws/moto.ts';

const skip = withoutMoto;
const Bucket = `own-${newId().slice(-12)}`;
const endpoint = motoEndpoint ?? 'http://127.0.0.1:1';
const s3 = new S3Client({
  ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const place: Extract<ObjectsPlace, { kind: 's3' }> = {
  kind: 's3',
  ...{ bucket: Bucket, prefix: '', endpoint, region: 'us-east-1' },
  ...{ vendor: null, pathStyle: null, encryption: null, kmsKeyId: null },
};
const flags = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

async function close(): Promise<void> {
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: flags }));
}

async function loosen(): Promise<void> {
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }];
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
}

let dataFolder = '';
before(async () => {
  pointSdkAt(endpoint);
  dataFolder = await mkdtemp(join(tmpdir(), 'holdfast-own-'));
  if (!skip) await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced' }));
});
after(async () => {
  await rm(dataFolder, { recursive: true, force: true });
  if (!skip) await s3.send(new DeleteBucketCommand({ Bucket }));
  s3.destroy();
});

function guarded(mend: 0 | 1) {
  const { findings, records, now } = testFindings();
  const told: string[] = [];
  const news = Promise.withResolvers<void>();
  const notifications = {
    tellSeldom: async (state: string) => void told.push(state),
    async isOver() {
      news.resolve();
    },
  };
  const settings = settingsOf(bucketsSettings, { ownBucketsMend: mend, ownBucketsFirstMs: 0 });
  const folder = { kind: 'folder', folder: dataFolder } as const;
  const config = { objects: place, backup: folder, dataFolder };
  return {
    parts: { config, settings, records, findings, notifications, clock: now, log: silentLog, holder: 'a' },
    told,
    news,
  };
}

test('a bucket of the workspace that is loosened is a finding and a notice', { skip }, async () => {
  const { parts, told } = guarded(0);
  const buckets = ownBuckets(parts);
  await close();
  await guardOwnStores(parts, buckets);
  assert.deepEqual(told, []);

  await loosen();
  await guardOwnStores(parts, buckets);
  assert.deepEqual(told, ['own_bucket_loose']);
  const { findings } = await parts.findings.list({ states: ['open'] }, { limit: 10 });
  assert.equal(findings[0]?.check, 'bucket-public-read');
  assert.equal(findings[0]?.resource.name, Bucket);
});

test('where that is wanted it is mended at once, with a receipt, and told', { skip }, async () => {
  const { parts, told } = guarded(1);
  await loosen();
  await guardOwnStores(parts, ownBuckets(parts));
  assert.deepEqual(told, ['own_bucket_mended']);
  await assert.rejects(s3.send(new GetBucketPolicyCommand({ Bucket })), { name: 'NoSuchBucketPolicy' });
  const receipts = join(dataFolder, 'guard/buckets/receipts');
  const [receipt = ''] = readdirSync(receipts);
  assert.equal(statSync(join(receipts, receipt)).mode & 0o777, 0o600);
  const { findings } = await parts.findings.list({ states: ['open'] }, { limit: 10 });
  assert.deepEqual(findings, []);
});

test('what somebody accepted is neither mended nor told again', { skip }, async () => {
  const { parts, told } = guarded(0);
  await loosen();
  await guardOwnStores(parts, ownBuckets(parts));
  const { findings } = await parts.findings.list({ states: ['open'] }, { limit: 10 });
  const reason = { reason: 'The public web site', untilMs: null };
  await parts.findings.acceptEach(
    ada,
    findings.map(({ findingId }) => findingId),
    reason,
  );
  told.length = 0;
  const mending = { ...parts, settings: { ...parts.settings, ownBucketsMend: 1 } };
  await guardOwnStores(mending, ownBuckets(mending));
  assert.deepEqual(told, []);
  await s3.send(new GetBucketPolicyCommand({ Bucket }));
  const { findings: accepted } = await parts.findings.list({ states: ['accepted'] }, { limit: 10 });
  assert.equal(accepted.length, findings.length);
});

test('a server looks by itself after its start, and disposing it waits for that', { skip }, async () => {
  const { parts, news } = guarded(0);
  await using _guard = startOwnStoresGuard(parts);
  await news.promise;
  const { runs } = await parts.findings.runs({ limit: 5 });
  assert.deepEqual(
    runs.map(({ scope, source }) => [source, scope]),
    [['buckets', `own ${Bucket}`]],
  );
});

test('a workspace whose stores are folders loads nothing', async () => {
  const { parts } = guarded(0);
  const folder = { kind: 'folder', folder: dataFolder } as const;
  assert.deepEqual(ownBuckets({ ...parts, config: { ...parts.config, objects: folder } }), []);
});
