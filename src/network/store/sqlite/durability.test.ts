import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { emptyBatch } from '../contract.ts';
import type { FlowBatch } from '../flow-batch.ts';
import { randomFlows } from '../random-flows.ts';
import { FlowFile } from './disk/flow-file.ts';
import { openSqliteFlowStore, type SqliteFlowsOptions } from './sqlite.ts';
import { fullDisk } from './test-full-disk.ts';

const DAY_MS = 86_400_000;
/** Of the flows themselves: how long they are kept goes by when they were stored. */
const TS = 1_600_000_000;
const ALL = { from: TS - 10, to: TS + 1e6 };

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flows-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(context: TestContext, folder: string, over: Partial<SqliteFlowsOptions> = {}) {
  const store = await openSqliteFlowStore({
    folder,
    mostBytes: 2 ** 30,
    keptMs: 30 * DAY_MS,
    clock: Date.now,
    ...over,
  });
  context.after(() => store[Symbol.asyncDispose]());
  return store;
}

function batchOf(seed: number, flows: number): FlowBatch {
  return { ...randomFlows(seed).batch(TS, TS + 1000, flows, 'local'), notices: [], logs: [] };
}

/** Adds batches of eight flows, and says each id before it is handed over and once it is acknowledged. */
const WRITER = `
  const { openSqliteFlowStore } = await import(${JSON.stringify(new URL('sqlite.ts', import.meta.url).href)});
  const { randomFlows } = await import(${JSON.stringify(new URL('../random-flows.ts', import.meta.url).href)});
  const [folder, seed] = process.argv.slice(1);
  const store = await openSqliteFlowStore({ folder, mostBytes: 2 ** 30, keptMs: 1e12, clock: Date.now });
  const random = randomFlows(Number(seed));
  for (;;) {
    const batch = random.batch(${TS}, ${TS} + 1000, 8, 'local');
    await store.add(batch);
    process.stdout.write(batch.id + ' ' + batch.conn.map(({ uid }) => uid).join(' ') + '\\n');
  }`;

async function killedWriter(folder: string, seed: number, batches: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    if (said.split('\n').length > batches) child.kill('SIGKILL');
  });
  await ended;
  // The last line may be cut off: nobody has read it.
  return said.split('\n').slice(0, -1);
}

test('a writer that is killed in the midst of it loses nothing it acknowledged, and two at once lose nothing of each other', async (context) => {
  const folder = await folderFor(context);
  const lines: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const both = [killedWriter(folder, round * 2 + 1, 5 + round * 9), killedWriter(folder, round * 2 + 2, 20)];
    lines.push(...(await Promise.all(both)).flat());
  }
  const store = await open(context, folder);
  const stored = new Map<string, number>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await store.flows({ ...ALL, limit: 1000, cursor });
    for (const { uid } of page.flows) stored.set(uid, (stored.get(uid) ?? 0) + 1);
    cursor = page.next;
  }
  const acknowledged = lines.flatMap((line) => line.split(' ').slice(1));
  assert.ok(acknowledged.length > 500);
  assert.deepEqual(
    acknowledged.filter((uid) => stored.get(uid) !== 1),
    [],
  );
  // A batch is there whole or not at all.
  assert.equal(stored.size % 8, 0);
});

test('a full disk refuses a batch with its code, keeps what was stored, and takes the batch when there is room', async (context) => {
  const other = await folderFor(context);
  const restore = fullDisk(context, 60);
  const small = await open(context, other);
  await small.add(batchOf(2, 20));
  const large = batchOf(3, 9000);
  await assert.rejects(small.add(large), (error) => hasCode(error, 'flows_disk_full'));
  assert.equal((await small.usage()).flows, 20);
  await small[Symbol.asyncDispose]();
  restore();
  const again = await open(context, other);
  await again.add(large);
  assert.equal((await again.usage()).flows, 9020);
});

test('flows go a day after they were kept for their time, whatever their own time, and the room they took is free', async (context) => {
  const folder = await folderFor(context);
  let nowMs = Date.parse('2026-11-01T12:00:00Z');
  const store = await open(context, folder, { keptMs: 3 * DAY_MS, clock: () => nowMs });
  await store.add(batchOf(1, 400));
  nowMs += DAY_MS;
  await store.add(batchOf(2, 300));
  const before = await store.usage();
  assert.deepEqual(await store.sweep(nowMs + DAY_MS), { removed: 0, lost: 0 });
  assert.deepEqual(await store.sweep(Date.parse('2026-11-05T00:00:00Z')), {
    removed: 400,
    lost: 0,
  });
  const after = await store.usage();
  assert.deepEqual([before.flows, after.flows], [700, 300]);
  assert.ok(after.bytes < before.bytes);
  assert.deepEqual(await store.sweep(nowMs + 5 * DAY_MS), { removed: 300, lost: 0 });
  assert.deepEqual(await store.usage(), { flows: 0, bytes: 0, oldest: null, newest: null });
  assert.deepEqual(await readdir(folder), []);
  await store.add(batchOf(3, 10));
  assert.equal((await store.usage()).flows, 10);
});

test('there is never more on the disk than may be, and the newest stays', async (context) => {
  const folder = await folderFor(context);
  const mostBytes = 4 * 2 ** 20;
  const store = await open(context, folder, { mostBytes });
  let last: FlowBatch | null = null;
  for (let seed = 1; seed <= 24; seed += 1) {
    last = batchOf(seed, 3500);
    await store.add(last);
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    // Beside the files, SQLite keeps an index of its log for whoever has it open.
    const most = mostBytes + sizes.length * 32_768;
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= most);
  }
  assert.ok((await store.usage()).flows < 24 * 3500);
  const uid = last?.conn.at(-1)?.uid ?? '';
  assert.equal((await store.flow(uid))?.conn.uid, uid);
});

test('what another process removed or began is seen, and a file that is closed takes nothing more', async (context) => {
  const folder = await folderFor(context);
  let nowMs = Date.parse('2026-11-01T12:00:00Z');
  const one = await open(context, folder, { clock: () => nowMs });
  const other = await open(context, folder, { clock: () => nowMs });
  await one.add(batchOf(1, 10));
  await other.add(batchOf(2, 10));
  assert.equal((await one.usage()).flows, 20);
  await other.sweep(nowMs + 90 * DAY_MS);
  assert.equal((await one.usage()).flows, 0);
  // Its file is gone: what it adds now has to go into another.
  await one.add(batchOf(3, 10));
  assert.equal((await other.usage()).flows, 10);
  nowMs += DAY_MS;
  const again = batchOf(4, 10);
  await other.add(again);
  await one.add(again);
  assert.equal((await one.usage()).flows, 20);
});

test('a damaged file is told by its name, and a log without its file is cleared away', async (context) => {
  const folder = await folderFor(context);
  const store = await open(context, folder);
  await store.add(emptyBatch());
  await store[Symbol.asyncDispose]();
  const stray = join(folder, 'flows-2026-01-01-01890000-0000-7000-8000-000000000000.sqlite-wal');
  await writeFile(stray, 'what a killed sweep left');
  await utimes(stray, 1, 1);
  await (await open(context, folder))[Symbol.asyncDispose]();
  assert.ok(!(await readdir(folder)).some((name) => stray.endsWith(name)));
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.sqlite'));
  await writeFile(join(folder, name), 'no database at all, but long enough to be looked at '.repeat(400));
  await assert.rejects(open(context, folder), (error) => hasCode(error, 'flows_damaged'));
});

test('a file of another release is refused with what to do, and stays as it is', async (context) => {
  const folder = await folderFor(context);
  const store = await open(context, folder);
  await store.add(emptyBatch());
  await store[Symbol.asyncDispose]();
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.sqlite'));
  using file = new FlowFile(join(folder, name));
  file.setAbout('format', '99');
  await assert.rejects(open(context, folder), (error) => {
    return hasCode(error, 'flows_damaged') && /format 99/.test(error.message) && /Another release/.test(error.remedy);
  });
  assert.equal(file.about('format'), '99');
});
