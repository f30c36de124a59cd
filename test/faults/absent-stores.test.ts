import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import type { BackupStatusView, FileView } from '../../src/files/wire.ts';
import { storageErrors } from '../../src/storage/index.ts';
import { withFaults } from '../support/faults/object-faults.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { personalDrive, type PersonalDrive } from '../support/clients/workspace-files.ts';

/** A whole store that is not there, while the server runs. */

interface Stored {
  readonly file: FileView;
  readonly bytes: Buffer;
}

async function store(drive: PersonalDrive, name: string): Promise<Stored> {
  const bytes = randomBytes(90_000);
  return { file: await drive.put('root', name, bytes), bytes };
}

async function readAll(drive: PersonalDrive, all: readonly Stored[]): Promise<void> {
  for (const { file, bytes } of all) assert.ok((await drive.read(file.id)).equals(bytes), `${file.name} is whole`);
}

async function statusOf(server: StartedServer, token: string): Promise<BackupStatusView> {
  return (await (await server.call('GET', '/api/v1/backup/status', { token })).json()) as BackupStatusView;
}

async function failedChecks(server: StartedServer, token: string): Promise<Record<string, string>> {
  const { checks } = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
  return Object.fromEntries(checks.filter(({ verdict }) => verdict === 'fail').map(({ id, what }) => [id, what]));
}

const objectsIn = (server: StartedServer, store: string, driveId: string): string =>
  join(server.data, store, 'drives', driveId, 'o');

for (const how of ['answers with errors', 'never answers'] as const) {
  test(`a second store that ${how} for an hour: uploads go on, the status says so, and it catches up by itself`, async () => {
    const [start, MINUTE] = [Date.now(), 60_000];
    let nowMs = start;
    let isAway = false;
    const silence = new AbortController();
    const untilBack = new Promise<void>((resolve) => silence.signal.addEventListener('abort', () => resolve()));
    await using server = await startServer({
      clock: () => nowMs,
      environment: { HOLDFAST_READ_STALL_MS: '1000' },
      wrapBackup: (inner) =>
        withFaults(inner, ({ key }) => {
          if (!isAway || !key.includes('/o/')) return undefined;
          const error = storageErrors('store_unavailable');
          return how === 'never answers' ? { hold: untilBack, before: error } : { before: error };
        }),
    });
    const { token } = await server.signUp();
    const drive = await personalDrive(server, token);
    const all = [await store(drive, 'before')];
    await server.workspace.files.copyDue();
    assert.deepEqual(await failedChecks(server, token), {});

    isAway = true;
    for (let minute = 0; minute < 60; minute += 5) {
      all.push(await store(drive, `minute ${minute}`));
      if (how === 'answers with errors') await server.workspace.files.copyDue();
      const status = await statusOf(server, token);
      assert.equal(status.verdict, minute <= 10 ? 'catching_up' : 'overdue', `after ${minute} minutes`);
      assert.equal(status.waiting, all.length - 1);
      assert.equal(status.damaged, 0);
      nowMs += 5 * MINUTE;
    }
    const late = await statusOf(server, token);
    assert.deepEqual([late.stores[1]?.pending, late.oldestWaitingMs], [12, 60 * MINUTE]);
    assert.match((await failedChecks(server, token))['copies'] ?? '', /waiting for more than 10 minutes/);
    await readAll(drive, all);

    isAway = false;
    silence.abort();
    // The longest that a job waits for its next try.
    nowMs += 5 * MINUTE;
    await server.workspace.files.copyDue();
    nowMs += 5 * MINUTE;
    await server.workspace.files.copyDue();
    assert.equal((await statusOf(server, token)).verdict, 'complete');
    assert.deepEqual(await failedChecks(server, token), {});
    await rm(objectsIn(server, 'objects', drive.driveId), { recursive: true });
    await readAll(drive, all);
  });
}

for (const what of ['the objects of a drive', 'all of its folders'] as const) {
  test(`a first store that loses ${what} behind our back: the second one serves, the loss is told, and mended`, async () => {
    await using server = await startServer();
    const { token } = await server.signUp();
    const drive = await personalDrive(server, token);
    const all: Stored[] = [];
    for (let n = 0; n < 8; n += 1) all.push(await store(drive, `file ${n}`));
    await server.workspace.files.copyDue();
    const folder = objectsIn(server, 'objects', drive.driveId);
    const before = (await readdir(folder)).toSorted();
    assert.equal(before.length, 8);

    if (what === 'the objects of a drive') for (const name of before) await rm(join(folder, name));
    else await rm(join(server.data, 'objects', 'drives'), { recursive: true });
    await readAll(drive, all);
    // Told before anybody asks for a repair: whoever is faster, what was lost is either still told or already mended.
    all.push(await store(drive, 'stored meanwhile'));
    await server.workspace.files.copyDue();
    assert.equal((await statusOf(server, token)).verdict, 'complete');
    assert.deepEqual(await failedChecks(server, token), {});
    assert.equal((await readdir(folder)).length, 9);
    await rm(objectsIn(server, 'backup', drive.driveId), { recursive: true });
    await readAll(drive, all);
  });
}

test('a loss that cannot be mended yet is told by status and doctor, and both are content once it is', async () => {
  let isFull = false;
  let nowMs = Date.now();
  await using server = await startServer({
    clock: () => nowMs,
    wrapPrimary: (inner) =>
      withFaults(inner, ({ operation }) =>
        isFull && operation === 'put' ? { before: storageErrors('store_full') } : undefined,
      ),
  });
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const all = [await store(drive, 'a'), await store(drive, 'b'), await store(drive, 'c')];
  await server.workspace.files.copyDue();
  isFull = true;
  await rm(objectsIn(server, 'objects', drive.driveId), { recursive: true });
  await readAll(drive, all);
  await server.workspace.files.copyDue();
  const status = await statusOf(server, token);
  assert.deepEqual(
    [status.stores[0]?.lost, status.stores[0]?.failing, status.stores[0]?.lastCode, status.damaged],
    [3, 3, 'store_full', 0],
  );
  assert.match((await failedChecks(server, token))['copies'] ?? '', /^3 copies are missing or altered/);
  isFull = false;
  nowMs += 10 * 60_000;
  await server.workspace.files.copyDue();
  assert.equal((await statusOf(server, token)).verdict, 'complete');
  assert.deepEqual(await failedChecks(server, token), {});
});

test('a first store that falls silent under an upload: whoever gives up has all of the file or none of it, and the next upload works', async () => {
  const [reached, back] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let uploads = 0;
  await using server = await startServer({
    wrapPrimary: (inner) =>
      withFaults(inner, ({ operation, key }) => {
        if (operation !== 'put' || !key.includes('/o/')) return undefined;
        uploads += 1;
        if (uploads > 1) return undefined;
        reached.resolve();
        return { hold: back.promise };
      }),
  });
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const bytes = randomBytes(90_000);
  const givingUp = new AbortController();
  const upload = server.call('POST', `/api/v1/drives/${drive.driveId}/folders/root/files`, {
    token,
    body: bytes,
    headers: { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment; filename="silent"' },
    signal: givingUp.signal,
  });
  await reached.promise;
  givingUp.abort();
  await assert.rejects(upload);
  back.resolve();
  const next = await store(drive, 'next');
  for (const file of await drive.list('root')) {
    if (file.name === 'silent') assert.ok((await drive.read(file.id)).equals(bytes), 'it is whole');
    else assert.equal(file.id, next.file.id);
  }
  await readAll(drive, [next]);
});

test('with the whole folder of the first store gone nothing is taken for deleted: reads go on, uploads are refused', async () => {
  await using server = await startServer();
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const all = [await store(drive, 'a')];
  await server.workspace.files.copyDue();
  await rm(join(server.data, 'objects'), { recursive: true });
  await readAll(drive, all);
  await assert.rejects(store(drive, 'b'), /answered 503.*store_unavailable/s);
  assert.match((await failedChecks(server, token))['objects'] ?? '', /./);
  assert.deepEqual(
    (await drive.list('root')).map(({ name }) => name),
    ['a'],
  );
  await server.workspace.files.copyDue();
  await readAll(drive, all);
});

test('a record that was altered on the disk opens as nothing else: an error, never other bytes', async () => {
  await using server = await startServer();
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const { file, bytes } = await store(drive, 'a');
  const other = await store(drive, 'b');
  await server.workspace.files.copyDue();
  const database = new DatabaseSync(join(server.data, 'records.sqlite'), { timeout: 5000 });
  const version = `pk = 'entry#${file.id}' AND sk LIKE 'version#%'`;
  const entry = `pk LIKE 'folder#%' AND sk = 'entry#${file.id}'`;
  const read = async (): Promise<Buffer | number> => {
    const path = `/api/v1/drives/${drive.driveId}/files/${file.id}/versions/${file.versionId}/content`;
    const answer = await server.call('GET', path, { token });
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : answer.status;
  };
  try {
    const kept = database.prepare(`SELECT pk, sk, value FROM whole_records WHERE (${version}) OR ${entry}`).all();
    assert.equal(kept.length, 2);
    const restore = (): void => {
      for (const { pk, sk, value } of kept) {
        database
          .prepare('UPDATE records SET value = ?, large = NULL WHERE pk = ? AND sk = ?')
          .run(value ?? '', pk ?? '', sk ?? '');
      }
    };
    const value = JSON.parse(String(kept.find(({ sk }) => String(sk).startsWith('version#'))?.['value'])) as {
      sealed: string;
      object: { objectId: string; sha256: string; size: number; headerBytes: number };
      size: number;
    };
    const flipped = (text: string): string => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;
    const { object } = value;
    const alterations = {
      'a bit of the sealed part': { ...value, sealed: flipped(value.sealed) },
      'the hash': {
        ...value,
        object: { ...object, sha256: object.sha256.replace(/^./, (c) => (c === '0' ? '1' : '0')) },
      },
      'the size': { ...value, object: { ...object, size: object.size - 1 } },
      'the length of the header': { ...value, object: { ...object, headerBytes: object.headerBytes + 1 } },
      'the size of the content': { ...value, size: value.size - 1 },
      'the object': { ...value, object: { ...object, objectId: await anotherObject(database, other.file.id) } },
    };
    // The newest version stands in the row of its file as well.
    const row = JSON.parse(String(kept.find(({ sk }) => String(sk).startsWith('entry#'))?.['value'])) as object;
    for (const [what, altered] of Object.entries(alterations)) {
      database.prepare(`UPDATE records SET value = ?, large = NULL WHERE ${version}`).run(JSON.stringify(altered));
      database
        .prepare(`UPDATE records SET value = ?, large = NULL WHERE ${entry}`)
        .run(JSON.stringify({ ...row, head: altered }));
      const answer = await read();
      assert.ok(typeof answer === 'number' && answer >= 400, `${what}: ${String(answer).slice(0, 40)}`);
      restore();
      const whole = await read();
      assert.ok(
        typeof whole !== 'number' && whole.equals(bytes),
        `${what}, put right again: ${String(whole).slice(0, 20)}`,
      );
    }
  } finally {
    database.close();
  }
  await server.workspace.files.copyDue();
  assert.equal((await statusOf(server, token)).damaged, 0);
});

async function anotherObject(database: DatabaseSync, fileId: string): Promise<string> {
  const row = database
    .prepare(`SELECT value FROM whole_records WHERE pk LIKE 'folder#%' AND sk = 'entry#${fileId}'`)
    .get();
  return (JSON.parse(String(row?.['value'])) as { head: { object: { objectId: string } } }).head.object.objectId;
}
