/** The records keep which stores they belong to, and a start with others is refused. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { hasCode, HoldfastError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import type { BackupStatusView } from '../../src/files/wire.ts';
import { openSqliteRecordStore } from '../../src/storage/index.ts';
import { type StartedServer, startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-changed-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A stopped workspace with one file, copied. */
async function filled(data: string): Promise<{ token: string; fileId: string }> {
  await using server = await startServer({ data });
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const { id: fileId } = await drive.put('root', 'a.txt', Buffer.from('first'));
  await server.workspace.files.copyDue();
  return { token, fileId };
}

const VARIABLES = { objects: 'HOLDFAST_OBJECTS', backup: 'HOLDFAST_BACKUP' } as const;
const elsewhere = (store: keyof typeof VARIABLES, path: string) => ({
  environment: { [VARIABLES[store]]: pathToFileURL(path).href },
});
const refused = (error: unknown): boolean => hasCode(error, 'store_changed');

async function statusOf(server: StartedServer, token: string): Promise<BackupStatusView> {
  return (await (await server.call('GET', '/api/v1/backup/status', { token })).json()) as BackupStatusView;
}

for (const store of ['objects', 'backup'] as const) {
  test(`${store} elsewhere than the records have them are refused, both places named, until they are adopted`, async (t) => {
    const data = await folder(t);
    const other = join(await folder(t), 'copy');
    const { token, fileId } = await filled(data);
    const old = join(data, store);
    await cp(old, other, { recursive: true });
    // What the copy lacks.
    {
      await using server = await startServer({ data });
      await (await personalDrive(server, token)).put('root', 'b.txt', Buffer.from('second'));
      await server.workspace.files.copyDue();
    }
    const start = (adoptStore?: string): Promise<StartedServer> =>
      startServer({ data, ...elsewhere(store, other), ...(adoptStore === undefined ? {} : { flags: { adoptStore } }) });
    await assert.rejects(start(), (error) => {
      assert.ok(refused(error) && error instanceof HoldfastError);
      assert.ok(error.message.includes(other) && error.message.includes(old), error.message);
      assert.match(error.remedy, /HOLDFAST_OBJECTS.*--adopt-store/);
      return true;
    });
    await assert.rejects(start(store === 'objects' ? 'backup' : 'primary'), refused);
    await (await startServer({ data })).stop();

    const adopted = await start(store === 'objects' ? 'primary' : 'backup');
    await adopted.workspace.files.copyDue();
    assert.equal((await statusOf(adopted, token)).verdict, 'complete');
    await adopted.stop();
    await assert.rejects(startServer({ data }), refused);
    // Whole without the other store.
    await rm(join(data, store === 'objects' ? 'backup' : 'objects', 'drives'), { recursive: true });
    await using again = await start();
    const drive = await personalDrive(again, token);
    assert.equal((await drive.read(fileId)).toString(), 'first');
    assert.equal((await drive.list('root')).length, 2);
  });
}

test('a data folder that was moved with all that is in it is no change', async (t) => {
  const before = join(await folder(t), 'before');
  const { token, fileId } = await filled(before);
  const now = join(await folder(t), 'now');
  await rename(before, now);
  await using server = await startServer({ data: now, ...elsewhere('backup', join(now, 'backup')) });
  assert.equal((await (await personalDrive(server, token)).read(fileId)).toString(), 'first');
});

test('a workspace from before the records kept its stores has them written down at its next start', async (t) => {
  const data = await folder(t);
  await filled(data);
  {
    const path = join(data, 'records.sqlite');
    await using records = await openSqliteRecordStore({ path, clock: systemClock, log: silentLog });
    const rows = (await records.query('stores')).items;
    assert.deepEqual(
      rows.map(({ sk }) => sk),
      ['backup', 'primary'],
    );
    await records.transact(rows.map(({ pk, sk }) => ({ op: 'delete', pk, sk })));
  }
  await (await startServer({ data })).stop();
  const other = join(await folder(t), 'copy');
  await cp(join(data, 'backup'), other, { recursive: true });
  await assert.rejects(startServer({ data, ...elsewhere('backup', other) }), refused);
});

test('until there is an account the stores may be chosen anew', async (t) => {
  const data = await folder(t);
  await (await startServer({ data })).stop();
  const other = join(await folder(t), 'objects');
  await using server = await startServer({ data, ...elsewhere('objects', other) });
  await server.signUp();
  await server.stop();
  await assert.rejects(startServer({ data }), refused);
});
