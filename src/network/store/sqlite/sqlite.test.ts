import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { flowStoreContract } from '../contract.ts';
import { openSqliteFlowStore, type SqliteFlowsOptions } from './sqlite.ts';

const options = { mostBytes: 2 ** 30, keptMs: 30 * 86_400_000, clock: Date.now };

async function open(context: TestContext, over: Partial<SqliteFlowsOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'flows-'));
  const store = await openSqliteFlowStore({ ...options, folder, ...over });
  context.after(async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  return store;
}

flowStoreContract('SQLite', (context) => open(context));
