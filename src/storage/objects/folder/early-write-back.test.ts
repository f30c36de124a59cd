import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import type { ObjectStore } from '../object-store.ts';
import { openFolderObjectStore } from './folder.ts';

const MIB = 2 ** 20;

async function storeFor(t: TestContext): Promise<{ store: ObjectStore; left: () => Promise<string[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'objects-'));
  const store = await openFolderObjectStore({ folder, log: silentLog });
  t.after(async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const left = async (): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };
  return { store, left };
}

async function* body(bytes: number): AsyncGenerator<Uint8Array> {
  for (let given = 0; given < bytes; given += MIB) yield Buffer.alloc(Math.min(MIB, bytes - given), 7);
}

type Act = (what: 'sync' | 'datasync', real: () => Promise<void>) => Promise<void>;

/** Has `act` stand before what brings a file to the disk, which it may hold up or leave out. */
async function watchSyncs(t: TestContext, act: Act): Promise<void> {
  // The class of file handles has no name to import it by.
  const handle = await open(import.meta.filename);
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  for (const what of ['sync', 'datasync'] as const) {
    const real = prototype[what];
    t.mock.method(prototype, what, async function (this: typeof handle) {
      const isFile = (await this.stat()).isFile();
      await (isFile ? act(what, () => real.call(this)) : real.call(this));
    });
  }
}

test('a fault that only an early write-back was told of fails the put, and nothing of it stays', async (t) => {
  for (const bytes of [32 * MIB, 40 * MIB, 100 * MIB]) {
    await t.test(`${bytes / MIB} MiB`, async (t) => {
      const { store, left } = await storeFor(t);
      await watchSyncs(t, async (what, real) => {
        if (what === 'datasync') throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
        await real();
      });
      await assert.rejects(store.put('a/large', body(bytes)), (error) => hasCode(error, 'store_unavailable'));
      assert.deepEqual(await left(), []);
    });
  }
});

test('the fsync at the end is made although an early write-back runs, and the put waits for both', async (t) => {
  const { store } = await storeFor(t);
  const told: string[] = [];
  const synced = Promise.withResolvers<void>();
  await watchSyncs(t, async (what, real) => {
    told.push(what);
    if (what === 'datasync') await synced.promise;
    await real();
    if (what === 'sync') synced.resolve();
    // A put that does not wait would be through by now.
    else await pause(200);
    told.push(`${what} ended`);
  });
  await store.put('a/large', body(40 * MIB));
  told.push('put');
  assert.deepEqual(told, ['datasync', 'sync', 'sync ended', 'datasync ended', 'put']);
});

test('of files that are written at the same time one is written back early at a time, and small ones never', async (t) => {
  const { store } = await storeFor(t);
  let [running, most, early] = [0, 0, 0];
  await watchSyncs(t, async (what, real) => {
    if (what === 'sync') return await real();
    early += 1;
    running += 1;
    most = Math.max(most, running);
    await real();
    running -= 1;
  });
  await store.put('a/small', body(31 * MIB));
  assert.equal(early, 0);
  await Promise.all(['one', 'two', 'three'].map((name) => store.put(`a/${name}`, body(70 * MIB))));
  assert.ok(early > 0);
  assert.equal(most, 1);
});
