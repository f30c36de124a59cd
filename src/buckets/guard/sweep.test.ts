import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCOUNT, goodAccount, goodFacts } from '../checks/test-subject.ts';
import { bucketErrors } from '../errors.ts';
import { known, unread } from '../facts/fact.ts';
import { keyOf, refusedBy, testWriter } from '../fixes/test-writer.ts';
import { afterGrace } from './act.ts';
import type { GuardEvent } from './event.ts';
import { lookAt } from './look.ts';
import { sweep } from './sweep.ts';
import { sweepState } from './swept.ts';
import { testGuard } from './test-guard.ts';

const terraform: GuardEvent = {
  ...{
    eventId: '1',
    call: 'CreateBucket',
    isCreation: true,
    isDeletion: false,
    subject: { kind: 'bucket', name: 'plans' },
  },
  ...{ time: '2026-11-28T00:00:00Z', caller: null, role: null, address: null, byInfrastructureCode: true },
};

const noFlags = known(null);
const loose = { ...goodFacts, publicAccessBlock: noFlags };
const openAccount = { ...goodAccount, publicAccessBlock: noFlags };

test('buckets are looked at also when the account cannot be closed, and both are told', async () => {
  const own = keyOf({ kind: 'account', accountId: ACCOUNT });
  const writer = testWriter((key) => {
    if (key === own) throw refusedBy('AccessDenied');
  });
  const { guard, mails } = testGuard({
    config: { blocksAccount: true },
    account: openAccount,
    buckets: [loose],
    openWriter: async () => writer,
  });
  await assert.rejects(sweep(guard), { code: 'guard_bucket_unread', message: /AccessDenied/ });
  await guard.alerts.flush();
  assert.equal(writer.writes.length, 1);
  assert.match(mails[0]?.message ?? '', /account 123456789012: .*Left as it is: .*AccessDenied.*plans: it was mended/s);
});

test('that nobody can say how the account stands does not end the look at its buckets', async () => {
  const account = { ...goodAccount, publicAccessBlock: unread('denied', 'AccessDenied') };
  const { guard, mails } = testGuard({ account, buckets: [loose] });
  await assert.rejects(sweep(guard), { code: 'guard_bucket_unread' });
  await guard.alerts.flush();
  assert.match(mails[0]?.message ?? '', /plans: nobody can say whether it is safe/);
});

test('what a program keeps is left to it by the look at all as well, until somebody else changes it', async () => {
  const writer = testWriter();
  const { guard } = testGuard({ account: openAccount, buckets: [loose], openWriter: async () => writer });
  const reader = await guard.openReader();
  const hear = async (event: GuardEvent) =>
    await afterGrace('plans', await lookAt('plans', reader, guard), event, reader, guard);
  await hear(terraform);
  await sweep(guard);
  await sweep(guard);
  assert.deepEqual(writer.writes, []);
  await hear({
    ...terraform,
    eventId: '2',
    call: 'DeleteBucketPublicAccessBlock',
    isCreation: false,
    byInfrastructureCode: false,
  });
  assert.equal(writer.writes.length, 1);
});

test('what people were told before is no more of a mail, and does not hide what is new', async () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ ...loose, bucket: `plans-${index}` }));
  const { guard, mails } = testGuard({ account: openAccount, buckets: many, config: { mode: 'report' } });
  await sweep(guard);
  await guard.alerts.flush();
  assert.match(mails.map(({ message }) => message).join(), /And 20 more alerts/);
  await sweep(guard);
  await guard.alerts.flush();
  const told = mails.map(({ message }) => message).join('\n');
  assert.equal(new Set(told.match(/^plans-\d+:/gm)).size, 60, 'the next look tells the rest');
});

test('a bucket that no role may mend is told of by its name', async () => {
  const openWriter = async () => {
    throw bucketErrors('buckets_role_refused', { detail: 'AccessDenied' });
  };
  const { guard, mails } = testGuard({ account: openAccount, buckets: [loose], openWriter });
  assert.equal(await sweepState(guard), null);
  await assert.rejects(sweep(guard), { code: 'guard_bucket_unread' });
  await guard.alerts.flush();
  assert.match(mails[0]?.message ?? '', /^plans: .*Left as it is: /s);
  assert.deepEqual(
    await sweepState(guard),
    { atMs: guard.clock(), buckets: 1, failed: 1 },
    'which the doctor asks for',
  );
});
