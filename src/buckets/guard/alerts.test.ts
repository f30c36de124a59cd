import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testGuard } from './test-guard.ts';

test('mails are no larger than Amazon SNS takes, and everything that waits goes out', async () => {
  const { guard, mails } = testGuard();
  // Several invocations that look at the same time how much waits may all add to it.
  const told = Array.from({ length: 90 }, (_, index) => `bucket-${index}: ${'“ü”'.repeat(1000)}`);
  await Promise.all(told.map((text, index) => guard.alerts.tell(`bucket-${index}`, text)));
  await guard.alerts.flush();
  assert.ok(mails.length > 1);
  for (const { message } of mails) assert.ok(Buffer.byteLength(message) <= 256 * 1024);
  const all = mails.map(({ message }) => message).join('\n');
  assert.doesNotMatch(all, /\uFFFD/);
  assert.deepEqual(
    [...all.matchAll(/^bucket-\d+/gm)].map(String),
    told.map((text) => text.split(':')[0]),
  );
});
