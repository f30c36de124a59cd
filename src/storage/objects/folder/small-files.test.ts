import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hasCode } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { bytesBody, readBody } from '../body.ts';
import type { ObjectStore } from '../object-store.ts';
import { openFolderObjectStore } from './folder.ts';
import { openSmallFiles } from './small-files.ts';

async function folderFor(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'small-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const put = (store: ObjectStore, key: string, text: string, createOnly = true): Promise<unknown> =>
  store.put(key, bytesBody(Buffer.from(text)), { size: Buffer.byteLength(text), createOnly });

test('many small objects at once are all stored, each with its own bytes, and nothing else is left', async (t) => {
  const folder = await folderFor(t);
  await using store = await openFolderObjectStore({ folder, log: silentLog });
  const names = Array.from({ length: 60 }, (_, index) => `o/${index % 3}/${index}`);
  await Promise.all(names.map((name) => put(store, name, `the text of ${name}`)));
  for (const name of names) assert.equal(String(await readBody((await store.get(name)).body)), `the text of ${name}`);
  assert.deepEqual(
    (await readdir(join(folder, '.tmp'), { withFileTypes: true })).filter((each) => each.isFile()),
    [],
  );
});

test('of many who give one new name at once a single one gets it, and the others hear of it', async (t) => {
  const folder = await folderFor(t);
  await using store = await openFolderObjectStore({ folder, log: silentLog, togetherFrom: 1 });
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => put(store, 'o/one', `${index}`)));
  const won = outcomes.findIndex(({ status }) => status === 'fulfilled');
  const lost = outcomes.filter((each) => each.status === 'rejected' && hasCode(each.reason, 'object_exists'));
  assert.equal(lost.length, 11);
  assert.equal(String(await readBody((await store.get('o/one')).body)), `${won}`);
});

test('a folder that was removed is made again; one that became a symbolic link is refused, and nothing is written there', async (t) => {
  const folder = await folderFor(t);
  await using store = await openFolderObjectStore({ folder, log: silentLog, togetherFrom: 1 });
  await put(store, 'o/a', 'first');
  await rm(join(folder, 'o'), { recursive: true });
  await put(store, 'o/b', 'second');
  assert.deepEqual(await readdir(join(folder, 'o')), ['b']);
  const elsewhere = await folderFor(t);
  await rename(join(folder, 'o'), join(folder, 'was'));
  await symlink(elsewhere, join(folder, 'o'));
  await assert.rejects(put(store, 'o/c', 'third'), (error) => hasCode(error, 'store_denied'));
  assert.deepEqual(await readdir(elsewhere), []);
  assert.deepEqual(await readdir(join(folder, '.tmp')), ['uploads']);
});

test('those that come one after the other, in turns that the event loop is busy in, are written in one go', async (t) => {
  const folder = await folderFor(t);
  await using files = openSmallFiles(1, 60_000);
  let turn = 0;
  const writes = Array.from({ length: 5 }, async (_, index) => {
    for (let turns = 0; turns < index; turns += 1) await nextTurn();
    const began = performance.now();
    while (performance.now() - began < 1);
    const [from, to] = [join(folder, `from ${index}`), join(folder, `to ${index}`)];
    await files.write({ from, to, bytes: Buffer.from('x'), isNew: true });
    return turn;
  });
  const written = Promise.all(writes);
  for (let isOver = false; !isOver; turn += 1) {
    isOver = await Promise.race([written.then(() => true), nextTurn(false)]);
  }
  assert.equal(new Set(await written).size, 1);
});

test('one that cannot be written fails alone, with what the system says', async (t) => {
  const folder = await folderFor(t);
  await using files = openSmallFiles();
  const file = (name: string, from: string) =>
    files.write({ from: join(folder, from), to: join(folder, name), bytes: Buffer.from(name), isNew: true });
  const [good, bad, next] = await Promise.allSettled([file('a', '1'), file('b', 'missing/2'), file('c', '3')]);
  assert.equal(good?.status === 'fulfilled' && good.value.state, 'named');
  assert.equal(bad?.status === 'rejected' && (bad.reason as { code?: string }).code, 'ENOENT');
  assert.equal(next?.status === 'fulfilled' && next.value.state, 'named');
  assert.deepEqual(await readdir(folder), ['a', 'c']);
});

test('where there is no thread, whoever waits is told, and the next try is a new one', async (t) => {
  const folder = await folderFor(t);
  await using files = openSmallFiles();
  const from = join(folder, '1');
  const to = join(folder, 'a');
  // Nothing that could be handed to a thread.
  const unsent = new Proxy(Buffer.from('x'), {});
  await assert.rejects(files.write({ from, to, bytes: unsent, isNew: true }), (error) =>
    hasCode(error, 'store_unavailable'),
  );
  assert.equal((await files.write({ from, to, bytes: Buffer.from('again'), isNew: true })).state, 'named');
  assert.equal(await readFile(to, 'utf8'), 'again');
});

test('the thread begins with the fourth of those under way, and then serves all', () => {
  const files = openSmallFiles();
  const turns = Array.from({ length: 4 }, () => files.begin());
  assert.deepEqual(
    turns.map(({ isWorthIt }) => isWorthIt),
    [false, false, false, true],
  );
  for (const turn of turns) turn[Symbol.dispose]();
  assert.equal(files.begin().isWorthIt, false, 'none was begun yet');
});
