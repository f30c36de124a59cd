import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { lyingS3 } from '../../../test/support/lying-s3.ts';
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { bucketsSettings } from '../../buckets/settings.ts';
import { testFindings } from '../../findings/test-findings.ts';
import { startOwnStoresLoop } from './own-stores.ts';

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
  const settings = {
    ...settingsOf(bucketsSettings, { bucketsAttempts: 1 }),
    ...{ ownBucketsEveryMs: 86_400_000, ownBucketsAgainMs: 10 },
  };
  const dataFolder = join(import.meta.dirname, 'nothing-is-kept-here');
  const place = { bucket: 'team', prefix: '', endpoint: store.endpoint, region: 'us-east-1' };
  const objects = { kind: 's3', ...place, vendor: null, pathStyle: null, encryption: null, kmsKeyId: null } as const;
  const told: string[] = [];
  {
    await using _loop = startOwnStoresLoop({
      config: { objects, backup: { kind: 'folder', folder: dataFolder }, dataFolder },
      notifications: { tellSeldom: async (kind: string) => void told.push(kind), isOver: async () => {} },
      ...{ settings, records, findings, clock: Date.now, log: silentLog, holder: 'a' },
    });
    await again.promise;
  }
  assert.ok(told.includes('own_bucket_unread'), told.join());
});
