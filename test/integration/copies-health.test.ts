import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import type { BackupStatusView } from '../../src/files/wire.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { acquireLease, openSqliteRecordStore, storageErrors } from '../../src/storage/index.ts';
import { type CliPerson, cliPerson } from '../support/clients/cli-person.ts';
import { withFaults } from '../support/faults/object-faults.ts';
import { type StartedServer, startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

/** An admin who asks with the command. */
async function adminOf(server: StartedServer) {
  const person = await cliPerson();
  const me = await server.signUp({ password: person.password });
  const ran = await person.run('login', server.url, '--email', me.email, '--password-file', person.passwordFile);
  assert.equal(ran.exitCode, 0, ran.stderr);
  return { person, drive: await personalDrive(server, me.token), token: me.token };
}

async function copiesCheck(person: CliPerson) {
  const { exitCode, stdout } = await person.run('doctor', '--json');
  const { checks } = JSON.parse(stdout) as DoctorReport;
  return { exitCode, copies: checks.find(({ id }) => id === 'copies') };
}

async function objectsOf(store: string): Promise<string[]> {
  const found = await readdir(store, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && /[/\\]o$/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  await chmod(path, 0o600);
  await writeFile(path, bytes);
}

test('a version that no store can give any more is told by the doctor and by backup status, until it is back', async () => {
  await using server = await startServer();
  const { person, drive, token } = await adminOf(server);
  await using _person = person;
  const file = await drive.put('root', 'only.txt', Buffer.from('the only copy'));
  await server.workspace.files.copyDue();
  assert.equal((await copiesCheck(person)).copies?.verdict, 'pass');
  const both = [...(await objectsOf(join(server.data, 'objects'))), ...(await objectsOf(join(server.data, 'backup')))];
  assert.equal(both.length, 2);
  for (const path of both) await flipByte(path);

  const reply = await server.call('GET', `/api/v1/drives/${drive.driveId}/files/${file.id}/content`, { token });
  await assert.rejects(reply.arrayBuffer().then((bytes) => assert.equal(bytes.byteLength, 13)));
  await server.workspace.files.copyDue();
  const ill = await copiesCheck(person);
  assert.equal(ill.exitCode, 1);
  assert.equal(ill.copies?.verdict, 'fail');
  assert.match(ill.copies?.what ?? '', /^1 file version cannot be read from any store/);
  const status = await person.run('backup', 'status');
  assert.equal(status.exitCode, 1);
  assert.match(status.stdout, /1 file version cannot be read from any store/);
  assert.doesNotMatch(status.stdout, /being repaired/);
  const view = JSON.parse((await person.run('backup', 'status', '--json')).stdout) as BackupStatusView;
  assert.deepEqual([view.verdict, view.damaged, view.stores[0]?.lost, view.stores[1]?.lost], ['lost', 1, 1, 1]);

  for (const path of both) await flipByte(path);
  assert.equal((await drive.read(file.id)).toString(), 'the only copy');
});

test('one copy that is lost fails the doctor until it is mended', async () => {
  let broken = false;
  await using server = await startServer({
    wrapBackup: (store) =>
      withFaults(store, ({ operation, key }) =>
        broken && operation === 'put' && key.includes('/o/') ? { before: storageErrors('store_full') } : undefined,
      ),
  });
  const { person, drive } = await adminOf(server);
  await using _person = person;
  const file = await drive.put('root', 'a.txt', Buffer.from('a'));
  await server.workspace.files.copyDue();
  const [primary = ''] = await objectsOf(join(server.data, 'objects'));
  const [backup = ''] = await objectsOf(join(server.data, 'backup'));
  broken = true;
  await flipByte(primary);
  await flipByte(backup);
  await assert.rejects(drive.read(file.id));
  await flipByte(primary);
  assert.equal((await drive.read(file.id)).toString(), 'a');
  const ill = await copiesCheck(person);
  assert.deepEqual([ill.exitCode, ill.copies?.verdict], [1, 'fail']);
});

test('after a crash the copies go on at once, whatever lease the dead server had', { timeout: 240_000 }, async (t) => {
  const leaseMs = 10 * 60_000;
  const data = await mkdtemp(join(tmpdir(), 'holdfast-lease-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const first = await startServer({ data });
  const me = await first.signUp();
  await first.stop();
  {
    const path = join(data, 'records.sqlite');
    await using records = await openSqliteRecordStore({ path, clock: systemClock, log: silentLog });
    for (const name of ['copier', 'purger']) {
      const options = { ttlMs: leaseMs, holder: 'dead', autoRenew: false };
      // Never given back.
      assert.ok(await acquireLease(records, name, options));
    }
  }
  const copied = Promise.withResolvers<void>();
  await using server = await startServer({
    data,
    wrapBackup: (store) => ({
      ...store,
      async put(key, body, options) {
        const info = await store.put(key, body, options);
        if (key.includes('/o/')) copied.resolve();
        return info;
      },
    }),
    environment: { HOLDFAST_COPY_LEASE_MS: String(leaseMs) },
  });
  await (await personalDrive(server, me.token)).put('root', 'a.txt', Buffer.from('a'));
  await copied.promise;
});

test('a copy that is overdue makes the doctor fail, and one that is on its way does not', async () => {
  let nowMs = Date.now();
  await using server = await startServer({
    clock: () => nowMs,
    wrapBackup: (store) =>
      withFaults(store, ({ operation, key }) =>
        operation === 'put' && key.includes('/o/') ? { before: storageErrors('store_unavailable') } : undefined,
      ),
  });
  const { person, drive } = await adminOf(server);
  await using _person = person;
  await drive.put('root', 'a.txt', Buffer.from('a'));
  const early = await copiesCheck(person);
  assert.equal(early.copies?.verdict, 'pass');
  assert.match(early.copies?.what ?? '', /1 copy is on the way/);
  nowMs += server.config.settings.files.copyOverdueMs + 1;
  const late = await copiesCheck(person);
  assert.equal(late.exitCode, 1);
  assert.equal(late.copies?.verdict, 'fail');
  assert.match(late.copies?.what ?? '', /1 copy has been waiting for more than 10 minutes/);
  assert.equal((await person.run('backup', 'status', '--quiet')).exitCode, 1);
});
