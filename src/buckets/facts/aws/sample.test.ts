import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../../base/settings.ts';
import { webSiteBucket } from '../../../../test/support/s3/web-site-bucket.ts';
import { bucketsSettings } from '../../settings.ts';
import { openAwsReader } from './reader.ts';

test('the first bytes of web pages are read as those of any other object', async () => {
  const names = ['a.html', 'b.html', 'c.html', 'd.txt'];
  await using site = await webSiteBucket(names);
  const settings = settingsOf(bucketsSettings, { bucketsRequests: 2, bucketsAttempts: 1 });
  const place = { endpoint: site.endpoint, region: 'us-east-1', awsEndpoint: null, role: null };
  await using reader = await openAwsReader(place, settings);
  const sampled = await reader.sample({ name: 'site', region: 'us-east-1' }, { most: 10, headBytes: 64 }, undefined);
  assert.ok(sampled.known);
  assert.deepEqual(
    sampled.value.map(({ key, head }) => [key, head.known ? head.value : head]),
    names.map((name) => [name, `of ${name}`]),
  );
});
