import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodAccount, goodFacts, policyOf } from '../checks/test-subject.ts';
import type { BucketFacts } from '../facts/bucket-facts.ts';
import { known } from '../facts/fact.ts';
import { testWriter } from '../fixes/test-writer.ts';
import { actOn } from './act.ts';
import { testGuard } from './test-guard.ts';

const account = { ...goodAccount, publicAccessBlock: known(null) };

test('a change whose mail had to wait is told when the event comes again, though nothing is left to change', async () => {
  const buckets: BucketFacts[] = [{ ...goodFacts, publicAccessBlock: known(null) }];
  const writer = testWriter();
  const { guard, mails } = testGuard({ account, buckets, openWriter: async () => writer, config: { mode: 'full' } });
  const full = Array.from({ length: 80 }, (_, index) => `other ${index}`);
  await guard.table.append('alerts', full);
  const reader = await guard.openReader();
  await assert.rejects(actOn('plans', 'after-grace', null, reader, guard), { code: 'guard_mail_waits' });
  assert.equal(writer.writes.length, 1);
  buckets[0] = goodFacts;
  await guard.table.drop('alerts', full.length);
  await actOn('plans', 'after-grace', null, reader, guard);
  await actOn('plans', 'after-grace', null, reader, guard);
  await guard.alerts.flush();
  const text = mails.map(({ message }) => message).join();
  assert.equal(text.match(/plans: it was mended/g)?.length, 1);
  assert.match(text, /Changed: PutPublicAccessBlock\.\nTo bring it back, .*undo [0-9a-f-]{36} --guard/);
});

test('a policy that was read and that nobody can judge is told, and the event comes again', async () => {
  const odd = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::plans/*',
    Conditon: {},
  };
  const { guard, mails } = testGuard({ buckets: [{ ...goodFacts, policy: known(policyOf(odd)) }] });
  const reader = await guard.openReader();
  await assert.rejects(actOn('plans', 'after-grace', null, reader, guard), { code: 'guard_bucket_unread' });
  await guard.alerts.flush();
  assert.match(mails[0]?.message ?? '', /^plans: nobody can say whether it is safe.*could not be looked at: policy: /s);
});
