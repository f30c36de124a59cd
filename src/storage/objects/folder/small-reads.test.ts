import assert from 'node:assert/strict';
import { mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLog } from '../../../base/log.ts';
import { bytesBody, readBody } from '../body.ts';
import { refused } from '../contract-support.ts';
import { openFolderObjectStore } from './folder.ts';
import { openSmallReads } from './small-reads.ts';

async function folderFor(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'reads-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('many small parts that are read at once come each with its own bytes', async (t) => {
  await using store = await openFolderObjectStore({ folder: await folderFor(t), log: silentLog });
  const names = Array.from({ length: 150 }, (_, index) => `o/${index % 3}/${index}`);
  await Promise.all(names.map((name) => store.put(name, bytesBody(Buffer.from(`the text of ${name}`)))));
  const read = await Promise.all(
    names.map(async (name) => {
      const { body, size, key } = await store.get(name, { start: 4, end: 12 + name.length });
      return [key, size, String(await readBody(body))];
    }),
  );
  assert.deepEqual(
    read,
    names.map((name) => [name, 12 + name.length, `text of ${name}`]),
  );
});

test('what is no object is refused in the midst of others as it is alone, and they are read', async (t) => {
  const folder = await folderFor(t);
  await using store = await openFolderObjectStore({ folder, log: silentLog, togetherFrom: 1 });
  for (const name of ['o/a', 'o/b', 'p/c']) await store.put(name, bytesBody(Buffer.from('123')));
  await symlink(join(folder, 'o', 'a'), join(folder, 'o', 'link'));
  await rename(join(folder, 'p'), join(folder, 'was'));
  await symlink(join(folder, 'was'), join(folder, 'p'));
  const get = async (name: string, end = 3): Promise<string> =>
    String(await readBody((await store.get(name, { start: 0, end })).body));
  const read = Promise.all([get('o/a'), get('o/b')]);
  await Promise.all([
    assert.rejects(get('o/missing'), refused('object_not_found')),
    assert.rejects(get('o/link'), refused('object_not_found')),
    assert.rejects(get('missing/a'), refused('object_not_found')),
    assert.rejects(get('p/c'), refused('store_denied')),
    assert.rejects(get('o/a', 4), refused('range_invalid')),
  ]);
  assert.deepEqual(await read, ['123', '123']);
  await rename(join(folder, '.tmp'), join(folder, 'gone'));
  await assert.rejects(get('o/missing'), refused('store_unavailable'));
});

test('the thread begins with the fourth of those under way, and then serves all', async (t) => {
  const path = join(await folderFor(t), 'a');
  await writeFile(path, 'text');
  await using reads = openSmallReads();
  const turns = Array.from({ length: 4 }, () => reads.begin());
  assert.deepEqual(
    turns.map(({ isWorthIt }) => isWorthIt),
    [false, false, false, true],
  );
  const read = await reads.read({ path, start: 1, end: 3 });
  assert.equal(read && String(Buffer.from(read.bytes)), 'ex');
  for (const turn of turns) turn[Symbol.dispose]();
  using alone = reads.begin();
  assert.equal(alone.isWorthIt, true);
});

test('a thread that is held up is waited for by nobody who could read without it', async () => {
  const silent = new URL(
    'data:text/javascript,process.getBuiltinModule("worker_threads").parentPort.on("message",()=>{})',
  );
  await using reads = openSmallReads(1, silent);
  const file = { path: '/none', start: 0, end: 1 };
  const begin = (): boolean => {
    using turn = reads.begin();
    return turn.isWorthIt;
  };
  assert.equal(begin(), true);
  const sent = reads.read(file);
  await new Promise(setImmediate);
  const behind = reads.read(file);
  // Whenever it is that it counts as held up.
  while (begin()) await pause(5);
  assert.equal(await behind, null);
  await reads[Symbol.asyncDispose]();
  assert.equal(await sent, null);
});

test('a thread that ends leaves what it was at to be read one by one, and the next comes to a new one', async (t) => {
  const path = join(await folderFor(t), 'a');
  await writeFile(path, 'text');
  await using dying = openSmallReads(1, new URL('data:text/javascript,process.exit(1)'));
  assert.equal(await dying.read({ path, start: 0, end: 4 }), null);
  assert.equal(await dying.read({ path, start: 0, end: 4 }), null);
  await using reads = openSmallReads(1);
  // Nothing that could be handed to a thread.
  assert.equal(await reads.read({ path: new Proxy({}, {}) as never, start: 0, end: 4 }), null);
  assert.ok(await reads.read({ path, start: 0, end: 4 }));
});
