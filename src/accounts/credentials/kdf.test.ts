import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { openKdf, type Argon2Job, type KdfPool } from './kdf.ts';
import { accountsSettings, type AccountsSettings } from '../settings.ts';

const job: Argon2Job = {
  password: 'a password',
  salt: Buffer.alloc(16, 1),
  pepper: Buffer.alloc(32, 2),
  memoryKiB: 64,
  passes: 1,
  parallelism: 1,
};

function pool(t: TestContext, values: Partial<AccountsSettings> = {}): KdfPool {
  const kdf = openKdf(settingsOf(accountsSettings, values));
  t.after(() => kdf[Symbol.asyncDispose]());
  return kdf;
}

test('a worker gives what Argon2id gives, with the pepper as its secret', async (t) => {
  const expected = argon2Sync('argon2id', {
    message: job.password,
    nonce: job.salt,
    secret: job.pepper,
    memory: 64,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  });
  assert.equal((await pool(t).argon2id(job)).toString('hex'), expected.toString('hex'));
});

test('filler work changes nothing about the key', async (t) => {
  const kdf = pool(t);
  const filled = await kdf.argon2id({ ...job, filler: { memoryKiB: 8, passes: 1 } });
  assert.deepEqual(filled, await kdf.argon2id(job));
});

test('what exceeds the queue is refused at once, and what waits is done', async (t) => {
  const kdf = pool(t, { kdfWorkers: 1, kdfQueueLimit: 2 });
  const jobs = Array.from({ length: 6 }, () => kdf.argon2id(job));
  assert.deepEqual(kdf.figures(), { running: 1, waiting: 2, turnedAway: 3 });
  const settled = await Promise.allSettled(jobs);
  assert.deepEqual(kdf.figures(), { running: 0, waiting: 0, turnedAway: 3 });
  assert.deepEqual(
    settled.map((each) => (each.status === 'fulfilled' ? 'done' : each.reason.code)),
    ['done', 'done', 'done', 'busy', 'busy', 'busy'],
  );
  assert.ok(await kdf.argon2id(job), 'and afterwards there is room again');
});

test('a job that cannot be run fails alone', async (t) => {
  const kdf = pool(t, { kdfWorkers: 1 });
  const [wrong, right] = await Promise.allSettled([kdf.argon2id({ ...job, memoryKiB: 1 }), kdf.argon2id(job)]);
  assert.equal(wrong.status === 'rejected' && wrong.reason.code, 'busy');
  assert.equal(right.status, 'fulfilled');
});

test('workers end after idling and start again when they are needed', async (t) => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const log = { ...silentLog, debug: () => resolve() };
  const kdf = openKdf(settingsOf(accountsSettings, { kdfIdleMs: 1 }), log);
  t.after(() => kdf[Symbol.asyncDispose]());
  await kdf.argon2id(job);
  await ended;
  assert.ok(await kdf.argon2id(job));
});

test(
  'a worker that is killed takes only the job it was at with it',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const { promise: told, resolve } = Promise.withResolvers<object>();
    const kdf = openKdf(settingsOf(accountsSettings, { kdfWorkers: 1 }), { ...silentLog, error: resolve });
    t.after(() => kdf[Symbol.asyncDispose]());
    assert.ok(await kdf.argon2id(job));
    const long = kdf.argon2id({ ...job, memoryKiB: 512 * 1024, passes: 20 });
    const next = kdf.argon2id(job);
    const [worker] = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').split(' ').map(Number);
    assert.ok(worker !== undefined);
    process.kill(worker, 'SIGKILL');
    await assert.rejects(long, { code: 'busy' });
    assert.ok(await next);
    assert.deepEqual(await told, { exitCode: null, signal: 'SIGKILL' });
  },
);

test('closing ends what waits and what runs with an answer', async (t) => {
  const kdf = pool(t, { kdfWorkers: 1 });
  const jobs = [kdf.argon2id({ ...job, memoryKiB: 256 * 1024, passes: 8 }), kdf.argon2id(job), kdf.argon2id(job)];
  const settled = Promise.allSettled(jobs);
  await kdf[Symbol.asyncDispose]();
  for (const each of await settled) assert.equal(each.status === 'rejected' && each.reason.code, 'busy');
  await assert.rejects(kdf.argon2id(job), { code: 'busy' });
});

test('as many as can wait have a place, and who leaves makes room', async () => {
  await using kdf = openKdf(settingsOf(accountsSettings, { kdfWorkers: 1, kdfQueueLimit: 2 }));
  const places = [kdf.enter(), kdf.enter(), kdf.enter()];
  assert.throws(() => kdf.enter(), { code: 'busy' });
  for (let times = 0; times < 2; times++) places[0]?.[Symbol.dispose]();
  kdf.enter();
  assert.throws(() => kdf.enter(), { code: 'busy' }, 'a place is given back once');
});

test('a flood from one place holds up the others by one turn at most', async (t) => {
  const kdf = pool(t, { kdfWorkers: 1, kdfQueueLimit: 8, kdfQueuePerPlace: 4 });
  const order: string[] = [];
  const run = (place: string) =>
    kdf
      .from(place)
      .argon2id(job)
      .then(
        () => void order.push(place),
        (error: { code: string }) => error.code,
      );
  const flood = Array.from({ length: 60 }, () => run('flood'));
  const victim = run('ada');
  assert.equal(await victim, undefined);
  assert.deepEqual(order, ['flood', 'flood', 'ada']);
  assert.equal((await Promise.all(flood)).filter((code) => code === 'busy').length, 55, 'one runs, four wait');
  const places = Array.from({ length: 5 }, () => kdf.from('flood').enter());
  assert.throws(() => kdf.from('flood').enter(), { code: 'busy' });
  kdf.from('ada').enter();
  assert.equal(places.length, 5);
});

test('passwords to be judged keep nobody from logging in', async (t) => {
  const kdf = pool(t, { kdfWorkers: 1, kdfQueueLimit: 8, kdfQueuePerPlace: 8 });
  let judged = 0;
  const flood = Array.from({ length: 12 }, () => kdf.strength('plover-quartz-lantern-41', []).then(() => judged++));
  const all = Promise.allSettled(flood);
  assert.ok(await kdf.argon2id(job));
  assert.equal(judged, 1, 'the one that ran already');
  assert.equal((await all).filter(({ status }) => status === 'rejected').length, 3, 'one runs, eight wait');
});
