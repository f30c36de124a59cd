import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { goodAccount, goodFacts } from '../checks/test-subject.ts';
import { known } from '../facts/fact.ts';
import { testWriter } from '../fixes/test-writer.ts';
import { handle } from './handle.ts';
import { sweep } from './sweep.ts';
import { testGuard } from './test-guard.ts';

const MINUTE = 60_000;
const NOW_QUEUE = 'arn:aws:sqs:us-east-1:123456789012:now';
const text = readFileSync(join(import.meta.dirname, '../../../test/vectors/cloudtrail/create-bucket.json'), 'utf8');

/** A new bucket without flags, whose event is of this minute. */
function newBucket(graceMinutes: number) {
  const writer = testWriter();
  const made = testGuard({
    account: { ...goodAccount, publicAccessBlock: known(null) },
    buckets: [{ ...goodFacts, bucket: 'press-kit', region: known('us-east-1'), publicAccessBlock: known(null) }],
    config: { graceMinutes, region: 'us-east-1' },
    openWriter: async () => writer,
  });
  const event = JSON.parse(text) as { detail: { eventTime: string } };
  event.detail.eventTime = new Date(made.guard.clock()).toISOString();
  const body = JSON.stringify(event);
  const from = async (eventSourceARN: string): Promise<number> => {
    const answer = await handle({ Records: [{ messageId: '1', body, eventSourceARN }] }, made.guard);
    return answer.batchItemFailures.length;
  };
  return {
    ...made,
    writer,
    body,
    later: made.later,
    now: () => from(NOW_QUEUE),
    again: () => from(made.guard.config.graceQueue),
  };
}

test('a grace time that is longer than the queue delays is waited for in steps, and then the bucket is mended', async () => {
  const { delayed, later, again, writer, body } = newBucket(60);
  later(15 * MINUTE);
  assert.equal(await again(), 0);
  later(44 * MINUTE + 30_000);
  assert.equal(await again(), 0);
  assert.deepEqual(delayed, [
    { body, seconds: 900 },
    { body, seconds: 30 },
  ]);
  assert.deepEqual(writer.writes, []);
  later(30_000);
  assert.equal(await again(), 0);
  assert.equal(writer.writes.length, 1);
  assert.equal(delayed.length, 2);
});

test('a grace time that the queue delays by itself is not waited for once more', async () => {
  const { delayed, later, again, writer } = newBucket(15);
  later(14 * MINUTE);
  await again();
  assert.equal(writer.writes.length, 1);
  assert.deepEqual(delayed, []);
});

test('the daily look leaves a bucket alone whose grace time is not over', async () => {
  const { guard, later, now, writer } = newBucket(120);
  await now();
  await sweep(guard);
  assert.deepEqual(writer.writes, []);
  later(121 * MINUTE);
  await sweep(guard);
  assert.equal(writer.writes.length, 1);
});

test('an event that is said to be of next year does not wait for ever', async () => {
  const { later, again, writer, delayed } = newBucket(60);
  later(-365 * 24 * 60 * MINUTE);
  await again();
  assert.deepEqual(delayed, []);
  assert.equal(writer.writes.length, 1);
});
