import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandErrors } from '../base/commands/errors.ts';
import { HoldfastError } from '../base/errors.ts';
import { settingsOf } from '../base/settings.ts';
import { openPrivateFolder } from '../storage/index.ts';
import { openAlarm } from './alarm.ts';
import { openAttempts } from './attempts.ts';
import { keepSendingBatches } from './batch-sending.ts';
import { type BatchSpool, openBatchSpool } from './batch-spool.ts';
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

const bytes = (letter: string, size = 10): Buffer => Buffer.alloc(size, letter);

/** One with little room, on a disk that can be full, and what it told. */
async function openWithin(folder: string, mostBytes = 1000, mostHeldBytes = 1000) {
  const disk = { isFull: false };
  const [lost, told]: [[number, string][], string[]] = [[], []];
  const files = openPrivateFolder();
  const spool = await openBatchSpool(folder, {
    ...{ mostBytes, mostHeldBytes },
    onLost: (batches, why) => lost.push([batches, why]),
    onTrouble: (line) => told.push(line),
    files: {
      ...files,
      async write(...written) {
        if (disk.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        await files.write(...written);
      },
    },
  });
  return { spool, disk, lost, told };
}

/** Of all that wait, the oldest first; they are gone then. */
async function taken({ spool }: Pick<Awaited<ReturnType<typeof openWithin>>, 'spool'>): Promise<string> {
  let letters = '';
  for (let oldest = await spool.oldest(); oldest !== null; oldest = await spool.oldest()) {
    letters += oldest.bytes.toString()[0];
    await spool.remove(oldest.name);
  }
  return letters;
}

test('batches wait in their order over a restart, readable by their owner alone, without what a kill left half written', async () => {
  using here = scratch();
  {
    const { spool } = await openWithin(here.folder);
    for (const letter of ['a', 'b']) await spool.add(bytes(letter));
  }
  writeFileSync(join(here.inside, '000000000003.json.gz.x.tmp'), 'half');
  const opened = await openWithin(here.folder);
  await opened.spool.add(bytes('c'));
  const names = readdirSync(here.inside);
  assert.equal(names.length, 3);
  assert.ok(names.every((name) => (statSync(join(here.inside, name)).mode & 0o077) === 0));
  assert.equal(await taken(opened), 'abc');
});

test('beyond what they may take the oldest go, and it is said how many', async () => {
  using here = scratch();
  const { spool, lost } = await openWithin(here.folder, 25);
  for (const letter of ['a', 'b', 'c']) await spool.add(bytes(letter));
  // One that is too large for itself is kept all the same: it is the newest.
  await spool.add(bytes('d', 100));
  assert.deepEqual(
    lost.map(([batches]) => batches),
    [1, 2],
  );
  assert.equal((await spool.oldest())?.bytes.length, 100);
});

test('what a full disk does not take waits in memory in its place, goes to the server from there, and onto the disk once that has room', async () => {
  using here = scratch();
  const opened = await openWithin(here.folder);
  const { spool, disk, lost, told } = opened;
  await spool.add(bytes('a'));
  disk.isFull = true;
  for (const letter of ['b', 'c']) await spool.add(bytes(letter));
  assert.equal(readdirSync(here.inside).length, 1);
  assert.match(
    told.join('\n'),
    /^flows cannot be written to .*: the disk is full\. They wait in memory, and are tried again$/,
  );
  assert.equal(await taken(opened), 'abc');
  for (const letter of ['d', 'e']) await spool.add(bytes(letter));
  disk.isFull = false;
  await spool.add(bytes('f'));
  assert.equal(readdirSync(here.inside).length, 3);
  assert.match(told.slice(1).join('\n'), /^flows are written to .* again$/);
  assert.equal(await taken(await openWithin(here.folder)), 'def', 'as after a kill');
  assert.deepEqual(lost, []);
});

test('what fits into memory no longer, and what no disk took until the end, is counted and told; the rest is kept at the end', async () => {
  using here = scratch();
  const { spool, disk, lost } = await openWithin(here.folder, 1000, 25);
  disk.isFull = true;
  for (const letter of ['a', 'b', 'c', 'd']) await spool.add(bytes(letter));
  assert.deepEqual(lost.splice(0), [
    [1, 'the disk took nothing (the disk is full), and there was no more room in memory'],
    [1, 'the disk took nothing (the disk is full), and there was no more room in memory'],
  ]);
  disk.isFull = false;
  await spool[Symbol.asyncDispose]();
  assert.deepEqual(lost, []);
  const again = await openWithin(here.folder);
  again.disk.isFull = true;
  for (const letter of ['e', 'f']) await again.spool.add(bytes(letter));
  await again.spool[Symbol.asyncDispose]();
  assert.deepEqual(again.lost, [[2, 'the disk took nothing (the disk is full) until the end']]);
  assert.equal(await taken(await openWithin(here.folder)), 'cd');
});

test('a batch that the server took from memory while it was being written is not on the disk afterwards', async () => {
  using here = scratch();
  const files = openPrivateFolder();
  let [spool, times]: [BatchSpool | null, number] = [null, 0];
  spool = await openBatchSpool(here.folder, {
    ...{ mostBytes: 1000, mostHeldBytes: 1000, onTrouble() {} },
    onLost: (batches, why) => assert.fail(`${batches} are lost: ${why}`),
    files: {
      ...files,
      async write(...written) {
        times += 1;
        if (times === 1) throw new Error('once');
        const oldest = await spool?.oldest();
        await files.write(...written);
        await spool?.remove(oldest?.name ?? '');
      },
    },
  });
  for (const letter of ['a', 'b']) await spool.add(bytes(letter));
  assert.deepEqual([await spool.oldest(), readdirSync(here.inside)], [null, []]);
});

/** A server that answers as it is told, and what it got. */
async function sending(answer: (letter: string) => Error | null) {
  const here = scratch();
  const [time, stopping] = [testTime(), new AbortController()];
  const { signal } = stopping;
  const { spool } = await openWithin(here.folder);
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
