import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRecordStore, type RecordStore } from '../../storage/index.ts';
import type { Files } from '../files.ts';
import { code, put, testFiles, type TestFiles, type TestPerson } from '../test-files.ts';
import type { EntryView } from '../wire.ts';
import type { ListRequest } from '../browse-acts.ts';
import { orderBy, type Listed } from './order.ts';

/** Small enough that a few hundred entries make an index of many segments. */
const SMALL = { listIndexedFrom: 100 };

async function names(files: Files, person: TestPerson, folderId: string, request: ListRequest): Promise<string[]> {
  const found: EntryView[] = [];
  let after: string | undefined;
  do {
    const page = await files.list(person.session, person.driveId, folderId, { ...request, after });
    found.push(...page.entries);
    // An index that still knows of entries that have gone makes pages short.
    if (page.next !== undefined) assert.equal(page.entries.length, request.limit ?? 100);
    after = page.next;
  } while (after !== undefined);
  return found.map(({ name }) => name);
}

async function folderOf(setup: TestFiles, person: TestPerson, count: number): Promise<string> {
  const { files } = setup;
  const { id } = await files.makeFolder(person.session, person.driveId, 'root', { name: 'large' });
  for (let start = 0; start < count; start += 50) {
    const some = Array.from({ length: Math.min(50, count - start) }, (_, index) => start + index);
    await Promise.all(
      some.map((n) => files.makeFolder(person.session, person.driveId, id, { name: `f ${(n * 7919) % 100_003}` })),
    );
  }
  return id;
}

/** As the folder's own rows say, in order of names; no index is asked. All are folders. */
async function truth(files: Files, person: TestPerson, folderId: string): Promise<string[]> {
  const all = await names(files, person, folderId, { limit: 1000 });
  return all
    .map((name): Listed => ({ entryId: name, name, createdMs: 0, modifiedMs: 0, size: null }))
    .toSorted(orderBy('name'))
    .map(({ name }) => name);
}

async function segmentsOf(records: RecordStore, folderId: string): Promise<number> {
  const page = await records.query(`folder#${folderId}`, { prefix: 'index#segment#', limit: 1000 });
  return page.items.length;
}

test('a sorted list is the same with and without an index, page by page, both ways', async (t) => {
  const setup = testFiles(t, { settings: { listIndexedFrom: 100_000 } });
  const ada = await setup.join();
  const { id } = await setup.files.makeFolder(ada.session, ada.driveId, 'root', { name: 'mixed' });
  for (const name of ['b', 'a10', 'a2']) await put(setup.files, ada, name, name.repeat(3), { folderId: id });
  await setup.files.makeFolder(ada.session, ada.driveId, id, { name: 'z' });
  for (const limit of [1, 2, 1000]) {
    assert.deepEqual(await names(setup.files, ada, id, { sort: 'name', limit }), ['z', 'a2', 'a10', 'b']);
    assert.deepEqual(await names(setup.files, ada, id, { sort: 'size', order: 'descending', limit }), [
      'a10',
      'a2',
      'b',
      'z',
    ]);
    assert.deepEqual(await names(setup.files, ada, id, { sort: 'created', limit }), ['z', 'b', 'a10', 'a2']);
  }
  assert.deepEqual(await names(setup.files, ada, id, { limit: 2 }), ['b', 'a10', 'a2', 'z'], 'unsorted: by creation');
});

test('files stand by the modified time they came with, with and without an index', async (t) => {
  const setup = testFiles(t, { settings: SMALL });
  const ada = await setup.join();
  const id = await folderOf(setup, ada, 150);
  for (const [name, modifiedMs] of [
    ['oldest', 1000],
    ['newest', 3000],
    ['middle', 2000],
  ] as const) {
    await put(setup.files, ada, name, name, { folderId: id, modifiedMs });
  }
  const newestFirst = { sort: 'modified', order: 'descending', limit: 1000 } as const;
  const scanned = await names(setup.files, ada, id, newestFirst);
  assert.deepEqual(scanned.slice(0, 3), ['newest', 'middle', 'oldest']);
  await names(setup.files, ada, id, { sort: 'name', limit: 1000 });
  await setup.files.indexesMade();
  assert.ok((await segmentsOf(setup.records, id)) > 0);
  const files = await setup.reopen();
  assert.deepEqual(await names(files, ada, id, newestFirst), scanned);
});

test('an index is made of a large folder, and the pages stay the same', async (t) => {
  const setup = testFiles(t, { settings: SMALL });
  const ada = await setup.join();
  const id = await folderOf(setup, ada, 400);
  await setup.files.indexesMade();
  const before = await names(setup.files, ada, id, { sort: 'name', limit: 1000 });
  await setup.files.indexesMade();
  assert.ok((await segmentsOf(setup.records, id)) > 0);
  assert.equal(before.length, 400);
  for (const limit of [7, 100]) {
    assert.deepEqual(await names(setup.files, ada, id, { sort: 'name', limit }), before);
    assert.deepEqual(
      await names(setup.files, ada, id, { sort: 'name', order: 'descending', limit }),
      before.toReversed(),
    );
  }
  const files = await setup.reopen();
  assert.deepEqual(await names(files, ada, id, { sort: 'name', limit: 50 }), before, 'after a restart');
});

test('while people wait for uploads an index waits for more changes, and is made after them', async (t) => {
  const setup = testFiles(t, { settings: SMALL });
  const ada = await setup.join();
  const rest = Promise.withResolvers<void>();
  const body = (async function* () {
    await rest.promise;
    yield Buffer.from('at last');
  })();
  const upload = put(setup.files, ada, 'slow', '', { body });
  const id = await folderOf(setup, ada, 300);
  await setup.files.indexesMade();
  assert.equal(await segmentsOf(setup.records, id), 0);
  rest.resolve();
  await upload;
  await setup.files.makeFolder(ada.session, ada.driveId, id, { name: 'one more' });
  await setup.files.indexesMade();
  assert.ok((await segmentsOf(setup.records, id)) > 0);
});

test('two servers write, list and make indexes at once, and every list is what the rows say', async (t) => {
  const one = testFiles(t, { settings: SMALL });
  const ada = await one.join();
  const id = await folderOf(one, ada, 300);
  const elsewhere = (await one.files.makeFolder(ada.session, ada.driveId, 'root', { name: 'elsewhere' })).id;
  const servers = [one.files, one.another()];
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 12; round++) {
    const { entries } = await one.files.list(ada.session, ada.driveId, id, { limit: 1000 });
    const acts = Array.from({ length: 40 }, (_, index): Promise<unknown> => {
      const files = servers[random(2)] ?? one.files;
      const entry = entries[(round + index * 7) % entries.length];
      if (!entry) return Promise.resolve();
      const name = `n ${round} ${index}`;
      const { session, driveId } = ada;
      if (index % 5 === 0) return files.makeFolder(session, driveId, id, { name });
      if (index % 5 === 1) return files.move(session, driveId, entry.id, { name }, {});
      if (index % 5 === 2) return files.move(session, driveId, entry.id, { folderId: elsewhere }, {});
      if (index % 5 === 3) return files.trash(session, driveId, entry.id, {});
      return files.list(session, driveId, id, { sort: 'name' });
    });
    // Two acts on one entry may meet; what counts is that the list is right whatever became of them.
    await Promise.allSettled(acts);
    const expected = await truth(one.files, ada, id);
    for (const files of servers) {
      assert.deepEqual(await names(files, ada, id, { sort: 'name', limit: 64 }), expected, `round ${round}`);
      const { found } = await files.find(ada.session, ada.driveId, { pattern: '*', folderId: id, limit: 1000 });
      assert.deepEqual(
        found.map(({ entry }) => entry.name),
        expected,
        `found in round ${round}`,
      );
    }
  }
  for (const files of servers) await files.indexesMade();
  assert.ok((await segmentsOf(one.records, id)) > 0);
});

test('what is changed while an index is being put in place is not lost to it', async (t) => {
  const { records, room } = limitedRecords();
  const setup = testFiles(t, { settings: SMALL, records: () => records });
  const ada = await setup.join();
  const { session, driveId } = ada;
  const id = await folderOf(setup, ada, 255);
  const entries = (await setup.files.list(session, driveId, id, { limit: 3 })).entries;
  room.beforeHead = async () => {
    room.beforeHead = null;
    const [one, two, three] = entries.map((entry) => entry.id);
    await setup.files.move(session, driveId, one ?? '', { name: 'zz renamed meanwhile' }, {});
    await setup.files.trash(session, driveId, two ?? '', {});
    await setup.files.move(session, driveId, three ?? '', { name: 'a first' }, {});
  };
  await names(setup.files, ada, id, { sort: 'name', limit: 1000 });
  await setup.files.indexesMade();
  assert.equal(room.beforeHead, null, 'an index was made');
  const sorted = await names(setup.files, ada, id, { sort: 'name', limit: 50 });
  assert.deepEqual(sorted, await truth(setup.files, ada, id));
  assert.deepEqual([sorted[0], sorted.at(-1)], ['a first', 'zz renamed meanwhile']);
});

test('what is restored from the trash, copied or given a new version is in the list at once', async (t) => {
  const setup = testFiles(t, { settings: SMALL });
  const ada = await setup.join();
  const { session, driveId } = ada;
  const id = await folderOf(setup, ada, 300);
  await names(setup.files, ada, id, { sort: 'name' });
  await setup.files.indexesMade();
  const { entry } = await put(setup.files, ada, 'a file', 'one', { folderId: id });
  await setup.files.trash(session, driveId, entry.id, {});
  assert.ok(!(await names(setup.files, ada, id, { sort: 'name', limit: 1000 })).includes('a file'));
  await setup.files.restoreFromTrash(session, driveId, entry.id, {});
  await setup.files.copy(session, driveId, entry.id, { folderId: id, name: 'a copy' });
  const sorted = await names(setup.files, ada, id, { sort: 'name', limit: 1000 });
  assert.deepEqual(sorted.slice(-2), ['a copy', 'a file']);
  await put(setup.files, ada, 'a copy', 'longer than before', { folderId: id });
  const { entries } = await setup.files.list(session, driveId, id, { sort: 'size', order: 'descending', limit: 1 });
  assert.equal(entries[0]?.name, 'a copy');
});

test('a damaged or lost index is no loss: the folder is read itself, and the index made anew', async (t) => {
  const setup = testFiles(t, { settings: SMALL });
  const ada = await setup.join();
  const id = await folderOf(setup, ada, 300);
  const before = await names(setup.files, ada, id, { sort: 'name', limit: 1000 });
  await setup.files.indexesMade();
  const [segment] = (await setup.records.query(`folder#${id}`, { prefix: 'index#segment#' })).items;
  assert.ok(segment);
  for (const harm of ['altered', 'gone']) {
    await setup.records.transact([
      harm === 'gone'
        ? { op: 'delete', pk: segment.pk, sk: segment.sk }
        : { op: 'put', pk: segment.pk, sk: segment.sk, value: { ...segment.value, sealed: 'AAAA' } },
    ]);
    const files = await setup.reopen();
    assert.deepEqual(await names(files, ada, id, { sort: 'name', limit: 1000 }), before, harm);
    await files.indexesMade();
    assert.deepEqual(await names(files, ada, id, { sort: 'name', limit: 10 }), before, harm);
  }
});

test('an index that could not be finished leaves the old one, and what was left of it goes', async (t) => {
  const { records, room } = limitedRecords();
  const setup = testFiles(t, { settings: SMALL, records: () => records });
  const ada = await setup.join();
  const id = await folderOf(setup, ada, 300);
  const before = await names(setup.files, ada, id, { sort: 'name', limit: 1000 });
  await setup.files.indexesMade();
  const segments = await segmentsOf(records, id);
  for (let fails = 1; fails <= 3; fails++) {
    room.failAtIndexWrite = fails;
    for (let n = 0; n < 300; n++) {
      await setup.files.makeFolder(ada.session, ada.driveId, id, { name: `later ${fails} ${n}` });
      before.push(`later ${fails} ${n}`);
    }
    await setup.files.indexesMade();
    room.failAtIndexWrite = 0;
    assert.deepEqual(
      (await names(setup.files, ada, id, { sort: 'name', limit: 1000 })).toSorted(),
      before.toSorted(),
      `the ${fails}. write failed`,
    );
    await setup.files.indexesMade();
  }
  setup.advance(2 * 3_600_000);
  for (let n = 0; n < 300; n++) await setup.files.makeFolder(ada.session, ada.driveId, id, { name: `last ${n}` });
  await setup.files.indexesMade();
  const { items } = await records.query(`folder#${id}`, { prefix: 'index#work#' });
  assert.equal(items.length, 0);
  assert.ok((await segmentsOf(records, id)) <= segments + 5);
});

test('a cursor is good in its own list only, tells nothing, and outlives the entry it stands at', async (t) => {
  const setup = testFiles(t, { settings: SMALL });
  const ada = await setup.join();
  const id = await folderOf(setup, ada, 5);
  const { session, driveId } = ada;
  const all = await names(setup.files, ada, id, { sort: 'name' });
  const page = await setup.files.list(session, driveId, id, { sort: 'name', limit: 2 });
  assert.ok(page.next && !Buffer.from(page.next, 'base64url').includes(all[1] ?? ''));
  await setup.files.trash(session, driveId, page.entries[1]?.id ?? '', {});
  const rest = await setup.files.list(session, driveId, id, { sort: 'name', after: page.next });
  assert.deepEqual(
    rest.entries.map(({ name }) => name),
    all.slice(2),
  );

  const bad = [
    page.next.slice(0, -2),
    `9.${page.next.slice(2)}`,
    'x',
    `1.${'A'.repeat(60)}`,
    page.entries[0]?.id ?? '',
  ];
  for (const after of bad) {
    await assert.rejects(setup.files.list(session, driveId, id, { sort: 'name', after }), code('cursor_invalid'));
  }
  await assert.rejects(
    setup.files.list(session, driveId, id, { sort: 'size', after: page.next }),
    code('cursor_invalid'),
    'of another order',
  );
  await assert.rejects(
    setup.files.list(session, driveId, 'root', { sort: 'name', after: page.next }),
    code('cursor_invalid'),
    'of another folder',
  );
});

test('a name is found wherever it lies, with its path; what is in the trash is not', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { session, driveId } = ada;
  const { files } = setup;
  const { id: work } = await files.makeFolder(session, driveId, 'root', { name: 'Work' });
  const { id: plans } = await files.makeFolder(session, driveId, work, { name: 'Plans' });
  await put(files, ada, 'Plan Über.pdf', 'x', { folderId: plans });
  await put(files, ada, 'plan.txt', 'x');
  const gone = await put(files, ada, 'old plan.txt', 'x');
  await files.trash(session, driveId, gone.entry.id, {});
  const paths = async (request: Parameters<Files['find']>[2]): Promise<string[]> =>
    (await files.find(session, driveId, request)).found.map(({ path }) => path);
  assert.deepEqual(await paths({ pattern: 'plan' }), ['/plan.txt', '/Work/Plans', '/Work/Plans/Plan Über.pdf']);
  assert.deepEqual(await paths({ pattern: 'plan', kind: 'folder' }), ['/Work/Plans']);
  assert.deepEqual(await paths({ pattern: '*uber*', folderId: work }), ['/Work/Plans/Plan Über.pdf']);
  assert.deepEqual(await paths({ pattern: 'Plan', matchCase: true, kind: 'file' }), ['/Work/Plans/Plan Über.pdf']);
  const cut = await files.find(session, driveId, { pattern: 'plan', limit: 2 });
  assert.equal(cut.found.length, 2);
  assert.equal(cut.complete, false);
  const eve = await setup.join('Eve');
  await assert.rejects(files.find(eve.session, driveId, { pattern: 'plan' }), code('drive_not_found'));
  await assert.rejects(
    files.find(session, driveId, { pattern: 'plan', folderId: eve.driveId }),
    code('folder_not_found'),
  );
});

/** Lets the n-th write of index rows fail, once; and does something just before an index is put in place. */
function limitedRecords(): {
  records: RecordStore;
  room: { failAtIndexWrite: number; beforeHead: (() => Promise<void>) | null };
} {
  const inner = memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) });
  const room: ReturnType<typeof limitedRecords>['room'] = { failAtIndexWrite: 0, beforeHead: null };
  const records: RecordStore = {
    properties: inner.properties,
    get: (pk, sk) => inner.get(pk, sk),
    query: (pk, options) => inner.query(pk, options),
    async transact(operations) {
      if (operations.some(({ sk }) => sk === 'index#head')) await room.beforeHead?.();
      if (room.failAtIndexWrite > 0 && operations.some(({ sk }) => sk.startsWith('index#'))) {
        room.failAtIndexWrite -= 1;
        if (room.failAtIndexWrite === 0) throw new Error('the store is out of order');
      }
      return inner.transact(operations);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  return { records, room };
}
