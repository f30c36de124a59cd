import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { settingsOf } from '../../../base/settings.ts';
import { lyingS3 } from '../../../../test/support/lying-s3.ts';
import { bucketsSettings } from '../../settings.ts';
import { openAwsWriter } from './writer.ts';

test('flags of an account that its organisation prescribes cannot be changed there, and the refusal says so', async () => {
  await using store = await lyingS3({ buckets: 0, refuse: () => [403, 'AccessDenied'] });
  const place = { endpoint: null, region: 'us-east-1', awsEndpoint: store.endpoint, role: null };
  await using writer = await openAwsWriter(place, settingsOf(bucketsSettings, {}));
  const flags = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  await assert.rejects(
    writer.write({ kind: 'account', accountId: '123456789012' }, flags),
    (error: Error) => hasCode(error, 'bucket_change_failed') && /S3 policy of the organisation/.test(error.message),
  );
  const bucket = { kind: 'bucket', bucket: 'photos', region: null, setting: 'publicAccessBlock' } as const;
  await assert.rejects(writer.write(bucket, flags), (error: Error) => !/organisation/.test(error.message));
});
