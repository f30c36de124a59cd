import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { hasCode } from '../../../../base/errors.ts';
import { newId } from '../../../../base/ids.ts';
import { Double, flowMemory, Kind, Word } from '../../../flows/layout.ts';
import { FlowColumns } from '../../../records/flow-columns.ts';
import type { AnalysedBatch } from '../../flow-batch.ts';
import { randomFlows } from '../../random-flows.ts';
import { openSqliteFlowStore } from '../sqlite.ts';

const TS = 1_600_000_000;
const ALL = { from: TS - 10, to: TS + 1e6, limit: 1000 };
const NOW_MS = Date.parse('2026-11-01T23:00:00Z');

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flows-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(folder: string, clock: () => number = Date.now) {
  return await openSqliteFlowStore({ folder, mostBytes: 2 ** 30, keptMs: 1e12, clock });
}

/** Flows with all that columns may say of them, in `columns`, which is filled anew. */
function batchIn(columns: FlowColumns, flows: number, first = 1): AnalysedBatch {
  const { words, doubles } = flowMemory(1);
  columns.clear();
  for (let serial = first; serial < first + flows; serial += 1) {
    words[Word.originator] = 0x0a000001 + serial;
    words[Word.responder] = 0xc0000201;
    words[Word.ports] = (40_000 << 16) | 443;
    words[Word.kind] = 6 | Kind.inUse;
    words[Word.serial] = serial;
    words[Word.packets] = serial;
    doubles[Double.firstUs] = (TS + serial) * 1e6;
    doubles[Double.lastUs] = (TS + serial) * 1e6 + 5;
    doubles[Double.ipBytes] = serial * 40;
    columns.add({ words, doubles }, 0, serial % 3 === 0, serial % 2 === 0 ? 'ssl' : null);
    if (serial % 5 === 0) columns.hold(columns.count - 1, { process: 'sshd', user: 'root', pid: serial });
  }
  const random = randomFlows(first);
  return {
    ...{ id: newId(), sensor: 'local', columns },
    logs: [random.log(random.conn(TS, TS + 9))],
    notices: [random.notice(TS, TS + 9)],
    coverage: { from: TS, to: TS + flows, packets: flows, dropped: 0, leftOut: { cut: 1 } },
  };
}

test('what a writer stored is what the store would have, and the same batch again is not', async (context) => {
  await using direct = await open(await folderFor(context));
  await using store = await open(await folderFor(context));
  await using writer = store.openWriter();
  const columns = new FlowColumns(100, [1, 2, 3]);
  for (const first of [1, 51, 101]) {
    const batch = batchIn(columns, 50, first);
    assert.equal(await direct.add(batch), true);
    assert.equal(await writer.add(batch), true);
    // It is found as soon as it is told.
    assert.equal(await store.add(batch), false);
    assert.equal(await writer.add(batch), false);
  }
  for (const ask of [
    (of: typeof store) => of.flows(ALL),
    (of: typeof store) => of.notices(ALL),
    (of: typeof store) => of.sensors(ALL),
    (of: typeof store) => of.talkers({ ...ALL, by: 'service', limit: 9 }),
  ]) {
    assert.deepEqual(await ask(store), await ask(direct));
  }
  assert.equal((await store.flows(ALL)).flows.length, 150);
});

test('a writer goes by the clock of its store', async (context) => {
  const folder = await folderFor(context);
  let nowMs = NOW_MS;
  await using store = await open(folder, () => nowMs);
  await using writer = store.openWriter();
  const columns = new FlowColumns(1, [1, 2, 3]);
  await writer.add(batchIn(columns, 1));
  nowMs += 3_600_000;
  await writer.add(batchIn(columns, 1, 2));
  const days = (await readdir(folder)).filter((name) => name.endsWith('.sqlite')).map((name) => name.slice(6, 16));
  assert.deepEqual(days.toSorted(), ['2026-11-01', '2026-11-02']);
});

test('what a writer cannot store is told with its code, as the store tells it', async (context) => {
  const folder = await folderFor(context);
  await using store = await open(folder);
  const name = `flows-2026-01-01-${newId()}.sqlite`;
  await writeFile(join(folder, name), 'no database at all, but long enough to be looked at '.repeat(400));
  await chmod(join(folder, name), 0o600);
  await using writer = store.openWriter();
  const batch = batchIn(new FlowColumns(5, [1, 2, 3]), 5);
  await assert.rejects(
    writer.add(batch),
    (error) => hasCode(error, 'flows_damaged') && error.message.includes(folder) && error.remedy.length > 0,
  );
  await rm(join(folder, name));
});

const FLOWS = 500;

/** Adds batches without end, as a capture that is read is, and says each once it is acknowledged. */
const WRITER = `
  const folder = process.argv.at(-1);
  const { openSqliteFlowStore } = await import(${JSON.stringify(new URL('../sqlite.ts', import.meta.url).href)});
  const { FlowColumns } = await import(${JSON.stringify(new URL('../../../records/flow-columns.ts', import.meta.url).href)});
  const { flowMemory } = await import(${JSON.stringify(new URL('../../../flows/layout.ts', import.meta.url).href)});
  const store = await openSqliteFlowStore({ folder, mostBytes: 2 ** 30, keptMs: 1e12, clock: Date.now });
  const writer = store.openWriter();
  const columns = new FlowColumns(${FLOWS}, [1, 2, 3]);
  const memory = flowMemory(1);
  memory.words[9] = 6 | 0x400;
  for (let batch = 1; ; batch += 1) {
    columns.clear();
    for (let flow = 0; flow < ${FLOWS}; flow += 1) {
      memory.words[30] = batch * ${FLOWS} + flow;
      memory.doubles[6] = memory.doubles[7] = ${TS} * 1e6;
      columns.add(memory, 0, false, null);
    }
    await writer.add({ id: String(batch), sensor: 'local', columns, coverage: { from: ${TS}, to: ${TS}, packets: 1, dropped: 0, leftOut: {} } });
    process.stdout.write('stored\\n');
  }`;

test('a process that is killed while it writes has stored whole batches, none of those it was told of less', async (context) => {
  const folder = await folderFor(context);
  // A thread is started with the words that its process was, and these must be good for a file.
  const script = join(await folderFor(context), 'writer.mjs');
  await writeFile(script, WRITER);
  let told = 0;
  for (const batches of [3, 8]) {
    const child = spawn(process.execPath, [script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let own = 0;
    child.stdout.on('data', (data: Buffer) => {
      own += data.toString().split('\n').length - 1;
      if (own >= batches) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    told = Math.max(told, own);
  }
  await using store = await open(folder);
  const { flows } = await store.usage();
  assert.ok(told >= 8 && flows >= told * FLOWS, `${flows} flows are there`);
  assert.equal(flows % FLOWS, 0);
});

test('a thread that cannot begin is told, and nobody waits for it', async (context) => {
  // Words that are good for a text and not for a file: the thread ends at once of them.
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, await folderFor(context)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  await once(child, 'close');
  assert.match(said, /code: 'flows_unavailable'/);
  assert.match(said, /the thread that writes them is gone/);
});
