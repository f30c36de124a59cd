import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodAccount, goodFacts, policyOf } from '../checks/test-subject.ts';
import type { BucketFacts, Encryption } from '../facts/bucket-facts.ts';
import { known } from '../facts/fact.ts';
import { testWriter } from '../fixes/test-writer.ts';
import { actOn } from './act.ts';
import type { GuardEvent } from './event.ts';
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

test('a new bucket that is made with an exception is left as it is from the beginning, and one whose exception does not count is not', async () => {
  const made: GuardEvent = {
    ...{ eventId: '1', call: 'CreateBucket', isCreation: true, isDeletion: false },
    ...{ subject: { kind: 'bucket', name: 'plans' }, time: '2026-11-28T00:00:00Z', caller: null, role: null },
    ...{ address: null, byInfrastructureCode: false },
  };
  const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/0d990263-018e-4e65-a703-eff731de951e';
  const writesFor = async (
    tag: string,
    more: { byInfrastructureCode?: boolean; stack?: string } = {},
  ): Promise<number> => {
    const { byInfrastructureCode = false, stack } = more;
    const usual: Encryption = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] };
    const buckets = [
      {
        ...goodFacts,
        encryption: known(usual),
        tags: known({ 'holdfast-exception': tag, ...(stack ? { 'aws:cloudformation:stack-name': stack } : {}) }),
      },
    ];
    const writer = testWriter();
    writer.set({ kind: 'bucket', bucket: 'plans', region: 'eu-central-1', setting: 'encryption' }, usual);
    const { guard } = testGuard({ buckets, openWriter: async () => writer, config: { kmsKeyArn } });
    await actOn('plans', 'at-once', { ...made, byInfrastructureCode }, await guard.openReader(), guard);
    return writer.writes.length;
  };
  assert.equal(await writesFor('owner=ada@example.org until=2027-01-31 reason=press kit'), 0);
  assert.equal(await writesFor('owner=ada@example.org until=2026-01-31 reason=it is over'), 1);
  // What a program describes comes back with its next run, and S3 writes no logs into a bucket under somebody's key.
  assert.equal(await writesFor('', { byInfrastructureCode: true }), 0);
  assert.equal(await writesFor('', { stack: 'logs' }), 0);
});
