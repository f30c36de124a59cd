/** Days that are over, put into object stores encrypted, and read back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { stockAge } from '../support/programs/stock-age.ts';
import { encryptStream } from '../../src/age/index.ts';
import { snapshotIdentity } from '../../src/compose/keys/snapshot-identity.ts';
import { hasCode } from '../../src/base/errors.ts';
import { memoryObjectStore, type ObjectStore, readBody, storageErrors } from '../../src/storage/index.ts';
import type { FlowBatch } from '../../src/network/store/flow-batch.ts';
import type { FlowStore } from '../../src/network/store/flow-store.ts';
import { randomFlows } from '../../src/network/store/random-flows.ts';
import { openSqliteFlowStore } from '../../src/network/store/sqlite/sqlite.ts';
import { type Archived, archiveDays, removeOldArchives } from '../../src/network/store/archive/archive-days.ts';
import { ArchiveReader } from '../../src/network/store/archive/archive-lines.ts';

const DAY_MS = 86_400_000;
const FROM = 1_600_000_000;
const ALL = { from: FROM - 10, to: FROM + 1e6, limit: 1000 };
const FIRST_DAY = Date.parse('2026-11-01T12:00:00Z');
const identity = snapshotIdentity(() => Buffer.alloc(32, 7));
const encrypted = (plaintext: AsyncIterable<Uint8Array>) => encryptStream(plaintext, [identity.recipient]);

const { signal } = new AbortController();

async function opened(context: TestContext, over: { mostBytes?: number; keptMs?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'flows-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  let nowMs = FIRST_DAY;
  const open = () =>
    openSqliteFlowStore({
      ...{
        folder,
        mostBytes: 2 ** 30,
        keptMs: 3 * DAY_MS,
        isArchived: true,
        clock: () => nowMs,
        ...over,
      },
    });
  const store = await open();
  context.after(() => store[Symbol.asyncDispose]());
  return {
    store,
    open,
    folder,
    advance: (days: number) => (nowMs += days * DAY_MS),
    now: () => nowMs,
  };
}

function batchOf(seed: number, flows: number): FlowBatch {
  return randomFlows(seed).batch(FROM, FROM + 1000, flows, seed % 2 === 0 ? 'web-1' : 'local');
}

async function textOf(store: ObjectStore, key: string): Promise<Buffer> {
  return await readBody((await store.get(key)).body, 2 ** 26);
}

/** What a store has, in an order of its own. */
async function heldBy(store: FlowStore) {
  const { flows } = await store.flows(ALL);
  const { records } = await store.logs('dns', ALL);
  const { notices } = await store.notices(ALL);
  const sorted = (all: readonly object[]) =>
    all.map((each) => JSON.stringify(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();
  return {
    flows: sorted(flows),
    records: sorted(records),
    notices: sorted(notices),
    sensors: await store.sensors(ALL),
  };
}

const age = stockAge('new');
const { skip } = age;

test(
  'a day that is over is archived once in both stores, stock age opens it, and it can be kept again',
  { skip },
  async (context) => {
    const { store, advance, now, folder } = await opened(context);
    for (const seed of [1, 2, 3, 4]) await store.add(batchOf(seed, 60));
    const objects = [memoryObjectStore(), memoryObjectStore()];
    assert.deepEqual(await archiveDays({ store, objects, encrypted, signal }, now()), [], 'the day goes on');
    advance(1);
    const before = await heldBy(store);
    const [first, ...others] = await archiveDays({ store, objects, encrypted, signal }, now());
    assert.ok(first);
    assert.deepEqual([first.day, others.length], ['2026-11-01', 0]);
    assert.deepEqual(await archiveDays({ store, objects, encrypted, signal }, now()), [], 'once');
    const lines: string[][] = [];
    for (const each of objects) {
      await writeFile(join(folder, 'key'), `${identity.toString()}\n`);
      const file = join(folder, 'day.age');
      await writeFile(file, await textOf(each, first.key));
      const plain = gunzipSync(execFileSync(age.path, ['-d', '-i', join(folder, 'key'), file]));
      lines.push(plain.toString().split('\n'));
    }
    assert.deepEqual(lines[0], lines[1]);
    const paths = new Set(lines[0]!.filter(Boolean).map((line) => (JSON.parse(line) as { _path: string })._path));
    assert.ok(['conn', 'dns', 'notice', 'coverage'].every((path) => paths.has(path)));
    const again = await opened(context);
    for (let round = 0; round < 2; round += 1) {
      let number = 0;
      const reader = new ArchiveReader('day', () => `batch ${(number += 1)}`);
      for (const line of lines[0]!) for (const batch of reader.read(line)) await again.store.add(batch);
      for (const batch of reader.end()) await again.store.add(batch);
    }
    const { sensors, ...held } = await heldBy(again.store);
    const { sensors: sensorsBefore, ...wanted } = before;
    assert.deepEqual(held, wanted);
    assert.deepEqual(
      sensors.map(({ sensor, packets }) => [sensor, packets]),
      sensorsBefore.map(({ sensor, packets }) => [sensor, packets]),
    );
  },
);

test('broken off between any two steps, it is done again and changes nothing; nothing goes before it is archived', async (context) => {
  const { store, open, advance, now } = await opened(context);
  await store.add(batchOf(1, 40));
  advance(5);
  const [one, other] = [memoryObjectStore(), memoryObjectStore()];
  const away: ObjectStore = {
    ...other,
    head: () => Promise.reject(storageErrors('store_unavailable')),
    put: () => Promise.reject(storageErrors('store_unavailable')),
  };
  // Past its time, but archived nowhere.
  assert.deepEqual(await store.sweep(now()), { removed: 0, lost: 0 });
  await assert.rejects(archiveDays({ store, objects: [one, away], encrypted, signal }, now()), (error) =>
    hasCode(error, 'store_unavailable'),
  );
  assert.deepEqual(await store.sweep(now()), { removed: 0, lost: 0 });
  const { objects: half } = await one.list({});
  assert.equal(half.length, 1);
  const kept = await textOf(one, half[0]!.key);
  // Another process, after a kill: one store has it, and nothing says that it is archived.
  await using after = await open();
  const noted = { ...after.archive! };
  const killed: FlowStore = {
    ...after,
    archive: {
      async waiting(nowMs) {
        const parts = await noted.waiting(nowMs);
        return parts.map((part) => ({ ...part, done: () => Promise.reject(new Error('killed')) }));
      },
    },
  };
  await assert.rejects(archiveDays({ store: killed, objects: [one, other], encrypted, signal }, now()), /killed/);
  assert.deepEqual(await after.sweep(now()), { removed: 0, lost: 0 });
  const archived = await archiveDays({ store: after, objects: [one, other], encrypted, signal }, now());
  assert.equal(archived.length, 1);
  assert.deepEqual(await textOf(one, archived[0]!.key), kept, 'what was there is left as it was');
  assert.deepEqual(await after.sweep(now()), { removed: 40, lost: 0 });
  assert.deepEqual(await archiveDays({ store: after, objects: [one, other], encrypted, signal }, now()), []);
  assert.equal(await removeOldArchives([one, other], 5 * DAY_MS, now()), 0);
  assert.equal(await removeOldArchives([one, other], 4 * DAY_MS, now()), 1);
  assert.deepEqual([(await one.list({})).objects, (await other.list({})).objects], [[], []]);
});

test('a day that is damaged keeps no later one from being archived, and is told of', async (context) => {
  const { store, folder, advance, now } = await opened(context);
  await store.add(batchOf(1, 40));
  {
    using damaged = new DatabaseSync(
      join(
        folder,
        (await readdir(folder)).find((name) => name.endsWith('.sqlite'))!,
      ),
    );
    damaged.exec('DELETE FROM parts');
  }
  for (const seed of [2, 3]) {
    advance(1);
    await store.add(batchOf(seed, 40));
  }
  advance(1);
  const objects = [memoryObjectStore(), memoryObjectStore()];
  const archived: string[] = [];
  const deps = { store, objects, encrypted, signal, onArchived: ({ day }: Archived) => archived.push(day) };
  for (const _round of [1, 2]) {
    await assert.rejects(archiveDays(deps, now()), (error) => hasCode(error, 'flows_damaged'));
    assert.deepEqual(archived, ['2026-11-02', '2026-11-03']);
  }
  assert.deepEqual(
    await store.sweep(now() + 3 * DAY_MS),
    { removed: 80, lost: 0 },
    'what is archived goes at its time',
  );
});

test('where there is no more room what is not archived goes as well, and it is told how much', async (context) => {
  const { store, now } = await opened(context, { mostBytes: 2 * 2 ** 20 });
  let added = 0;
  for (let seed = 1; seed <= 16; seed += 1) {
    await store.add({ ...batchOf(seed, 3000), logs: [], notices: [] });
    added += 3000;
  }
  const { flows } = await store.usage();
  assert.ok(flows < added);
  assert.deepEqual(await store.sweep(now()), { removed: 0, lost: added - flows });
  assert.deepEqual(await store.sweep(now()), { removed: 0, lost: 0 });
});

test('what is no opened archive is refused with the line that it was seen in', () => {
  for (const [line, why] of [
    ['age-encryption.org/v1', /age -d first/],
    ['no json', /line 1: it is no object/],
    ['7', /no object/],
    ['{"_path":"conn"}', /no sensor/],
    ['{"_path":"gopher","sensor":"x"}', /“gopher”/],
  ] as const) {
    const reader = new ArchiveReader('day', () => 'x');
    assert.throws(
      () => [...reader.read(line)],
      (error) => hasCode(error, 'network_archive_unknown') && why.test(String(error)),
    );
  }
});
