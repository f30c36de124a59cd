import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodFacts } from '../checks/test-subject.ts';
import { known, unread } from '../facts/fact.ts';
import { lookAt } from './look.ts';
import { testGuard } from './test-guard.ts';

test('a bucket with an access point whose policy could not be read is not taken for safe', async () => {
  const policy = unread('throttled', 'SlowDown');
  const point = { name: 'reports', origin: known('Internet' as const), policy, publicAccessBlock: known(null) };
  const { guard } = testGuard({ buckets: [{ ...goodFacts, accessPoints: known([point]) }] });
  const { unread: missing } = await lookAt('plans', await guard.openReader(), guard);
  assert.equal(missing.length, 1);
  assert.match(missing[0] ?? '', /^policy of the access point reports: /);
});
