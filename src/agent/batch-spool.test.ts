import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandErrors } from '../base/commands/errors.ts';
import { HoldfastError } from '../base/errors.ts';
import { settingsOf } from '../base/settings.ts';
import { openAlarm } from './alarm.ts';
import { openAttempts } from './attempts.ts';
import { keepSendingBatches } from './batch-sending.ts';
import { openBatchSpool } from './batch-spool.ts';
import { agentSettings } from './settings.ts';
import { testTime } from './test-time.ts';

function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'batches-'));
  return {
    folder,
    inside: join(folder, 'agent/network'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const bytes = (letter: string, size = 10): Uint8Array => Buffer.alloc(size, letter);

test('batches wait in their order over a restart, readable by their owner alone, without what a kill left half written', async () => {
  using here = scratch();
  {
    const spool = await openBatchSpool(here.folder, 1000);
    for (const letter of ['a', 'b']) await spool.add(bytes(letter));
  }
  writeFileSync(join(here.inside, '000000000003.json.gz.x.tmp'), 'half');
  const spool = await openBatchSpool(here.folder, 1000);
  await spool.add(bytes('c'));
  const names = readdirSync(here.inside);
  assert.equal(names.length, 3);
  assert.ok(names.every((name) => (statSync(join(here.inside, name)).mode & 0o077) === 0));
  for (const letter of ['a', 'b', 'c']) {
    const oldest = await spool.oldest();
    assert.equal(oldest?.bytes.toString()[0], letter);
    await spool.remove(oldest.name);
  }
  assert.equal(await spool.oldest(), null);
});

test('beyond what they may take the oldest go, and it is said how many', async () => {
  using here = scratch();
  const spool = await openBatchSpool(here.folder, 25);
  assert.equal(await spool.add(bytes('a')), 0);
  assert.equal(await spool.add(bytes('b')), 0);
  assert.equal(await spool.add(bytes('c')), 1);
  // One that is too large for itself is kept all the same: it is the newest.
  assert.equal(await spool.add(bytes('d', 100)), 2);
  assert.equal((await spool.oldest())?.bytes.length, 100);
});

/** A server that answers as it is told, and what it got. */
async function sending(answer: (letter: string) => Error | null) {
  const here = scratch();
  const [time, stopping] = [testTime(), new AbortController()];
  const { signal } = stopping;
  const spool = await openBatchSpool(here.folder, 1000);
  const alarm = openAlarm(time);
  const [got, refused]: [string[], HoldfastError[]] = [[], []];
  const attempts = openAttempts({ time, settings: settingsOf(agentSettings), random: () => 1, signal, onFailure() {} });
  const ended = keepSendingBatches({
    ...{ spool, attempts, alarm, signal },
    async post(batch) {
      const letter = batch.toString()[0] ?? '';
      const error = answer(letter);
      if (error) throw error;
      got.push(letter);
    },
    onRefused: (error) => refused.push(error),
  }).catch(() => undefined);
  return {
    ...{ time, got, refused, spool },
    async add(letter: string) {
      await spool.add(bytes(letter));
      alarm.ring();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
      here[Symbol.dispose]();
    },
  };
}

test('a server that is away is waited for, and gets each batch once, the oldest first', async () => {
  let isAway = true;
  await using sent = await sending(() => (isAway ? commandErrors('server_unreachable') : null));
  for (const letter of ['a', 'b', 'c']) await sent.add(letter);
  await sent.time.pass(60_000);
  assert.deepEqual(sent.got, []);
  isAway = false;
  while (sent.got.length < 3) await sent.time.pass(60_000);
  assert.deepEqual(sent.got, ['a', 'b', 'c']);
  while ((await sent.spool.oldest()) !== null) await sent.time.pass(1000);
});

test('a batch that the server takes never is given up and told, and those behind it go', async () => {
  const refusal = new HoldfastError('flows_batch_invalid', { status: 422, title: 'These are no flows', remedy: '' });
  await using sent = await sending((letter) => (letter === 'a' ? refusal : null));
  for (const letter of ['a', 'b']) await sent.add(letter);
  while (sent.got.length < 1) await sent.time.pass(1000);
  assert.deepEqual([sent.got, sent.refused.length], [['b'], 1]);
});

test('a batch that others were in the way of is handed over again: what was found in it is not told yet', async () => {
  const inTheWay = new HoldfastError('finding_changed', { status: 409, title: 'Somebody changed it', remedy: '' });
  let times = 0;
  await using sent = await sending(() => ((times += 1) < 3 ? inTheWay : null));
  await sent.add('a');
  while (sent.got.length + sent.refused.length < 1) await sent.time.pass(1000);
  assert.deepEqual([sent.got, sent.refused, times], [['a'], [], 3]);
});
