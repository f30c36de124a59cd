import assert from 'node:assert/strict';
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../base/clock.ts';
import { hasCode } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { bytesBody } from '../body.ts';
import { objectStoreContract } from '../contract.ts';
import { allKeys, read, refused, text } from '../contract-support.ts';
import { storeError } from './errors.ts';
import { openFolderObjectStore } from './folder.ts';
import { temporaryName } from './leftovers.ts';

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'objects-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const openAt = (folder: string, options = {}) => openFolderObjectStore({ folder, log: silentLog, ...options });

async function temporaryFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, '.tmp'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function openHandlesBelow(folder: string): Promise<string[]> {
  const handles = await readdir('/proc/self/fd');
  const paths = await Promise.all(handles.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}

for (const [where, options] of [
  ['openFolderObjectStore', { hardLinks: true }],
  ['openFolderObjectStore on a file system without hard links', { hardLinks: false }],
  ['openFolderObjectStore where what is small is written together', { hardLinks: true, togetherFrom: 1 }],
] as const) {
  objectStoreContract(where, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'objects-'));
    const store = await openAt(folder, options);
    const close = store[Symbol.asyncDispose].bind(store);
    store[Symbol.asyncDispose] = async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    };
    return { store, leftovers: async () => [...(await temporaryFiles(folder)), ...(await openHandlesBelow(folder))] };
  });
}

test('whether there are hard links is found out, and told as a property', async (context) => {
  const folder = await folderFor(context);
  assert.equal((await openAt(folder)).properties.createOnly, true);
  assert.equal((await openAt(folder, { hardLinks: false })).properties.createOnly, false);
  assert.deepEqual(await temporaryFiles(folder), []);
});

test('objects are files at the path of their key, readable by their owner only', async (context) => {
  const folder = join(await folderFor(context), 'deep', 'objects');
  await using store = await openFolderObjectStore({ url: pathToFileURL(folder).href, log: silentLog });
  assert.equal(store.properties.url, pathToFileURL(folder).href);
  await store.put('drives/d/o/1.age', text('x'));
  const mode = async (path: string) => (await stat(join(folder, path))).mode & 0o777;
  assert.equal(await mode('drives/d/o/1.age'), 0o600);
  for (const path of ['', '.tmp', 'drives', 'drives/d', 'drives/d/o']) assert.equal(await mode(path), 0o700, path);
  await store.copy('drives/d/o/1.age', 'drives/d/o/2.age');
  assert.equal(await mode('drives/d/o/2.age'), 0o600);
});

test(
  'a put brings the file and every new name to the disk before it resolves; a delete brings the missing name',
  { skip: process.platform !== 'linux' },
  async (context) => {
    const folder = await folderFor(context);
    await using store = await openAt(folder);
    const synced: string[] = [];
    const probe = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(probe) as { sync: () => Promise<void> };
    await probe.close();
    const { sync } = prototype;
    context.mock.method(prototype, 'sync', async function (this: { readonly fd: number }) {
      const path = await readlink(`/proc/self/fd/${this.fd}`);
      synced.push(path.slice(folder.length).replace(/^\/\.tmp\/t-.*/, 'the file'));
      await sync.call(this);
    });
    const during = async (act: () => Promise<unknown>): Promise<string[]> => {
      synced.length = 0;
      await act();
      return [...synced];
    };
    assert.deepEqual(await during(() => store.put('a/b/1', text('x'))), ['the file', '', '/a', '/a/b']);
    assert.deepEqual(await during(() => store.put('a/b/2', text('x'), { createOnly: true })), ['the file', '/a/b']);
    assert.deepEqual(await during(() => store.copy('a/b/1', 'a/c/3')), ['the file', '/a', '/a/c']);
    assert.deepEqual(await during(() => store.delete('a/b/1')), ['/a/b']);
  },
);

test('objects and unfinished uploads are there after opening again', async (context) => {
  const folder = await folderFor(context);
  const first = await openAt(folder);
  await first.put('a/b', text('kept'));
  const { uploadId } = await first.multipart.create('m/a');
  const part = await first.multipart.putPart('m/a', uploadId, 1, text('part'));
  await first[Symbol.asyncDispose]();
  await using store = await openAt(folder);
  assert.equal((await read(store, 'a/b')).toString(), 'kept');
  assert.deepEqual(await store.multipart.listParts('m/a', uploadId), [part]);
  await store.multipart.complete('m/a', uploadId, [part]);
  assert.equal((await read(store, 'm/a')).toString(), 'part');
});

test('a part altered on the disk does not become part of an object', async (context) => {
  const folder = await folderFor(context);
  await using store = await openAt(folder);
  const { uploadId } = await store.multipart.create('m/a');
  const part = await store.multipart.putPart('m/a', uploadId, 1, text('part'));
  const upload = join(folder, '.tmp', 'uploads', uploadId);
  const [file] = (await readdir(upload)).filter((name) => name !== 'key');
  await writeFile(join(upload, file ?? ''), 'trap');
  await assert.rejects(store.multipart.complete('m/a', uploadId, [part]), refused('upload_parts_invalid'));
  assert.equal(await store.head('m/a'), null);
});

test('symbolic links are never followed', async (context) => {
  const folder = await folderFor(context);
  const outside = await folderFor(context);
  await writeFile(join(outside, 'secret'), 'secret');
  await using store = await openAt(folder);
  await store.put('a/object', text('x'));
  await symlink(outside, join(folder, 'out'));
  await symlink(join(outside, 'secret'), join(folder, 'a', 'link'));
  const denied = refused('store_denied');
  await assert.rejects(store.get('out/secret'), denied);
  await assert.rejects(store.head('out/secret'), denied);
  await assert.rejects(store.delete('out/secret'), denied);
  await assert.rejects(store.put('out/new', text('x')), denied);
  await assert.rejects(store.put('out/deep/new', text('x')), denied);
  await assert.rejects(store.copy('a/object', 'out/new'), denied);
  await assert.rejects(store.get('a/link'), refused('object_not_found'));
  assert.equal(await store.head('a/link'), null);
  await store.delete('a/link');
  assert.deepEqual(await allKeys(store), ['a/object']);
  await store.put('a/link', text('replaces the link, not what it points at'));
  assert.deepEqual(await readdir(outside), ['secret']);
  assert.equal((await stat(join(outside, 'secret'))).size, 6);
  assert.deepEqual(await temporaryFiles(folder), []);
});

test('a store under a path with symbolic links works', async (context) => {
  const folder = await folderFor(context);
  await mkdir(join(folder, 'real'));
  await symlink(join(folder, 'real'), join(folder, 'link'));
  await using store = await openAt(join(folder, 'link', 'objects'));
  await store.put('a/b', text('x'));
  assert.equal((await read(store, 'a/b')).toString(), 'x');
});

test('foreign things in the folder are passed over', async (context) => {
  const folder = await folderFor(context);
  await using store = await openAt(folder);
  await store.put('a', text('x'));
  for (const name of ['.DS_Store', 'not a key', 'lost+found', 'ümlaut']) await writeFile(join(folder, name), 'x');
  assert.deepEqual(await allKeys(store), ['a']);
});

test('a store whose folder has gone is unavailable, not empty', async (context) => {
  const parent = await folderFor(context);
  const folder = join(parent, 'objects');
  await using store = await openAt(folder);
  await store.put('a/b', text('x'));
  await rename(folder, join(parent, 'unmounted'));
  for (const emptyMountPoint of [false, true]) {
    if (emptyMountPoint) await mkdir(folder);
    const gone = refused('store_unavailable');
    await assert.rejects(store.get('a/b'), gone);
    await assert.rejects(store.head('a/b'), gone);
    await assert.rejects(store.list({}), gone);
    await assert.rejects(store.delete('a/b'), gone);
    await assert.rejects(store.put('a/c', text('x')), gone);
    await assert.rejects(store.put('n/e/w', text('x')), gone);
    await assert.rejects(store.copy('a/b', 'a/d'), gone);
    await assert.rejects(store.multipart.create('m'), gone);
    assert.deepEqual(await readdir(parent), emptyMountPoint ? ['objects', 'unmounted'] : ['unmounted']);
  }
});

test('a folder removed behind the back of the store is made again', async (context) => {
  const folder = await folderFor(context);
  await using store = await openAt(folder);
  await store.put('a/b/c', text('x'));
  await rm(join(folder, 'a'), { recursive: true });
  await store.put('a/b/c', text('y'), { createOnly: true });
  assert.equal((await read(store, 'a/b/c')).toString(), 'y');
});

test('what killed processes left is removed at open; what may still be written is not', async (context) => {
  const folder = await folderFor(context);
  await (await openAt(folder)).multipart.create('m/a');
  const temporary = join(folder, '.tmp');
  const [uploadId] = await readdir(join(temporary, 'uploads'));
  const own = temporaryName();
  const [, host, pid, run] = own.split('-');
  const rest = own.split('-').slice(4).join('-');
  const names = {
    own,
    dead: `t-${host}-${2 ** 22 + 1}-00000000-${rest}`,
    sameProcessEarlierRun: `t-${host}-${pid}-00000000-${rest}`,
    running: `t-${host}-${process.ppid}-00000000-${rest}`,
    foreign: `t-00000000-1-${run}-${rest}`,
    foreignOld: `t-00000000-2-${run}-${rest}`,
  };
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  for (const place of [temporary, join(temporary, 'uploads', uploadId ?? '')]) {
    for (const name of Object.values(names)) await writeFile(join(place, name), 'x');
    await utimes(join(place, names.foreignOld), yesterday, yesterday);
  }
  await (await openAt(folder))[Symbol.asyncDispose]();
  const kept = [names.own, names.running, names.foreign].toSorted();
  assert.deepEqual((await readdir(temporary)).filter((name) => name !== 'uploads').toSorted(), kept);
  assert.deepEqual((await readdir(join(temporary, 'uploads', uploadId ?? ''))).toSorted(), ['key', ...kept].toSorted());
});

test('uploads nobody touched for a day are removed at open, younger ones stay', async (context) => {
  const folder = await folderFor(context);
  const first = await openAt(folder);
  const { uploadId } = await first.multipart.create('m/a');
  await first.multipart.putPart('m/a', uploadId, 1, text('x'));
  const later = (hours: number) => ({ clock: () => systemClock() + hours * 3_600_000 });
  const before = await openAt(folder, later(23));
  assert.equal((await before.multipart.listParts('m/a', uploadId)).length, 1);
  const after = await openAt(folder, later(25));
  await assert.rejects(after.multipart.listParts('m/a', uploadId), refused('upload_not_found'));
});

test('opened for reading only, it makes nothing and refuses every write', async (context) => {
  const folder = await folderFor(context);
  await assert.rejects(openAt(join(folder, 'missing'), { readOnly: true }), refused('store_unavailable'));
  assert.deepEqual(await readdir(folder), []);
  await using writable = await openAt(folder);
  await writable.put('a', text('x'));
  await using store = await openAt(folder, { readOnly: true });
  assert.equal((await read(store, 'a')).toString(), 'x');
  const denied = refused('store_denied');
  await assert.rejects(store.put('b', text('x')), denied);
  await assert.rejects(store.delete('a'), denied);
  await assert.rejects(store.copy('a', 'b'), denied);
  await assert.rejects(store.multipart.create('b'), denied);
  assert.deepEqual(await allKeys(store), ['a']);
});

test('a file that gets shorter while it is read ends in an error, never in fewer bytes', async (context) => {
  const folder = await folderFor(context);
  await using store = await openAt(folder);
  await store.put('a', bytesBody(Buffer.alloc(3_000_000)));
  const { body } = await store.get('a');
  await assert.rejects(async () => {
    for await (const piece of body) {
      assert.ok(piece.length > 0);
      await writeFile(join(folder, 'a'), 'short');
    }
  }, refused('store_unavailable'));
  assert.deepEqual(await openHandlesBelow(folder), []);
});

test('errors of the system become errors of ours; mistakes of the program stay what they are', () => {
  const expected = {
    ENOSPC: 'store_full',
    EDQUOT: 'store_full',
    EFBIG: 'object_too_large',
    EACCES: 'store_denied',
    EPERM: 'store_denied',
    EROFS: 'store_denied',
    EIO: 'store_unavailable',
    EMFILE: 'store_unavailable',
    ESTALE: 'store_unavailable',
  };
  for (const [code, ours] of Object.entries(expected)) {
    const found = storeError(Object.assign(new Error(code), { code }), 'Store an object');
    assert.ok(hasCode(found, ours), code);
    assert.equal(found.attempted, 'Store an object');
  }
  const mistake = Object.assign(new TypeError('wrong'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.equal(storeError(mistake, 'x'), mistake);
});

test('addresses that are no local folder are refused', async () => {
  for (const url of ['s3://bucket', 'file://host/share', '/plain/path', 'file:///a?x=1', 'file:///a%2fb', '']) {
    await assert.rejects(openFolderObjectStore({ url, log: silentLog }), refused('store_url_invalid'), url);
  }
});

test('a file where the folder should be is told', async (context) => {
  const folder = await folderFor(context);
  await writeFile(join(folder, 'file'), 'x');
  await assert.rejects(openAt(join(folder, 'file')), refused('store_unavailable'));
});

test('what is read in several pieces is handed over: each lies in memory of its own', async (context) => {
  const folder = await folderFor(context);
  const store = await openAt(folder);
  await store.put('large', bytesBody(Buffer.alloc(1_300_000, 7)));
  const { body, isHandedOver } = await store.get('large');
  assert.equal(isHandedOver, true);
  const memory = new Set<ArrayBufferLike>();
  let bytes = 0;
  for await (const piece of body) {
    memory.add(piece.buffer);
    bytes += piece.length;
    // Whoever is given it may do this.
    structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] });
  }
  assert.deepEqual([memory.size, bytes], [3, 1_300_000]);
});
