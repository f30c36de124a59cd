/** A store moves to another place while the server runs; the first start with that place makes it the store. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import type { BackupStatusView } from '../../src/files/wire.ts';
import { bytesBody } from '../../src/storage/index.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { freePort, spawnServer } from '../support/servers/process.ts';
import { type SignedUp, type StartedServer, startServer } from '../support/servers/start-server.ts';
import { moveOf, moveStore, untilReady } from '../support/clients/store-moves.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-moves-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

const ROLES = {
  primary: { inData: 'objects', variable: 'HOLDFAST_OBJECTS' },
  backup: { inData: 'backup', variable: 'HOLDFAST_BACKUP' },
} as const;
type Role = keyof typeof ROLES;

const at = (role: Role, path: string) => ({
  environment: { [ROLES[role].variable]: pathToFileURL(path).href, HOLDFAST_MOVE_CATCH_UP_MS: '100' },
});
const CATCHING_UP = { environment: { HOLDFAST_MOVE_CATCH_UP_MS: '100' } };
const refused = (code: string) => (error: unknown) => hasCode(error, code);

/** Every file of a store with its bytes, the marker left out: it tells when the store was claimed. */
async function contents(store: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(store, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name !== 'workspace.json' && !path.includes('/.')) {
      found.set(path.slice(store.length), await readFile(path, 'base64'));
    }
  }
  return found;
}

async function statusOf(server: StartedServer, token: string): Promise<BackupStatusView> {
  return (await (await server.call('GET', '/api/v1/backup/status', { token })).json()) as BackupStatusView;
}

for (const role of ['primary', 'backup'] as const) {
  test(`the ${role} store moves while files come and go, and the old place may then be deleted`, async (t) => {
    const data = await folder(t);
    const to = join(await folder(t), 'new');
    const server = await startServer({ data, ...CATCHING_UP });
    const me = await server.signUp();
    const drive = await personalDrive(server, me.token);
    for (let n = 0; n < 30; n++) await drive.put('root', `${n}.bin`, Buffer.alloc(1000 * n, n));
    const gone = await drive.put('root', 'gone.bin', Buffer.alloc(100));
    await moveStore(server, me, role, pathToFileURL(to).href);
    // Meanwhile: a new version, a new file, one that goes for good.
    await drive.put('root', '1.bin', Buffer.from('second version'));
    await untilReady(server, me.token, role);
    await drive.put('root', 'late.bin', Buffer.from('late'));
    const path = `/api/v1/drives/${drive.driveId}`;
    assert.ok((await server.call('POST', `${path}/entries/${gone.id}/trash`, { token: me.token })).ok);
    assert.ok((await server.call('DELETE', `${path}/trash/${gone.id}`, { token: me.token })).ok);
    await server.workspace.files.purgeDue();
    await server.workspace.files.copyDue();
    // Of the same size, so that no list tells.
    const [, ours] = [await server.stop(), join(data, ROLES[role].inData)];
    const keys = [...(await contents(ours)).keys()].filter((key) => key.startsWith('/keys/'));
    const changed = join(ours, keys[0] ?? '');
    const bytes = await readFile(changed);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(changed, bytes);

    const started = await startServer({ data, ...at(role, to) });
    assert.match(started.workspace.warnings.join(), /The move from .* is done/);
    await started.stop();
    const whole = await contents(ours);
    assert.deepEqual(await contents(to), whole);
    assert.equal([...whole.keys()].filter((key) => key.includes('/o/')).length, 32);
    await assert.rejects(startServer({ data }), refused('store_changed'));
    await rm(ours, { recursive: true });
    await using again = await startServer({ data, ...at(role, to) });
    assert.deepEqual(again.workspace.warnings, []);
    assert.equal((await statusOf(again, me.token)).verdict, 'complete');
    // Whole without the store that stayed.
    const other = join(data, ROLES[role === 'primary' ? 'backup' : 'primary'].inData);
    await rm(join(other, 'drives'), { recursive: true });
    const now = await personalDrive(again, me.token);
    const sizes = new Map<string, number>();
    for (const entry of await now.list('root')) sizes.set(entry.name, (await now.read(entry.id)).length);
    assert.equal(sizes.size, 31);
    assert.equal(sizes.get('1.bin'), 14);
    assert.equal(sizes.get('29.bin'), 29_000);
    assert.equal(sizes.get('late.bin'), 4);
  });
}

test('a start with the new place before all is there is refused; the old one goes on by itself', async (t) => {
  const data = await folder(t);
  const to = join(await folder(t), 'new');
  let me: SignedUp;
  {
    // Nothing gets through to the new place as long as this server runs.
    const environment = { HOLDFAST_MOVE_CATCH_UP_MS: '100' };
    await using server = await startServer({
      data,
      environment,
      wrapPrimary: (store) => ({
        ...store,
        get: async (key, options) => {
          if (key.includes('/o/')) throw new Error('not today');
          return store.get(key, options);
        },
      }),
    });
    me = await server.signUp();
    await (await personalDrive(server, me.token)).put('root', 'a', Buffer.from('a'));
    await moveStore(server, me, 'primary', pathToFileURL(to).href);
  }
  await assert.rejects(startServer({ data, ...at('primary', to) }), refused('store_move_unfinished'));
  await using server = await startServer({ data, ...CATCHING_UP });
  await untilReady(server, me.token, 'primary');
  await server.stop();
  await (await startServer({ data, ...at('primary', to) })).stop();
});

test('when the old place is gone at the last moment nobody guesses what was stored last', async (t) => {
  const data = await folder(t);
  const to = join(await folder(t), 'new');
  const server = await startServer({ data, ...CATCHING_UP });
  const me = await server.signUp();
  await moveStore(server, me, 'primary', pathToFileURL(to).href);
  await untilReady(server, me.token, 'primary');
  const { id } = await (await personalDrive(server, me.token)).put('root', 'last', Buffer.from('last'));
  await server.workspace.files.copyDue();
  await server.stop();
  await rm(join(data, 'objects'), { recursive: true });
  await assert.rejects(startServer({ data, ...at('primary', to) }), refused('store_move_unfinished'));
  // Told that it is lost, the server takes everything from the second copies.
  await using adopted = await startServer({ data, ...at('primary', to), flags: { adoptStore: 'primary' } });
  await adopted.workspace.files.copyDue();
  assert.equal((await statusOf(adopted, me.token)).verdict, 'complete');
  assert.equal((await (await personalDrive(adopted, me.token)).read(id)).toString(), 'last');
});

test('an object that the old place has altered or lost is brought from the other store', async (t) => {
  const data = await folder(t);
  const to = join(await folder(t), 'new');
  const server = await startServer({ data, ...CATCHING_UP });
  const me = await server.signUp();
  const drive = await personalDrive(server, me.token);
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push((await drive.put('root', `${n}`, Buffer.alloc(200_000, n))).id);
  await server.workspace.files.copyDue();
  const objects = [...(await contents(join(data, 'objects'))).keys()].filter((key) => key.includes('/o/'));
  await writeFile(join(data, 'objects', objects[0] ?? ''), 'altered');
  await moveStore(server, me, 'primary', pathToFileURL(to).href);
  assert.equal((await untilReady(server, me.token, 'primary')).damaged, 0);
  await server.stop();
  await using moved = await startServer({ data, ...at('primary', to) });
  await rm(join(data, 'backup', 'drives'), { recursive: true });
  const now = await personalDrive(moved, me.token);
  for (const [n, id] of ids.entries()) assert.ok((await now.read(id)).equals(Buffer.alloc(200_000, n)));
});

test('an object that no store has whole is told, and keeps nothing else from moving', async (t) => {
  const data = await folder(t);
  const to = join(await folder(t), 'new');
  await using server = await startServer({ data, ...CATCHING_UP });
  const me = await server.signUp();
  const drive = await personalDrive(server, me.token);
  for (let n = 0; n < 3; n++) await drive.put('root', `${n}`, Buffer.alloc(1000, n));
  await server.workspace.files.copyDue();
  const objects = [...(await contents(join(data, 'objects'))).keys()].filter((key) => key.includes('/o/'));
  for (const store of ['objects', 'backup']) await writeFile(join(data, store, objects[0] ?? ''), 'altered');
  await moveStore(server, me, 'primary', pathToFileURL(to).href);
  assert.equal((await untilReady(server, me.token, 'primary')).damaged, 1);
  assert.equal([...(await contents(to)).keys()].filter((key) => key.includes('/o/')).length, 2);
});

test('places that cannot be used are refused before anything has happened', async (t) => {
  const data = await folder(t);
  const elsewhere = await folder(t);
  await using server = await startServer({ data });
  const me = await server.signUp();
  const ask = async (url: string, password = me.password): Promise<string> => {
    const answer = await server.call('POST', '/api/v1/admin/stores/primary/move', {
      token: me.token,
      json: { url, password },
    });
    return ((await answer.json()) as { code?: string }).code ?? 'begun';
  };
  const url = (path: string): string => pathToFileURL(path).href;
  await mkdir(join(elsewhere, 'full'));
  await writeFile(join(elsewhere, 'full', 'mine.txt'), 'x');
  {
    await using other = await startServer({ data: join(elsewhere, 'workspace') });
    await other.signUp();
  }
  assert.equal(await ask(url(join(elsewhere, 'new')), 'not the password'), 'password_wrong');
  assert.equal(await ask('ftp://somewhere'), 'store_place_invalid');
  assert.equal(await ask(url(join(data, 'objects'))), 'store_place_invalid');
  assert.equal(await ask(url(join(data, 'backup', 'inside'))), 'store_place_invalid');
  assert.equal(await ask(url(data)), 'store_place_invalid');
  assert.equal(await ask(url(join(elsewhere, 'full'))), 'store_not_empty');
  assert.equal(await ask(url(join(elsewhere, 'workspace', 'objects'))), 'store_of_other_workspace');
  assert.equal(await moveOf(server, me.token, 'primary'), null);
  assert.deepEqual([...(await contents(join(elsewhere, 'full'))).keys()], ['/mine.txt']);

  assert.equal(await ask(url(join(elsewhere, 'new'))), 'begun');
  assert.equal(await ask(url(join(elsewhere, 'new'))), 'begun', 'once more for the same place');
  assert.equal(await ask(url(join(elsewhere, 'another'))), 'store_move_under_way');
  const member = await server.signUp();
  for (const method of ['GET', 'POST', 'DELETE']) {
    const path = `/api/v1/admin/stores${method === 'GET' ? '' : '/primary/move'}`;
    const json = method === 'POST' ? { json: { url: url(elsewhere), password: member.password } } : {};
    assert.equal((await server.call(method, path, { token: member.token, ...json })).status, 403);
  }
  assert.ok((await server.call('DELETE', '/api/v1/admin/stores/primary/move', { token: me.token })).ok);
  assert.equal(await moveOf(server, me.token, 'primary'), null);
  await server.stop();
  await assert.rejects(startServer({ data, ...at('primary', join(elsewhere, 'new')) }), refused('store_changed'));
});

test('killed again and again, in the middle of the move and of its end, the server loses nothing', async (t) => {
  const data = await folder(t);
  const to = join(await folder(t), 'new');
  const stored = new Map<string, Buffer>();
  let me: SignedUp;
  {
    await using server = await startServer({ data });
    me = await server.signUp();
    const drive = await personalDrive(server, me.token);
    for (let n = 0; n < 230; n++) {
      const bytes = Buffer.alloc(n % 50 === 0 ? 2_000_000 : 500, n);
      stored.set((await drive.put('root', `${n}.bin`, bytes)).id, bytes);
    }
    await server.workspace.files.copyDue();
  }
  const start = async (environment: Record<string, string>) => {
    const env = { HOLDFAST_LOG_LEVEL: 'silent', HOLDFAST_MOVE_CATCH_UP_MS: '100', ...environment };
    const launcher = [process.execPath, join(import.meta.dirname, '../../src/entry/holdfast.js')];
    const server = spawnServer({ launcher, dataFolder: data, port: await freePort(), env });
    const call: StartedServer['call'] = (method, path, { token, json, body, headers } = {}) =>
      fetch(`${server.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
      });
    const kill = async (): Promise<void> => {
      server.child.kill('SIGKILL');
      await server.ended;
    };
    return { server, call, kill };
  };
  const store = async (call: StartedServer['call'], name: string): Promise<void> => {
    const bytes = Buffer.from(name);
    stored.set((await (await personalDrive({ call }, me.token)).put('root', name, bytes)).id, bytes);
  };
  for (const [round, afterMs] of [0, 40, 150].entries()) {
    const { server, call, kill } = await start({});
    await server.ready;
    if (round === 0) await moveStore({ call }, me, 'primary', pathToFileURL(to).href);
    await store(call, `round ${round}`);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await kill();
  }
  {
    const { server, call, kill } = await start({});
    await server.ready;
    await untilReady({ call }, me.token, 'primary');
    for (let n = 0; n < 20; n++) await store(call, `after it was ready ${n}`);
    await kill();
  }
  const there = at('primary', to).environment;
  for (const afterMs of [300, 500]) {
    const { kill } = await start(there);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await kill();
  }
  await using server = await startServer({ data, environment: there });
  await server.workspace.files.copyDue();
  assert.equal((await statusOf(server, me.token)).verdict, 'complete');
  await rm(join(data, 'objects'), { recursive: true });
  await rm(join(data, 'backup', 'drives'), { recursive: true });
  const drive = await personalDrive(server, me.token);
  for (const [id, bytes] of stored) assert.ok((await drive.read(id)).equals(bytes), id);
  assert.equal(stored.size, 253);
});

test('the command moves a store, shows when it is ready, and says what to do then', async (t) => {
  const data = await folder(t);
  const to = join(await folder(t), 'new');
  const server = await startServer({ data, ...CATCHING_UP });
  t.after(() => server.stop());
  await using ada = await cliPerson();
  const code = join(data, 'setup-code');
  const facts = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', ada.passwordFile];
  const joined = await ada.run('signup', server.url, ...facts, '--setup-code-file', code, '--kit', ada.path('kit.txt'));
  assert.equal(joined.exitCode, 0, joined.stderr);
  await writeFile(ada.path('a.txt'), 'content');
  assert.equal((await ada.run('put', 'a.txt', '/')).exitCode, 0);

  const url = pathToFileURL(to).href;
  const moved = await ada.run('admin', 'stores', 'move', 'objects', url, '--password-file', ada.passwordFile);
  assert.equal(moved.exitCode, 0, moved.stderr);
  assert.match(moved.stdout, /verified object by object/);
  assert.ok(moved.stdout.includes(`set HOLDFAST_OBJECTS="${url}"`), moved.stdout);
  assert.ok(existsSync(join(to, 'drives')));
  const list = await ada.run('admin', 'stores', 'list');
  assert.match(list.stdout, /Objects {2}file:.*\n[\s\S]*obeys conditional writes[\s\S]*Second copies/);
  const { stores } = await ada.json<{ stores: { name: string; move: { state: string } | null }[] }>(
    'admin',
    'stores',
    'list',
  );
  assert.deepEqual(
    stores.map(({ name, move }) => [name, move?.state]),
    [
      ['primary', 'ready'],
      ['backup', undefined],
    ],
  );
  const wrong = await ada.run('admin', 'stores', 'move', 'nothing', url);
  assert.equal(wrong.exitCode, 2);
  assert.equal((await ada.run('admin', 'stores', 'stay', 'objects')).exitCode, 0);
  assert.equal(await server.workspace.stores.primary.head('nothing'), null);
});

test('what others put into the new place under names of ours is overwritten, never taken for ours', async (t) => {
  const data = await folder(t);
  const to = join(await folder(t), 'new');
  const server = await startServer({ data, ...CATCHING_UP });
  const me = await server.signUp();
  const drive = await personalDrive(server, me.token);
  const { id } = await drive.put('root', 'a', Buffer.from('content'));
  await moveStore(server, me, 'primary', pathToFileURL(to).href);
  await untilReady(server, me.token, 'primary');
  await server.workspace.stores.primary.put('keys/drives/later.age', bytesBody(Buffer.from('new')));
  await server.workspace.files.copyDue();
  await server.stop();
  const object = [...(await contents(to)).keys()].find((key) => key.includes('/o/')) ?? '';
  await writeFile(join(to, object), 'short');
  await writeFile(join(to, 'drives', 'left-over'), 'x');
  await using moved = await startServer({ data, ...at('primary', to) });
  assert.equal((await (await personalDrive(moved, me.token)).read(id)).toString(), 'content');
  assert.deepEqual(await contents(to), await contents(join(data, 'objects')));
});
