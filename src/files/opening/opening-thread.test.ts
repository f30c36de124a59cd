import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, realpath, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLog } from '../../base/log.ts';
import { openFolderObjectStore, openSqliteRecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { downloadOf } from '../versions/download.ts';
import { get, put, testFiles, type TestPerson } from '../test-files.ts';
import type { FileView } from '../wire.ts';
import type { OpenedFile } from './open-small-file.ts';
import { openOpeningThread, type OpeningThread } from './opening-thread.ts';

/** A workspace in files, as most are, and a thread that opens all that it is asked for. */
async function inFiles(t: TestContext) {
  // Closed before the folder is removed: what is closed first has to be promised last.
  const opened = new AsyncDisposableStack();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'opening-')));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const clock = (): number => Date.UTC(2026, 5, 1);
  const records = opened.use(
    await openSqliteRecordStore({ path: join(folder, 'records.sqlite'), clock, log: silentLog }),
  );
  const store = async (name: string) =>
    opened.use(await openFolderObjectStore({ folder: join(folder, name), log: silentLog }));
  const [primary, backup] = [await store('objects'), await store('backup')];
  const place = { records: records.properties.url, objects: join(folder, 'objects') };
  const choices = { records: () => records, primary, backup, inFiles: place };
  const workspace = testFiles(t, choices);
  const thread = opened.use(
    openOpeningThread({ place, log: silentLog, beginAt: 1, heldUpMs: 60_000, patienceMs: Infinity }),
  );
  t.after(async () => {
    await workspace.files[Symbol.asyncDispose]();
    await opened.disposeAsync();
  });
  const open = async (person: TestPerson, entryId: string, versionId?: string): Promise<OpenedFile | null> =>
    await asked(thread, await workspace.access(person), entryId, versionId);
  /** Where the first copy of what was stored last lies. */
  const newestObject = async (driveId: string): Promise<string> => {
    const objects = join(place.objects, 'drives', driveId, 'o');
    return join(objects, (await readdir(objects)).toSorted().at(-1) ?? '');
  };
  return { ...workspace, files: workspace.files, place, opened: open, thread, newestObject };
}

test('what the thread opens is what is opened step by step: name, facts and every byte', async (t) => {
  const { files, join: joinIn, opened } = await inFiles(t);
  const ada = await joinIn();
  for (const [name, bytes] of [
    ['empty', Buffer.alloc(0)],
    ['a note.txt', Buffer.from('seven quiet herons')],
    ['größer – 大.bin', randomBytes(64 * 1024)],
  ] as const) {
    const { entry } = await put(files, ada, name, bytes);
    const found = await opened(ada, entry.id);
    assert.ok(found, name);
    const step = await files.open(ada.session, ada.driveId, entry.id, entry.versionId);
    const { bytes: content, ...facts } = found;
    const { read: _read, bytes: _bytes, ...expected } = step;
    assert.deepEqual(facts, expected);
    assert.ok(bytes.equals(content));
    assert.equal(content.buffer.byteLength, bytes.length, 'nothing else lies in its memory');
  }
});

test('what was written, renamed or moved a moment ago is there as it is now', async (t) => {
  const { files, join: joinIn, opened } = await inFiles(t);
  const ada = await joinIn();
  const { entry } = await put(files, ada, 'plan', 'first');
  for (let version = 1; version <= 20; version++) {
    await put(files, ada, 'plan', `text ${version}`);
    assert.equal(String(Buffer.from((await opened(ada, entry.id))?.bytes ?? '')), `text ${version}`);
  }
  const folder = await files.makeFolder(ada.session, ada.driveId, 'root', { name: 'old' });
  await files.move(ada.session, ada.driveId, entry.id, { folderId: folder.id, name: 'plan of May' }, {});
  assert.equal((await opened(ada, entry.id))?.name, 'plan of May');
});

test('a version that is asked for is opened when it is the newest, and another one is not taken for it', async (t) => {
  const { files, join: joinIn, opened } = await inFiles(t);
  const ada = await joinIn();
  const { entry: old } = await put(files, ada, 'plan', 'old');
  const { entry } = await put(files, ada, 'plan', 'new');
  assert.equal((await opened(ada, entry.id, entry.versionId))?.versionId, entry.versionId);
  assert.equal(await opened(ada, entry.id, old.versionId), null);
  assert.equal(await opened(ada, entry.id, 'none'), null);
  for (let burst = 0; burst < 3; burst++) {
    const [older, newer] = await Promise.all(
      [old, entry].map(async ({ versionId }) => String(await get(files, ada, entry, { versionId }))),
    );
    assert.deepEqual([older, newer], ['old', 'new']);
  }
});

test('a folder, a large file, a foreign one and one that is nowhere are left to be opened step by step', async (t) => {
  const { files, join: joinIn, opened } = await inFiles(t);
  const [ada, ben] = [await joinIn('Ada'), await joinIn('Ben')];
  const folder = await files.makeFolder(ada.session, ada.driveId, 'root', { name: 'a' });
  const large = await put(files, ada, 'large', randomBytes(64 * 1024 + 1));
  const hers = await put(files, ada, 'hers', 'hers');
  assert.equal(await opened(ada, folder.id), null);
  assert.equal(await opened(ada, large.entry.id), null);
  assert.equal(await opened(ben, hers.entry.id), null);
  assert.equal(await opened(ada, '0197a000-0000-7000-8000-000000000000'), null);
  assert.ok(await opened(ada, hers.entry.id));
});

for (const [what, spoil] of [
  ['in whose header one bit is another', (path: string) => flip(path, 100)],
  ['in whose content one bit is another', (path: string, size: number) => flip(path, size - 1)],
  ['that is shorter', (path: string, size: number) => truncate(path, size - 1)],
  ['that is longer', (path: string) => writeFile(path, 'x', { flag: 'a' })],
  ['that is gone', (path: string) => rm(path)],
] as const) {
  test(`a copy ${what} is not taken, and whoever asks gets the other one, a whole burst of them`, async (t) => {
    const { files, join: joinIn, opened, newestObject } = await inFiles(t);
    const ada = await joinIn();
    const { entry } = await put(files, ada, 'a', 'the right text');
    await files.copyDue();
    const path = await newestObject(ada.driveId);
    const { size } = await stat(path);
    await spoil(path, size);
    assert.equal(await opened(ada, entry.id), null);
    const burst = await Promise.all(Array.from({ length: 12 }, () => get(files, ada, entry)));
    assert.deepEqual([...new Set(burst.map(String))], ['the right text']);
    await files.copyDue();
    assert.ok(await opened(ada, entry.id), 'it was mended');
  });
}

test('a burst of downloads is right to the last byte, and each is noted with who read it', async (t) => {
  const { files, join: joinIn, told } = await inFiles(t);
  const ada = await joinIn();
  const stored: FileView[] = [];
  for (let index = 0; index < 60; index++) stored.push((await put(files, ada, `f${index}`, `text of ${index}`)).entry);
  const read = async (entry: FileView): Promise<string> => {
    const download = await files.open(ada.session, ada.driveId, entry.id);
    return `${download.name}: ${String(await download.bytes({ start: 0, end: download.size }))}`;
  };
  // The first without the thread, the last with it: when it has begun is nobody's business.
  for (let burst = 0; burst < 20; burst++) {
    told.length = 0;
    assert.deepEqual(
      await Promise.all(stored.map(read)),
      stored.map((_entry, index) => `f${index}: text of ${index}`),
    );
    const noted = told.filter(({ act }) => act === 'version.read');
    assert.deepEqual(
      noted.map(({ actorId, facts }) => `${actorId} ${String(facts?.['versionId'])}`).toSorted(),
      stored.map(({ versionId }) => `${ada.session.accountId} ${versionId}`).toSorted(),
    );
    await pause(20);
  }
});

test('a part of what it opened is that part, in memory of its own', async (t) => {
  const { files, join: joinIn, opened } = await inFiles(t);
  const ada = await joinIn();
  const { entry } = await put(files, ada, 'a', '0123456789');
  const found = await opened(ada, entry.id);
  assert.ok(found);
  const download = downloadOf(found);
  const part = await download.bytes({ start: 3, end: 6 });
  assert.equal(String(part), '345');
  assert.equal(part.buffer.byteLength, 3);
  // Whoever hands its memory on takes nothing from who reads next.
  structuredClone(part, { transfer: [part.buffer as ArrayBuffer] });
  const [piece] = await Array.fromAsync(download.read({ start: 8, end: 10 }));
  assert.equal(String(piece), '89');
  assert.equal(piece?.buffer.byteLength, 2);
  assert.equal(String(Buffer.concat(await Array.fromAsync(download.read()))), '0123456789');
  assert.deepEqual(await Array.fromAsync(download.read({ start: 4, end: 4 })), []);
});

test('to look at a file without its content is no reading of it', async (t) => {
  const { files, join: joinIn, told } = await inFiles(t);
  const ada = await joinIn();
  const { entry } = await put(files, ada, 'a', '0123456789');
  told.length = 0;
  // The first without the thread, the last with it.
  for (let burst = 0; burst < 20; burst++) {
    await Promise.all(Array.from({ length: 8 }, () => files.open(ada.session, ada.driveId, entry.id)));
    await pause(20);
  }
  assert.deepEqual(told, []);
});

test('behind a symbolic link lies what is none of the store’s', async (t) => {
  const { files, join: joinIn, opened, place } = await inFiles(t);
  const ada = await joinIn();
  const { entry } = await put(files, ada, 'a', 'text');
  const objects = join(place.objects, 'drives', ada.driveId, 'o');
  await rename(objects, `${objects}-elsewhere`);
  await symlink(`${objects}-elsewhere`, objects);
  assert.equal(await opened(ada, entry.id), null);
});

test('keys that whoever opened them has forgotten are forgotten, and not given again', async (t) => {
  const { join: joinIn, access } = await inFiles(t);
  const way = await access(await joinIn());
  const workerFile = threadOf(`const known = new Set();
    parentPort.on("message", ({ kind, keysId, number }) => {
      if (kind === "keys") known.add(keysId);
      if (kind === "forget") known.delete(keysId);
      if (kind === "open") parentPort.postMessage({ number, file: { name: [...known].join(), bytes: new Uint8Array() } });
    });
    parentPort.postMessage("ready")`);
  await using thread = openOpeningThread({ place: NOWHERE, log: silentLog, beginAt: 1, heldUpMs: 60_000, workerFile });
  assert.equal((await asked(thread, way, 'a'))?.name, '1');
  const other = { ...way, keys: { ...way.keys } };
  assert.equal((await asked(thread, other, 'a'))?.name, '1,2');
  thread.forget(way.keys);
  assert.equal((await asked(thread, other, 'a'))?.name, '2');
  assert.equal(thread.open(way, 'a'), null, 'nor are they given to it again');
});

test('the thread begins with a burst of four, and not for three, nor for one now and then', async (t) => {
  const { join: joinIn, access } = await inFiles(t);
  const way = await access(await joinIn());
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const place = { ...NOWHERE, begun };
  const workerFile = threadOf('Atomics.add(workerData.begun, 0, 1); parentPort.on("message", () => {})');
  await using three = openOpeningThread({ place, log: silentLog, workerFile });
  for (let count = 0; count < 3; count++) assert.equal(three.open(way, 'a'), null);
  await using slow = openOpeningThread({ place, log: silentLog, workerFile });
  for (let count = 0; count < 8; count++) {
    assert.equal(slow.open(way, 'a'), null);
    await pause(15);
  }
  await using many = openOpeningThread({ place, log: silentLog, workerFile });
  // Far more than four, since time goes on between them too.
  for (let count = 0; count < 1000; count++) assert.equal(many.open(way, 'a'), null);
  for (let looks = 0; Atomics.load(begun, 0) === 0 && looks < 10_000; looks++) await pause(5);
  assert.equal(Atomics.load(begun, 0), 1);
});

test('one that nobody has asked for a while ends, and begins again with the next burst', async (t) => {
  const { join: joinIn, access } = await inFiles(t);
  const way = await access(await joinIn());
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const workerFile = threadOf(`Atomics.add(workerData.begun, 0, 1);
    parentPort.on("message", ({ kind, number }) => {
      if (kind === "open") parentPort.postMessage({ number, file: null });
    });
    parentPort.postMessage("ready")`);
  const place = { ...NOWHERE, begun };
  const options = { beginAt: 1, heldUpMs: 60_000, idleMs: 30, workerFile };
  await using thread = openOpeningThread({ place, log: silentLog, ...options });
  for (let looks = 0; Atomics.load(begun, 0) < 3 && looks < 10_000; looks++) {
    await thread.open(way, 'a');
    await pause(100);
  }
  assert.ok(Atomics.load(begun, 0) >= 3);
});

test('a disk that is slow for one file is left alone for a while', async (t) => {
  const { files, join: joinIn, access, place } = await inFiles(t);
  const ada = await joinIn();
  const { entry } = await put(files, ada, 'a', 'text');
  await using thread = openOpeningThread({ place, log: silentLog, beginAt: 1, heldUpMs: 60_000, patienceMs: -1 });
  const way = await access(ada);
  assert.ok(await asked(thread, way, entry.id));
  const next = await Promise.all(Array.from({ length: 8 }, async () => await thread.open(way, entry.id)));
  assert.ok(next.includes(null));
  // Whenever that while is over.
  for (let looks = 0; !(await asked(thread, way, entry.id)); looks++) {
    assert.ok(looks < 10_000);
    await pause(5);
  }
});

test('where the records or the first copies lie elsewhere there is no thread', async (t) => {
  const { join: joinIn, access } = await inFiles(t);
  const way = await access(await joinIn());
  await using thread = openOpeningThread({ place: null, log: silentLog, beginAt: 1 });
  for (let count = 0; count < 8; count++) {
    assert.equal(thread.open(way, 'a'), null);
    await pause(5);
  }
});

test('a thread that does not answer is waited for by nobody', async (t) => {
  const { join: joinIn, access } = await inFiles(t);
  const way = await access(await joinIn());
  const workerFile = threadOf('parentPort.on("message", () => {}); parentPort.postMessage("ready")');
  await using thread = openOpeningThread({ place: NOWHERE, log: silentLog, beginAt: 1, heldUpMs: 20, workerFile });
  assert.equal(await asked(thread, way, 'a'), null);
  assert.equal(thread.open(way, 'a'), null, 'it is not asked while it is held up');
});

test('one that answers late is asked again afterwards, and no answer goes to a wrong question', async (t) => {
  const { join: joinIn, access } = await inFiles(t);
  const way = await access(await joinIn());
  const gate = new SharedArrayBuffer(4);
  const workerFile = threadOf(`parentPort.on("message", ({ kind, number, entryId }) => {
      if (kind !== "open") return;
      Atomics.wait(new Int32Array(workerData.gate), 0, 0);
      parentPort.postMessage({ number, file: { name: entryId, bytes: new Uint8Array() } });
    });
    parentPort.postMessage("ready")`);
  const place = { ...NOWHERE, gate };
  await using thread = openOpeningThread({ place, log: silentLog, beginAt: 1, heldUpMs: 20, workerFile });
  const [one, two] = [asked(thread, way, 'one'), asked(thread, way, 'two')];
  // Each is asked once: after the first was given up nothing is asked until the thread has answered.
  assert.equal(await one, null);
  assert.equal(thread.open(way, 'none'), null);
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  const found = await two;
  assert.ok(found === null || found.name === 'two');
  let three: OpenedFile | null = null;
  for (let looks = 0; !three && looks < 1000; looks++) three = await asked(thread, way, 'three');
  assert.equal(three?.name, 'three');
});

for (const [what, onMessage] of [
  [
    'an answer to no question of ours reaches nobody',
    '({ kind, number }) => kind === "open" && parentPort.postMessage({ number: number + 1, file: { name: "another" } })',
  ],
  ['a thread that ends leaves what it was at', '() => process.exit(1)'],
] as const) {
  test(`${what}; it is said, and no thread is begun again for a while`, async (t) => {
    const { join: joinIn, access } = await inFiles(t);
    const way = await access(await joinIn());
    const warned: string[] = [];
    const log = { ...silentLog, warn: (_facts: object, text: string) => void warned.push(text) };
    const workerFile = threadOf(`parentPort.on("message", ${onMessage}); parentPort.postMessage("ready")`);
    await using thread = openOpeningThread({ place: NOWHERE, log, beginAt: 1, heldUpMs: 60_000, workerFile });
    assert.equal(await asked(thread, way, 'one'), null);
    assert.equal(thread.open(way, 'two'), null);
    assert.equal(warned.length, 1);
  });
}

test('who waits when all is closed is answered, and one without records says so once', async (t) => {
  const { join: joinIn, access } = await inFiles(t);
  const way = await access(await joinIn());
  const workerFile = threadOf('parentPort.on("message", () => {}); parentPort.postMessage("ready")');
  const closing = openOpeningThread({ place: NOWHERE, log: silentLog, beginAt: 1, heldUpMs: 60_000, workerFile });
  let waiting = closing.open(way, 'one');
  for (let looks = 0; !waiting && looks < 10_000; looks++) {
    await pause(5);
    waiting = closing.open(way, 'one');
  }
  await closing[Symbol.asyncDispose]();
  assert.equal(await waiting, null);
  assert.equal(closing.open(way, 'two'), null);
  const warned = Promise.withResolvers<void>();
  const log = { ...silentLog, warn: () => warned.resolve() };
  await using broken = openOpeningThread({ place: NOWHERE, log, beginAt: 1 });
  assert.equal(broken.open(way, 'one'), null);
  // Held: a thread that is idle holds nobody.
  const held = setTimeout(() => undefined, 120_000);
  await warned.promise;
  clearTimeout(held);
});

/** Threads of the tests look nowhere. */
const NOWHERE = { records: 'file:///nowhere/records.sqlite', objects: '/nowhere' };

/** Once the thread has begun, or comes to itself. */
async function asked(thread: OpeningThread, access: DriveAccess, entryId: string, versionId?: string) {
  for (let looks = 0; looks < 10_000; looks++) {
    const opening = thread.open(access, entryId, versionId);
    if (opening) return await opening;
    await pause(5);
  }
  throw new Error('The thread takes no questions');
}

function threadOf(code: string): URL {
  const text = `const { parentPort, workerData } = process.getBuiltinModule("worker_threads"); ${code}`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] = (byte[0] ?? 0) ^ 1;
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
}
