import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import type { FlowStore } from '../flow-store.ts';
import { randomFlows } from '../random-flows.ts';
import { openSqliteFlowStore } from './sqlite.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-01T12:00:00Z');
const TS = 1_600_000_000;
const ALL = { from: TS - 10, to: TS + 1e6 };
const EACH = 8;
/** One more, and they are merged. */
const BATCHES = 15;

async function filled(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'flows-'));
  const store = await openSqliteFlowStore({
    ...{ folder, mostBytes: 2 ** 30, keptMs: 3 * DAY_MS, clock: () => NOW_MS },
  });
  context.after(async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const random = randomFlows(7);
  const add = () => store.add(random.batch(TS, TS + 1000, EACH, 'local'));
  for (let batch = 0; batch < BATCHES; batch += 1) await add();
  return { folder, store, add };
}

/** Each has begun when it returns, and has not ended. */
const questions: Readonly<Record<string, (store: FlowStore) => Promise<number>>> = {
  flows: async (store) => (await store.flows({ ...ALL, limit: 1000 })).flows.length,
  talkers: async (store) => {
    const talkers = await store.talkers({ ...ALL, by: 'port', limit: 1000 });
    return talkers.reduce((sum, { flows }) => sum + flows, 0);
  },
  timeline: async (store) => {
    const points = await store.timeline({ ...ALL, points: 10 });
    return points.reduce((sum, { flows }) => sum + flows, 0);
  },
};

for (const [name, ask] of Object.entries(questions)) {
  test(`what is merged while ${name} are asked for is found all the same`, async (context) => {
    const { store, add } = await filled(context);
    const before = await ask(store);
    assert.ok(before > 0);
    const asked = ask(store);
    await add();
    const after = await ask(store);
    assert.ok(after > before);
    assert.ok([before, after].includes(await asked));
  });

  test(`days that are removed while ${name} are asked for are no error`, async (context) => {
    const { store } = await filled(context);
    const before = await ask(store);
    const asked = ask(store);
    await store.sweep(NOW_MS + 9 * DAY_MS);
    assert.ok([before, 0].includes(await asked));
  });
}

test('what a file really lacks is told as damaged', async (context) => {
  const { folder, store } = await filled(context);
  const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.sqlite'));
  {
    using other = new DatabaseSync(join(folder, name));
    other.exec('DELETE FROM parts');
  }
  await assert.rejects(questions['flows']!(store), (error) => hasCode(error, 'flows_damaged'));
});
