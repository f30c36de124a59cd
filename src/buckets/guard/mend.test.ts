import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketErrors } from '../errors.ts';
import type { Change } from '../fixes/change.ts';
import { allFlags } from '../fixes/fixers.ts';
import { refusedBy, testWriter } from '../fixes/test-writer.ts';
import { mend } from './mend.ts';
import { testGuard } from './test-guard.ts';

const COOLDOWN_MS = 600_000;

const changeOf = (bucket: string): Change => ({
  target: { kind: 'bucket', bucket, region: null, setting: 'publicAccessBlock' },
  before: null,
  after: allFlags,
});

test('a change that was never made is tried on, and nobody says that something undid it', async () => {
  const failures = [
    {
      openWriter: async () =>
        testWriter(() => {
          throw refusedBy('AccessDenied');
        }),
      code: 'guard_change_failed',
    },
    {
      openWriter: async () => {
        throw bucketErrors('buckets_role_refused');
      },
      code: 'buckets_role_refused',
    },
  ];
  for (const { openWriter, code } of failures) {
    const { guard, later } = testGuard({ openWriter });
    for (let time = 0; time < 6; time += 1) {
      await assert.rejects(mend([changeOf('plans')], guard), { code });
      later(2 * COOLDOWN_MS);
    }
  }
});

test('what waits for the next hour is mended then, however often it was tried', async () => {
  const { guard, later } = testGuard({ settings: { guardMendsAnHour: 1 } });
  assert.notEqual(await mend([changeOf('first')], guard), null);
  for (let time = 0; time < 4; time += 1) {
    await assert.rejects(mend([changeOf('second')], guard), { code: 'guard_resting' });
    later(COOLDOWN_MS + 1);
  }
  later(3_600_000);
  assert.notEqual(await mend([changeOf('second')], guard), null);
});
