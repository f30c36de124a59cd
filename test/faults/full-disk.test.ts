import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from '../../src/base/errors.ts';
import type { FileView } from '../../src/files/wire.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { personalDrive, type PersonalDrive } from '../support/clients/workspace-files.ts';

/** A disk that is really full: a small tmpfs. Mounting takes root; elsewhere the same comes from a decorator. */

const MIB = 2 ** 20;
/** Uploads go on to the last byte, as on a disk that others fill. */
const NO_RESERVE = { HOLDFAST_MIN_FREE_DISK_BYTES: '0' };

/** A folder on a disk of its own of so many bytes; `null` and a skipped test where that may not be. */
async function smallDisk(t: TestContext, mib: number): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    t.skip('mounting a small disk takes Linux and root');
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'holdfast-test', folder], { stdio: 'pipe' });
  } catch (error) {
    await rm(folder, { recursive: true });
    t.skip(`a small disk cannot be mounted here: ${String((error as { stderr?: Buffer }).stderr).trim()}`);
    return null;
  }
  t.after(async () => {
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

interface Stored {
  readonly file: FileView;
  readonly bytes: Buffer;
}

/** Stores files until one is refused; answers the ones that were not, and the refusal. */
async function fill(drive: PersonalDrive, name: string): Promise<{ readonly all: Stored[]; readonly refusal: string }> {
  const all: Stored[] = [];
  for (let n = 0; n < 1000; n += 1) {
    const bytes = randomBytes(n % 3 === 0 ? 2 * MIB : 200_000);
    try {
      all.push({ file: await drive.put('root', `${name} ${n}`, bytes), bytes });
    } catch (error) {
      return { all, refusal: String(error) };
    }
  }
  throw new Error('The small disk never filled up');
}

let fillers = 0;

async function fillToTheLastByte(disk: string): Promise<void> {
  for (let bytes = MIB; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    fillers += 1;
    await writeFile(join(disk, `filler-${fillers}`), Buffer.alloc(bytes)).catch(() => undefined);
  }
}

async function readAll(drive: PersonalDrive, all: readonly Stored[], folders: readonly string[] = []): Promise<void> {
  for (const { file, bytes } of all) assert.ok((await drive.read(file.id)).equals(bytes), `${file.name} is whole`);
  const names = (await drive.list('root')).map(({ name }) => name).toSorted();
  const kept = [...all.map(({ file }) => file.name), ...folders];
  assert.deepEqual(names, kept.toSorted(), 'and nothing else is there');
}

/** A copy that does not fit either holds the room that was made until it fails: whoever is refused meanwhile asks again. */
async function onceThereIsRoom(ask: () => Promise<Response>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (answer.ok) return;
    assert.equal(answer.status, 507, await answer.text());
    assert.ok(tries < 200, 'there is no room though some was made');
    await pause(25);
  }
}

/** The same with a file that is to be stored. */
async function storeOnceThereIsRoom(drive: PersonalDrive, name: string, bytes: Buffer): Promise<Stored> {
  for (let tries = 0; ; tries += 1) {
    try {
      return { file: await drive.put('root', name, bytes), bytes };
    } catch (error) {
      if (tries === 200 || !/answered 507/.test(String(error))) throw error;
      await pause(25);
    }
  }
}

async function purge(server: StartedServer, drive: PersonalDrive, token: string, { file }: Stored): Promise<void> {
  const trash = `/api/v1/drives/${drive.driveId}/trash/${file.id}`;
  const entry = `/api/v1/drives/${drive.driveId}/entries/${file.id}`;
  await onceThereIsRoom(() => server.call('POST', `${entry}/trash`, { token }));
  await onceThereIsRoom(() => server.call('DELETE', trash, { token }));
  await server.workspace.files.purgeDue();
}

async function temporaryFiles(store: string): Promise<string[]> {
  const found = await readdir(join(store, '.tmp'), { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('the disk of the first store fills up: uploads are refused with 507, all that was acknowledged stays, and room helps', async (t) => {
  const disk = await smallDisk(t, 24);
  if (disk === null) return;
  const objects = join(disk, 'objects');
  await using server = await startServer({ environment: { ...NO_RESERVE, HOLDFAST_OBJECTS: `file://${objects}` } });
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const { all, refusal } = await fill(drive, 'a');
  assert.match(refusal, /answered 507.*store_full/s);
  assert.ok(all.length > 5);
  assert.deepEqual(await temporaryFiles(objects), []);
  await readAll(drive, all);
  await server.workspace.files.copyDue();
  assert.equal((await server.workspace.files.backupStatus()).verdict, 'complete');

  const [largest, ...others] = all;
  assert.ok(largest);
  await purge(server, drive, token, largest);
  others.push({ file: await drive.put('root', 'with room again', largest.bytes), bytes: largest.bytes });
  await readAll(drive, others);
});

test('the disk of everything fills up, records too: nothing acknowledged is lost, not by a restart either', async (t) => {
  const disk = await smallDisk(t, 24);
  if (disk === null) return;
  const data = join(disk, 'data');
  const reserve = join(disk, 'reserve');
  await writeFile(reserve, Buffer.alloc(MIB));
  // A start writes records too. What is left when the disk refuses may be nothing: copies take the last of it.
  const roomToStart = join(disk, 'room-to-start');
  await writeFile(roomToStart, Buffer.alloc(MIB / 2));
  const first = await startServer({ data, environment: NO_RESERVE });
  const { token } = await first.signUp();
  const all: Stored[] = [];
  const folders: string[] = [];
  let drive = await personalDrive(first, token);
  try {
    const filled = await fill(drive, 'a');
    assert.match(filled.refusal, /answered 507/);
    all.push(...filled.all);
    // The log of the records has room of its own left over, and a copy that fails gives some back: fill up until nothing goes.
    for (let refused = false; !refused;) {
      await fillToTheLastByte(disk);
      const name = `folder ${folders.length}`;
      const folder = await first.call('POST', `/api/v1/drives/${drive.driveId}/folders/root/folders`, {
        token,
        json: { name },
      });
      if (folder.ok) folders.push(name);
      else assert.equal(folder.status, 507, await folder.text());
      refused = !folder.ok;
      assert.ok(folders.length < 1000, 'folders are made on a disk without room for their records');
    }
    await readAll(drive, all, folders);
  } finally {
    await first.stop();
  }
  for (const name of await readdir(disk)) if (name.startsWith('filler-')) await rm(join(disk, name));
  await rm(roomToStart);
  await using second = await startServer({ data, environment: NO_RESERVE });
  drive = await personalDrive(second, token);
  await readAll(drive, all, folders);
  // Copies may take the last room, which the records then lack: they are made later, once somebody has made room.
  await second.workspace.files.copyDue().catch((error: unknown) => {
    if (!hasCode(error, 'records_full')) throw error;
  });
  await rm(reserve);
  const [largest, ...others] = all;
  assert.ok(largest);
  await purge(second, drive, token, largest);
  others.push(await storeOnceThereIsRoom(drive, 'with room again', randomBytes(100_000)));
  await readAll(drive, others, folders);
});

test('uploads and copies leave so much of a disk free that files can still be removed', async (t) => {
  const disk = await smallDisk(t, 48);
  if (disk === null) return;
  const environment = { HOLDFAST_MIN_FREE_DISK_BYTES: String(16 * MIB) };
  await using server = await startServer({ data: join(disk, 'data'), environment });
  const { token } = await server.signUp();
  const drive = await personalDrive(server, token);
  const { all, refusal } = await fill(drive, 'a');
  assert.match(refusal, /answered 507.*store_full/s);
  await server.workspace.files.copyDue();
  const { bavail, bsize } = await statfs(disk);
  assert.ok(bavail * bsize > 12 * MIB, `${bavail * bsize} bytes are left`);
  await readAll(drive, all);

  // More than the copies that wait for room take of it.
  const half = Math.ceil(all.length / 2);
  const others = all.slice(half);
  for (const { file } of all.slice(0, half)) {
    const entry = `/api/v1/drives/${drive.driveId}/entries/${file.id}`;
    const trashed = await server.call('POST', `${entry}/trash`, { token });
    assert.ok(trashed.ok, await trashed.text());
    const gone = await server.call('DELETE', `/api/v1/drives/${drive.driveId}/trash/${file.id}`, { token });
    assert.ok(gone.ok, await gone.text());
  }
  await server.workspace.files.purgeDue();
  others.push(await storeOnceThereIsRoom(drive, 'with room again', randomBytes(100_000)));
  await readAll(drive, others);
});
