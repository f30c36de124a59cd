import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { FavouriteList, FoundList, LogList, RecentList } from '../../src/files/listing/wire.ts';
import type { DriveList, EntryView } from '../../src/files/wire.ts';
import { cliPerson, type CliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;

before(async () => {
  server = await startServer();
  ada = await cliPerson();
  await ada.signUp(server);
  for (const name of ['page 10.txt', 'page 2.txt', 'Überweisung.pdf']) writeFileSync(ada.path(name), name.repeat(2));
  await ada.run('mkdir', '-p', '/work/plans');
  await ada.run('put', 'page 10.txt', 'page 2.txt', 'Überweisung.pdf', '/work/');
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function listed(...args: string[]): Promise<string[]> {
  const { entries } = await ada.json<{ entries: EntryView[] }>('ls', ...args);
  return entries.map(({ name }) => name);
}

test('ls is sorted by the server as it is asked for, folders first, or the other way round', async () => {
  assert.deepEqual(await listed('/work'), ['plans', 'page 2.txt', 'page 10.txt', 'Überweisung.pdf']);
  assert.deepEqual(await listed('/work', '--reverse'), ['Überweisung.pdf', 'page 10.txt', 'page 2.txt', 'plans']);
  assert.deepEqual(await listed('/work', '--sort', 'size'), ['plans', 'page 2.txt', 'page 10.txt', 'Überweisung.pdf']);
  const wrong = await ada.run('ls', '--sort', 'colour', '/work');
  assert.equal(wrong.exitCode, 2);
  assert.match(wrong.stderr, /--sort takes name, created, modified, size/);
});

test('find goes by a part of the name or by a pattern, and says where things are', async () => {
  const found = await ada.run('find', 'uber');
  assert.equal(found.stdout, '/work/Überweisung.pdf\n', found.stderr);
  const folders = await ada.json<FoundList>('find', '--type', 'folder', 'p*', '/work');
  assert.deepEqual(
    folders.found.map(({ path }) => path),
    ['/work/plans'],
  );
  const cut = await ada.run('find', '*.txt', '--limit', '1');
  assert.match(cut.stderr, /stopped at 1/);
  assert.equal((await ada.run('find', 'no such name')).stdout, '');
  const wrong = await ada.run('find', '[a');
  assert.equal(wrong.exitCode, 3);
  assert.match(wrong.stderr, /This is not a pattern for names/);
});

test('log tells who did what to a file, with names and with the paths that folders have now', async () => {
  await ada.run('mv', '/work/page 2.txt', '/work/plans/page two.txt');
  await ada.run('mv', '/work/plans', '/work/schemes');
  await ada.run('cat', '/work/schemes/page two.txt');
  const { events } = await ada.json<LogList>('log', '/work/schemes/page two.txt');
  assert.deepEqual(
    events.filter(({ act }) => act !== 'version.read').map(({ act }) => act),
    ['entry.moved', 'version.stored'],
  );
  const moved = events.find(({ act }) => act === 'entry.moved');
  assert.equal(moved?.actor?.name, 'Ada');
  assert.deepEqual([moved?.from?.path, moved?.to?.path], ['/work', '/work/schemes']);
  const shown = await ada.run('log', '/work/schemes/page two.txt');
  assert.match(shown.stdout, /Ada +moved it +from \/work to \/work\/schemes/);
  assert.match(shown.stdout, /Ada +stored a version/);
});

test('favourites and recent files are found again wherever they went, and nobody else sees them', async () => {
  const added = await ada.run('favourites', 'add', '/work/page 10.txt', '/work');
  assert.equal(added.stdout, '2 entries are favourites now.\n', added.stderr);
  await ada.run('mv', '/work/page 10.txt', '/page ten.txt');
  const paths = async (): Promise<string[]> =>
    (await ada.json<FavouriteList>('favourites', 'list')).entries.map(({ path }) => path).toSorted();
  assert.deepEqual(await paths(), ['/page ten.txt', '/work']);
  await ada.run('rm', '/page ten.txt');
  assert.deepEqual(await paths(), ['/work'], 'not while it is in the trash');
  await ada.run('favourites', 'remove', '/work');
  assert.deepEqual(await paths(), []);

  const { entries } = await ada.json<RecentList>('recent');
  assert.deepEqual(entries.map(({ path }) => path).toSorted(), ['/work/schemes/page two.txt', '/work/Überweisung.pdf']);
});

test('whoever is not in the drive finds nothing of it', async () => {
  const { token } = await server.signUp({ email: 'eve@example.org', name: 'Eve' });
  const own = (await (await server.call('GET', '/api/v1/drives', { token })).json()) as DriveList;
  const [foreign] = (await ada.json<{ entries: EntryView[] }>('ls', '/')).entries;
  assert.ok(foreign);
  for (const [method, path, body] of [
    ['GET', `/drives/${foreign.driveId}/entries/${foreign.id}/log`, undefined],
    ['POST', `/drives/${foreign.driveId}/entries/${foreign.id}/favourite`, undefined],
    ['POST', `/drives/${foreign.driveId}/find`, { pattern: '*' }],
    ['GET', `/drives/${own.drives[0]?.id}/entries/${foreign.id}/log`, undefined],
  ] as const) {
    const answer = await server.call(method, `/api/v1${path}`, { token, ...(body && { json: body }) });
    assert.equal(answer.status, 404, path);
  }
});
