import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { settingsOf } from '../../../base/settings.ts';
import { lyingS3 } from '../../../../test/support/s3/lying-s3.ts';
import { bucketsSettings } from '../../settings.ts';
import { openWatchedStore } from './watched-store.ts';

/** Lists a bucket of a store that answers so to each question in turn. */
async function listed(...pages: readonly string[]): Promise<string[]> {
  let asked = 0;
  await using store = await lyingS3({
    buckets: 1,
    answer: () => `<ListBucketResult>${pages[(asked += 1) - 1] ?? ''}</ListBucketResult>`,
  });
  const { endpoint } = store;
  const place = { endpoint, region: 'us-east-1', awsEndpoint: null, role: null };
  await using watched = await openWatchedStore(place, settingsOf(bucketsSettings));
  const objects = watched.list({ bucket: 'plans', prefix: '' }, new AbortController().signal);
  return (await Array.fromAsync(objects)).map(({ key }) => key);
}

const page = (key: string, more: string) =>
  `<Contents><Key>${key}</Key><Size>1</Size></Contents><IsTruncated>${more !== ''}</IsTruncated>${more}`;
const token = (text: string) => `<NextContinuationToken>${text}</NextContinuationToken>`;

test('list() that a store cuts off and does not go on with is no list to its end', async () => {
  assert.deepEqual(await listed(page('a', token('1')), page('b', '')), ['a', 'b']);
  for (const pages of [[page('a', '<NextMarker>a</NextMarker>')], [page('a', token('1')), page('a', token('1'))]]) {
    await assert.rejects(listed(...pages), (error) => hasCode(error, 'bucket_objects_unlisted'));
  }
});
