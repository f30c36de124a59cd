import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { HoldfastError } from '../../base/errors.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { testWorkspace } from '../test-accounts.ts';
import { watchRecords } from '../watched-records.ts';
import { beginAttempt, loginCounters, sessionCounters, type Counter } from './attempts.ts';

const MINUTE = 60_000;
const one = (limit = 3): Counter[] => [{ kind: 'account', value: 'ada', limit }];

async function counting(t: TestContext) {
  const workspace = await testWorkspace(t);
  return { ...workspace, begin: (counters: readonly Counter[]) => beginAttempt(counters, workspace.deps) };
}

test('after the limit further attempts wait until the window is over', async (t) => {
  const { begin, advance } = await counting(t);
  for (let failure = 0; failure < 3; failure++) await begin(one());
  advance(5 * MINUTE);
  await assert.rejects(begin(one()), { code: 'too_many_attempts', extra: { retryAfterMs: 10 * MINUTE } });
  await begin([{ kind: 'account', value: 'bob', limit: 3 }]);
  advance(10 * MINUTE);
  await begin(one());
});

test('a restart forgets nothing, and another server counts on', async (t) => {
  const { begin, reopen } = await counting(t);
  for (let failure = 0; failure < 2; failure++) await begin(one());
  const again = await reopen();
  await beginAttempt(one(), again.deps);
  await assert.rejects(begin(one()), { code: 'too_many_attempts' });
  await assert.rejects(beginAttempt(one(), again.deps), { code: 'too_many_attempts' });
});

test('many attempts at once are counted one by one: none slips through', async (t) => {
  const { begin } = await counting(t);
  const settled = await Promise.allSettled(Array.from({ length: 12 }, () => begin(one(5))));
  const codes = settled.flatMap((each) => (each.status === 'rejected' ? [(each.reason as HoldfastError).code] : []));
  assert.ok(settled.length - codes.length <= 5, 'no more than the limit were let through');
  assert.ok(
    codes.every((code) => code === 'too_many_attempts' || code === 'busy'),
    codes.join(),
  );
});

test('a success forgets the failures before it, but not those of the place', async (t) => {
  const { begin } = await counting(t);
  const counters: Counter[] = [...one(), { kind: 'place', value: '192.0.2.1', limit: 5 }];
  for (let round = 0; round < 2; round++) {
    await begin(counters);
    await begin(counters);
    const { succeeded } = await begin(counters);
    await succeeded();
    if (round === 0) await begin(one()).then(({ succeeded: forget }) => forget());
  }
  // Twice two failures from the place are left, and the account has none.
  await begin(counters);
  await assert.rejects(begin(counters), { code: 'too_many_attempts' });
  await begin(one());
});

test('an attempt that was not made is given back', async (t) => {
  const { begin } = await counting(t);
  for (let round = 0; round < 6; round++) await (await begin(one())).released();
  await begin(one());
});

test('when one counter is spent, none of the others is touched', async (t) => {
  const { begin } = await counting(t);
  const spent: Counter = { kind: 'place', value: '192.0.2.1', limit: 1 };
  await begin([spent]);
  for (let round = 0; round < 5; round++) await assert.rejects(begin([...one(), spent]), { code: 'too_many_attempts' });
  for (let round = 0; round < 3; round++) await begin(one());
});

test('a known device has attempts of its own; everybody else counts by account and by place', async (t) => {
  const { deps } = await counting(t);
  const from = { email: ' Ada@Example.org', address: '2001:db8::1' };
  assert.deepEqual(
    loginCounters({ ...from, deviceId: 'x' }, deps).map(({ kind }) => kind),
    ['device'],
  );
  const strangers = loginCounters({ ...from, deviceId: null }, deps);
  assert.deepEqual(
    strangers.map(({ kind, limit }) => [kind, limit]),
    [
      ['account', 20],
      ['place', 100],
    ],
  );
  assert.deepEqual(
    loginCounters({ email: 'ada@example.org', address: '2001:db8::ffff', deviceId: null }, deps),
    strangers,
  );
  assert.deepEqual(
    sessionCounters('s', deps).map(({ kind }) => kind),
    ['session'],
  );
});

test('the records do not tell what was tried, and forget it with the window', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const { deps } = await testWorkspace(t, { records: () => watched.store });
  await beginAttempt(loginCounters({ email: 'hunter2', address: '192.0.2.77', deviceId: null }, deps), deps);
  const rows = watched.written.filter(({ pk }) => pk.startsWith('attempts#'));
  assert.equal(rows.length, 2);
  assert.doesNotMatch(JSON.stringify(rows), /hunter2|192\.0\.2/);
  const place = rows[0];
  const item = place && (await watched.store.get(place.pk, place.sk));
  assert.equal(item?.expiresAtMs, Date.UTC(2026, 5, 1) + 15 * MINUTE);
});
