import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import type { BackupStatusView } from '../../src/files/wire.ts';
import { type StartedServer, type StartOptions, startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-lost-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

const CONTENT = Buffer.from('kept twice');
const FILES = 7;

/** A stopped workspace with files in folders, an old version, and something in the trash, all copied. */
async function filled(data: string) {
  const server = await startServer({ data });
  const me = await server.signUp();
  const drive = await personalDrive(server, me.token);
  const deep = await drive.makeFolder(await drive.makeFolder('root', 'outer'), 'inner');
  for (let n = 1; n < FILES; n++)
    await drive.put(n % 2 ? 'root' : deep, `${n}.txt`, Buffer.concat([CONTENT, Buffer.alloc(n)]));
  const file = await drive.put('root', '1.txt', CONTENT);
  const gone = await server.call('POST', `/api/v1/drives/${drive.driveId}/entries/${file.id}/trash`, {
    token: me.token,
  });
  assert.ok(gone.ok, await gone.text());
  await server.workspace.files.copyDue();
  await server.stop();
  return { me, driveId: drive.driveId, deep };
}

/** Every file of a store with its bytes, the marker left out: it tells when the store was claimed. */
async function contents(store: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(store, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name !== 'workspace.json' && !path.includes('.tmp')) {
      found.set(path.slice(store.length), await readFile(path, 'base64'));
    }
  }
  return found;
}

async function statusOf(server: StartedServer, token: string): Promise<BackupStatusView> {
  return (await (await server.call('GET', '/api/v1/backup/status', { token })).json()) as BackupStatusView;
}

const stores = [
  { name: 'primary', path: 'objects' },
  { name: 'backup', path: 'backup' },
] as const;

for (const { name, path } of stores) {
  for (const how of ['removed', 'emptied', 'an older state of itself without its marker'] as const) {
    test(`a ${name} store that is ${how} keeps the server from starting until it is adopted, and is then made whole`, async (t) => {
      const data = await folder(t);
      const { me, driveId, deep } = await filled(data);
      const store = join(data, path);
      const whole = await contents(store);
      assert.equal([...whole.keys()].filter((key) => key.includes('/o/')).length, FILES);
      if (how.startsWith('an older')) {
        await rm(join(store, 'workspace.json'));
        for (const [index, key] of [...whole.keys()].entries()) {
          if (index % 2) await rm(join(store, key));
          else if (key.includes('/o/')) await writeFile(join(store, key), 'altered');
        }
      } else await rm(store, { recursive: true });
      if (how === 'emptied') await mkdir(store);

      const start = (adopt?: string): Promise<StartedServer> =>
        startServer({ data, ...(adopt === undefined ? {} : { flags: { adoptStore: adopt } }) });
      const missing = (error: unknown): boolean => hasCode(error, 'store_marker_missing');
      await assert.rejects(start(), missing);
      await assert.rejects(start(name === 'primary' ? 'backup' : 'primary'), missing);
      // Still refused: a refusal leaves no mark.
      await assert.rejects(start(), missing);

      const adopted = await start(name);
      assert.match(adopted.workspace.warnings.join(), /begins anew/);
      await adopted.workspace.files.copyDue();
      const status = await statusOf(adopted, me.token);
      assert.equal(status.verdict, 'complete');
      await adopted.stop();
      assert.deepEqual(await contents(store), whole);

      // The other store may go now.
      const other = join(data, name === 'primary' ? 'backup' : 'objects');
      await using again = await start();
      assert.deepEqual(again.workspace.warnings, []);
      for (const key of whole.keys()) if (key.includes('/o/')) await rm(join(other, key));
      const drive = { ...(await personalDrive(again, me.token)) };
      assert.equal(drive.driveId, driveId);
      for (const entry of await drive.list(deep))
        assert.ok((await drive.read(entry.id)).subarray(0, 10).equals(CONTENT));
    });
  }
}

test('until the copies are made, nobody is told that they are there', async (t) => {
  const data = await folder(t);
  const { me } = await filled(data);
  await rm(join(data, 'backup'), { recursive: true });
  const halted: StartOptions['wrapBackup'] = (store) => ({
    ...store,
    put: async (key, body, options) => {
      if (key.includes('/o/')) throw new Error('no room');
      return store.put(key, body, options);
    },
  });
  await using server = await startServer({ data, wrapBackup: halted, environment: { HOLDFAST_ADOPT_STORE: 'backup' } });
  const status = await statusOf(server, me.token);
  assert.equal(status.stores[1]?.lost, FILES);
});

test('an adoption that was cut off asks again, and then does all of it', async (t) => {
  const data = await folder(t);
  const { me } = await filled(data);
  const whole = await contents(join(data, 'backup'));
  await rm(join(data, 'backup'), { recursive: true });
  let puts = 0;
  const cut: StartOptions['wrapBackup'] = (store) => ({
    ...store,
    put: async (...given) => {
      puts += 1;
      if (puts > 2) throw new Error('the power went out');
      return store.put(...given);
    },
  });
  await assert.rejects(startServer({ data, wrapBackup: cut, flags: { adoptStore: 'backup' } }), /power/);
  await assert.rejects(startServer({ data }), (error) => hasCode(error, 'store_marker_missing'));
  await using server = await startServer({ data, flags: { adoptStore: 'backup' } });
  await server.workspace.files.copyDue();
  assert.equal((await statusOf(server, me.token)).verdict, 'complete');
  assert.deepEqual(await contents(join(data, 'backup')), whole);
});

test('a first start that was cut off before there was an account goes on by itself', async (t) => {
  const data = await folder(t);
  await (await startServer({ data })).stop();
  await rm(join(data, 'backup'), { recursive: true });
  await using server = await startServer({ data });
  await server.signUp();
});

test('adopting a store that was never lost changes nothing, and says so', async (t) => {
  const data = await folder(t);
  const { me } = await filled(data);
  await using server = await startServer({ data, flags: { adoptStore: 'backup' } });
  assert.match(server.workspace.warnings.join(), /without HOLDFAST_ADOPT_STORE/);
  assert.equal((await statusOf(server, me.token)).waiting, 0);
  await assert.rejects(startServer({ flags: { adoptStore: 'both' } }), (error) => hasCode(error, 'config_invalid'));
});

test('two names of one folder are refused, and so is a folder inside of the other', async (t) => {
  if (process.platform === 'win32') return t.skip('Windows lets few make links');
  const isOne = (error: unknown): boolean => hasCode(error, 'stores_are_one');
  for (const target of ['objects', join('objects', 'inside')]) {
    const data = await folder(t);
    await mkdir(join(data, target), { recursive: true });
    await symlink(join(data, target), join(data, 'backup'));
    await assert.rejects(startServer({ data }), isOne);
    await assert.rejects(startServer({ data }), isOne);
    assert.deepEqual([...(await contents(join(data, 'objects'))).keys()], []);
  }
});
