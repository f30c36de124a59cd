import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { RoomsReply, RoomView } from '../../src/chat/wire.ts';
import { doctorOffline } from '../../src/compose.ts';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import type { RecordsBackup } from '../../src/compose/records/records-backups.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const DAY = 24 * 3_600_000;

async function dataFolder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-records-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function backUp(server: StartedServer, token: string): Promise<RecordsBackup> {
  const reply = await server.call('POST', '/api/v1/records/backups', { token, json: {} });
  assert.equal(reply.status, 201);
  return (await reply.json()) as RecordsBackup;
}

test('a workspace whose records are lost goes on from their backup, with all that was stored until then', async (t) => {
  const data = await dataFolder(t);
  let token = '';
  let file = '';
  {
    await using server = await startServer({ data });
    ({ token } = await server.signUp());
    const drive = await personalDrive(server, token);
    await drive.put('root', 'early.txt', Buffer.from('early'));
    ({ file } = await backUp(server, token));
    await drive.put('root', 'late.txt', Buffer.from('late'));
  }
  for (const end of ['', '-wal', '-shm']) await rm(join(data, `records.sqlite${end}`), { force: true });
  await copyFile(file, join(data, 'records.sqlite'));

  await using server = await startServer({ data });
  const drive = await personalDrive(server, token);
  const [early, ...others] = await drive.list('root');
  assert.deepEqual([early?.name, others], ['early.txt', []]);
  assert.equal((await drive.read(early?.id ?? '')).toString(), 'early');
  await drive.put('root', 'later.txt', Buffer.from('later'));
});

test('rooms whose records were put back begin another epoch, and after a plain restart they go on', async (t) => {
  const data = await dataFolder(t);
  let token = '';
  let file = '';
  const general = async (server: StartedServer): Promise<RoomView> => {
    const { rooms } = (await (await server.call('GET', '/api/v1/chat/rooms', { token })).json()) as RoomsReply;
    assert.ok(rooms[0]);
    return rooms[0];
  };
  const say = async (server: StartedServer, text: string): Promise<void> => {
    const { roomId } = await general(server);
    const said = await server.call('POST', `/api/v1/chat/rooms/${roomId}/messages`, { token, json: { text } });
    assert.equal(said.status, 201);
  };
  let before: RoomView['position'];
  {
    await using server = await startServer({ data });
    ({ token } = await server.signUp());
    await say(server, 'early');
    ({ file } = await backUp(server, token));
    await say(server, 'late');
    before = (await general(server)).position;
  }
  {
    await using server = await startServer({ data });
    assert.deepEqual((await general(server)).position, before);
  }
  for (const end of ['', '-wal', '-shm']) await rm(join(data, `records.sqlite${end}`), { force: true });
  await copyFile(file, join(data, 'records.sqlite'));
  let after: RoomView['position'];
  {
    await using server = await startServer({ data });
    after = (await general(server)).position;
    assert.equal(after.sequence, 1);
    assert.notEqual(after.epoch, before.epoch);
  }
  await using server = await startServer({ data });
  assert.deepEqual((await general(server)).position, after, 'once');
});

test('a backup is made every day, at the latest when the server stops, and a week of them is kept', async (t) => {
  const data = await dataFolder(t);
  const folder = join(data, 'records-backups');
  const start = Date.now();
  let now = start;
  const clock = () => now;
  for (let day = 0; day < 10; day++) {
    now = start + day * DAY;
    await (await startServer({ data, clock })).stop();
    await (await startServer({ data, clock })).stop();
  }
  const names = (await readdir(folder)).toSorted();
  assert.equal(names.length, 7);
  const oldest = new Date(start + 3 * DAY).toISOString().replaceAll(':', '-');
  assert.equal(names[0], `records-${oldest}.sqlite`);
});

test('a backup from the future neither stops the daily ones nor takes the place of any, and the doctor tells of it', async (t) => {
  const data = await dataFolder(t);
  const folder = join(data, 'records-backups');
  const start = Date.now();
  let now = start + 30 * 365 * DAY;
  await (await startServer({ data, clock: () => now })).stop();
  const [ahead] = await readdir(folder);
  for (let day = 0; day < 10; day++) {
    now = start + day * DAY;
    await (await startServer({ data, clock: () => now })).stop();
    await (await startServer({ data, clock: () => now })).stop();
  }
  const names = (await readdir(folder)).toSorted();
  const days = Array.from({ length: 7 }, (_, day) => new Date(start + (3 + day) * DAY).toISOString());
  assert.deepEqual(names, [...days.map((time) => `records-${time.replaceAll(':', '-')}.sqlite`), ahead]);

  await using server = await startServer({ data, clock: () => now });
  const { token } = await server.signUp();
  const { checks } = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
  const check = checks.find(({ id }) => id === 'records_backup');
  assert.equal(check?.verdict, 'warn');
  assert.ok(check.what.includes(ahead ?? 'none'));
});

test('damaged records are backed up by no copy, which keeps those of before, and the doctor of a stopped server finds them', async (t) => {
  const data = await dataFolder(t);
  const file = join(data, 'records.sqlite');
  {
    await using server = await startServer({ data });
    const { token } = await server.signUp();
    const drive = await personalDrive(server, token);
    for (let n = 0; n < 40; n++) await drive.put('root', `${n}.txt`, Buffer.from(`${n}`));
  }
  const before = await readdir(join(data, 'records-backups'));
  const wholeness = async () => (await doctorOffline(data)).checks.find(({ id }) => id === 'records')?.verdict;
  assert.equal(await wholeness(), 'pass');
  // The last page of rows: who starts, and who makes a copy, reads nothing of it.
  const damaged = await open(file, 'r+');
  const { size } = await damaged.stat();
  await damaged.write(Buffer.alloc(4096, 0xa5), 0, 4096, size - 4096);
  await damaged.close();
  assert.equal(await wholeness(), 'fail');

  let now = Date.now();
  const server = await startServer({ data, clock: () => now });
  now += 2 * DAY;
  await server.stop();
  assert.deepEqual(await readdir(join(data, 'records-backups')), before);
});

test('what a killed server left half-made is removed, and nothing else', async (t) => {
  const data = await dataFolder(t);
  const folder = join(data, 'records-backups');
  await (await startServer({ data })).stop();
  await writeFile(join(folder, 'records-2026-01-01T00-00-00.000Z.sqlite.0190.tmp'), 'half');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  await using server = await startServer({ data });
  const { token } = await server.signUp();
  const { file } = await backUp(server, token);
  assert.ok(existsSync(file));
  const names = await readdir(folder);
  assert.deepEqual([names.filter((name) => name.endsWith('.tmp')), names.includes('notes.txt')], [[], true]);
});

test('the doctor tells of a backup that is two days late, and only an admin may make one', async (t) => {
  const data = await dataFolder(t);
  let now = Date.now();
  await using server = await startServer({ data, clock: () => now });
  const { token } = await server.signUp();
  const verdict = async (): Promise<string | undefined> => {
    const reply = await server.call('GET', '/api/v1/doctor', { token });
    return ((await reply.json()) as DoctorReport).checks.find(({ id }) => id === 'records_backup')?.verdict;
  };
  assert.equal(await verdict(), 'pass');
  await backUp(server, token);
  now += 2 * DAY + 1;
  assert.equal(await verdict(), 'warn');
  await backUp(server, token);
  assert.equal(await verdict(), 'pass');
  const other = await server.call('POST', '/api/v1/records/backups', { json: {} });
  assert.equal(other.status, 401);
});
