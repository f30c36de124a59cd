import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodFacts } from '../checks/test-subject.ts';
import { known, unread } from '../facts/fact.ts';
import type { OutsideSource } from '../facts/bucket-reader.ts';
import { actOn } from './act.ts';
import type { GuardEvent } from './event.ts';
import { rememberFreed, watchFreed } from './freed.ts';
import { sweep } from './sweep.ts';
import { testGuard, type TestGuardOptions } from './test-guard.ts';

const deletion = (name: string, time = '2026-11-27T10:00:00Z'): GuardEvent => ({
  ...{ eventId: name, call: 'DeleteBucket', isCreation: false, isDeletion: true, subject: { kind: 'bucket', name } },
  ...{ time, caller: 'arn:aws:iam::123456789012:user/ada', role: null, address: null, byInfrastructureCode: false },
});

const origin: OutsideSource = {
  source: 'CloudFront',
  named: known([
    { name: 'site', where: 'CloudFront E1, origin site' },
    { name: 'partners', where: 'CloudFront E1, origin partners' },
  ]),
};

async function told(options: TestGuardOptions, ...names: readonly string[]) {
  const { guard, mails } = testGuard(options);
  for (const name of names) await rememberFreed(name, deletion(name), guard);
  const reader = await guard.openReader();
  const watching = await watchFreed(null, reader, guard).then(
    () => null,
    (error: unknown) => error,
  );
  await guard.alerts.flush();
  return { mail: mails.map(({ message }) => message).join(), failed: watching };
}

test('a deleted bucket that something still names is told of, with all that names it and who deleted it', async () => {
  const holder = { holder: async () => known('nobody' as const) };
  const { mail, failed } = await told(
    {
      buckets: [{ ...goodFacts, logging: known({ TargetBucket: 'site' }) }],
      reader: { outside: async () => [origin], ...holder },
    },
    'site',
  );
  assert.equal(failed, null);
  assert.match(mail, /^site: it was deleted and is still named; anybody can make a bucket of its name now/);
  assert.match(mail, /Deleted by DeleteBucket by arn:aws:iam::123456789012:user\/ada/);
  assert.match(mail, /- CloudFront E1, origin site\n- the access log of plans/);
  assert.doesNotMatch(mail, /partners/, 'a bucket that was never deleted here');
});

test('one that somebody else has made is told as such; one that is ours again, that nothing names or that nobody can take is not', async () => {
  const taken = await told({ reader: { outside: async () => [origin], holder: async () => known('others') } }, 'site');
  assert.match(taken.mail, /somebody else has a bucket of its name now/);
  const again = { buckets: [{ ...goodFacts, bucket: 'site' }], reader: { outside: async () => [origin] } };
  assert.equal((await told(again, 'site')).mail, '');
  assert.equal((await told({ reader: { outside: async () => [origin] } }, 'unnamed')).mail, '');
  const reserved = 'site-123456789012-eu-central-1-an';
  const named = known([{ name: reserved, where: 'CloudFront E1, origin site' }]);
  assert.equal((await told({ reader: { outside: async () => [{ ...origin, named }] } }, reserved)).mail, '');
});

test('what may not be asked is a failure, after what was found is told', async () => {
  const denied: OutsideSource = { source: 'Route 53', named: unread('denied', 'AccessDenied, 403') };
  const reader = { outside: async () => [origin, denied], holder: async () => known('nobody' as const) };
  const { mail, failed } = await told({ reader }, 'site');
  assert.match(mail, /CloudFront E1/);
  assert.match(mail, /^- could not be looked at: Route 53: these credentials may not read it/m);
  assert.match(String(failed), /Route 53: these credentials may not read it/);
});

test('a bucket whose policy could not be read may name a deleted one: that is told and comes again', async () => {
  const policy = unread('denied', 'AccessDenied, 403');
  const { mail, failed } = await told({ buckets: [{ ...goodFacts, policy }] }, 'site', 'photos');
  assert.match(
    mail,
    /^site and 1 more deleted bucket: nobody can say whether everything that still names it was found/,
  );
  assert.match(mail, /- could not be looked at: policy of plans: these credentials may not read it/);
  assert.match(String(failed), /policy of plans: these credentials may not read it/);
  const gone = { ...goodFacts, logging: unread('gone'), replication: unread('gone'), website: unread('gone') };
  const { failed: goneToo } = await told({ buckets: [{ ...gone, policy: unread('gone') }] }, 'site');
  assert.equal(goneToo, null, 'one that went away meanwhile names nothing');
});

test('the daily look watches freed names, the newest of many, each once', async () => {
  const options = { reader: { outside: async () => [origin], holder: async () => known('nobody' as const) } };
  const { guard, mails } = testGuard({ ...options, settings: { guardFreedNames: 2 } });
  for (const name of ['old', 'site', 'site', 'new']) await rememberFreed(name, deletion(name), guard);
  assert.equal((await guard.table.lines('freed')).length, 2);
  await sweep(guard);
  await sweep(guard);
  await guard.alerts.flush();
  assert.equal(mails.length, 1);
});

test('an event about a bucket that was deleted after it is done, and comes not again', async () => {
  const { guard } = testGuard();
  const creation = {
    ...deletion('brief', '2026-11-27T09:59:00Z'),
    call: 'CreateBucket',
    isCreation: true,
    isDeletion: false,
  };
  const reader = await guard.openReader();
  await assert.rejects(actOn('brief', 'after-grace', creation, reader, guard), { code: 'guard_bucket_unread' });
  await rememberFreed('brief', deletion('brief'), guard);
  await actOn('brief', 'after-grace', creation, reader, guard);
  const later = { ...creation, time: '2026-11-27T10:00:01Z' };
  await assert.rejects(actOn('brief', 'after-grace', later, reader, guard), { code: 'guard_bucket_unread' });
});
