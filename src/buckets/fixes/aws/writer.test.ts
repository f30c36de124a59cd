import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { settingsOf } from '../../../base/settings.ts';
import { lyingS3 } from '../../../../test/support/s3/lying-s3.ts';
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

test('a change that has to be tried again is made only upon what was seen, or what is written already', async () => {
  const [seen, shall, theirs] = ['{"a":1}', '{"b":2}', '{"c":3}'];
  const meanwhile: readonly (readonly [string, number | null])[] = [
    [seen, 3],
    [shall, 3],
    [theirs, null],
  ];
  for (const [current, calls] of meanwhile) {
    await using store = await lyingS3({
      buckets: 0,
      refuse: ({ before }) => (before === 0 ? [409, 'OperationAborted'] : undefined),
      answer: ({ before }) => (before === 1 ? current : ''),
    });
    const place = { endpoint: store.endpoint, region: 'us-east-1', awsEndpoint: null, role: null };
    const settings = settingsOf(bucketsSettings, { bucketsRetryBaseMs: 1, bucketsRetryMaxMs: 2 });
    await using writer = await openAwsWriter(place, settings);
    const target = { kind: 'bucket', bucket: 'photos', region: null, setting: 'policy' } as const;
    const written = writer.write(target, shall, { upon: seen });
    if (calls === null) {
      await assert.rejects(
        written,
        (error: Error) => hasCode(error, 'bucket_change_failed') && /changed it meanwhile/.test(error.message),
      );
    } else {
      await written;
    }
    // The refused one, the look, and the one that is made; what others wrote is not written over.
    assert.equal(store.calls.length, calls ?? 2, current);
  }
});
