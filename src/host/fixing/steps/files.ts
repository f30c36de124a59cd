/** Files: written as a whole, given other modes and owners, put aside. No link that somebody else put there is followed. */
import { execFileSync } from 'node:child_process';
import { constants, type Stats } from 'node:fs';
import {
  chmod,
  chown,
  copyFile,
  cp,
  lchown,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  rmdir,
  utimes,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '../../../base/ids.ts';
import { makeDurableFolder, syncFolder } from '../../../storage/index.ts';
import { hostErrors } from '../../errors.ts';
import { real, type FixPlace } from '../place.ts';
import type { AsideStep, Attributes, AttributesStep, ContentStep } from '../step.ts';
import { openReached, reach, type Reached } from './reach.ts';

/** What is larger is no file of settings. */
const MAX_BYTES = 4 * 2 ** 20;

export type Found = 'made' | 'before' | 'changed';

export async function planContent(place: FixPlace, path: string, after: Buffer): Promise<ContentStep> {
  const found = await contentOf(place, path);
  return {
    kind: 'content',
    path,
    before: found && { bytes: found.bytes.toString('base64'), mtimeMs: found.mtimeMs },
    after: after.toString('base64'),
  };
}

/** `null`: there is none. Throws `host_fix_impossible` where it is no plain file, or a large one. */
export async function contentOf(
  place: FixPlace,
  path: string,
): Promise<{ readonly bytes: Buffer; readonly mtimeMs: number } | null> {
  const refuse = (detail: string) => hostErrors('host_fix_impossible', { attempted: `Read ${path}`, detail });
  await using reached = await orNull(reach(place, path, { follow: true }));
  await using file = reached && (await orNull(openReached(reached, path)));
  if (!file) return null;
  const { size, mtimeMs } = await file.stat().then((stat) => {
    if (!stat.isFile()) throw refuse('it is no plain file');
    return stat;
  });
  if (size > MAX_BYTES) throw refuse('it is larger than 4 MiB');
  return { bytes: await file.readFile(), mtimeMs };
}

/** `null`: there is none. */
async function orNull<Found>(finding: Promise<Found>): Promise<Found | null> {
  try {
    return await finding;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function makeContent(place: FixPlace, { path, after }: ContentStep): Promise<void> {
  await replace(place, path, Buffer.from(after, 'base64'), null);
}

export async function foundContent(place: FixPlace, { path, before, after }: ContentStep): Promise<Found> {
  const now = (await contentOf(place, path))?.bytes.toString('base64') ?? null;
  if (now === after) return 'made';
  return now === (before?.bytes ?? null) ? 'before' : 'changed';
}

export async function takeBackContent(place: FixPlace, { path, before }: ContentStep): Promise<void> {
  if (before) return await replace(place, path, Buffer.from(before.bytes, 'base64'), before.mtimeMs);
  await using reached = await reach(place, path, { follow: true });
  await rm(reached.at, { force: true });
  await syncFolder(dirname(reached.at));
}

/** Whole or not at all, with the owner, mode, ACL and label of the file that was there; a new one is for all to read. */
export async function replace(place: FixPlace, path: string, bytes: Buffer, mtimeMs: number | null): Promise<void> {
  await using reached = await reach(place, path, { follow: true, make: true });
  const { at } = reached;
  await using old = await orNull(openReached(reached, path));
  const temporary = `${at}.${newId()}.tmp`;
  await using locked = new AsyncDisposableStack();
  if (LOCKED.has(path)) {
    // The lock that useradd, passwd and the like take (lckpwdf(3), and a file beside each).
    await writeFile(`${at}.lock`, `${process.pid}\0`, { flag: 'wx', mode: 0o600 });
    locked.defer(() => rm(`${at}.lock`, { force: true }));
  }
  try {
    await using file = await open(temporary, 'wx', 0o600);
    if (old) copyAttributes(old, file);
    // A umask must not decide over a new file.
    else await file.chmod(0o644);
    await file.writeFile(bytes);
    if (mtimeMs !== null) await file.utimes(mtimeMs / 1000, mtimeMs / 1000);
    await file.sync();
    await rename(temporary, at);
    await syncFolder(dirname(at));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** By what is open and not by name, in whose place whoever owns the folder could put another. */
function copyAttributes(from: FileHandle, to: FileHandle): void {
  execFileSync('/usr/bin/cp', ['--attributes-only', '--preserve=all', '--', '/proc/self/fd/3', '/proc/self/fd/4'], {
    stdio: ['ignore', 'pipe', 'pipe', from.fd, to.fd],
  });
}

const LOCKED = new Set(['/etc/passwd', '/etc/shadow', '/etc/group', '/etc/gshadow']);

/** setuid and setgid. */
const SET_ID = 0o6000;

export async function planAttributes(
  place: FixPlace,
  path: string,
  change: Partial<Attributes>,
): Promise<AttributesStep> {
  await using reached = await reach(place, path);
  const before = await attributesOf(reached, path);
  const after = { ...before, ...change };
  // The mode was thought of for what the check saw there, which need not be what is there now.
  if ((after.mode & ~before.mode & SET_ID) !== 0) {
    const detail = 'it would run with the rights of its owner, which no fix gives';
    throw hostErrors('host_fix_impossible', { attempted: `Change ${path}`, detail });
  }
  return { kind: 'attributes', path, before, after };
}

/** Throws `host_fix_impossible` for what is neither a file nor a folder. */
async function attributesOf({ at }: Reached, path: string): Promise<Attributes> {
  const found = await lstat(at);
  if (!found.isFile() && !found.isDirectory()) {
    throw hostErrors('host_fix_impossible', {
      attempted: `Change ${path}`,
      detail: 'it is neither a file nor a folder',
    });
  }
  return { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
}

/** Throws `host_fix_impossible` for what is no longer as `from` says: whoever owns the folder may have put another there. */
export async function setAttributes(place: FixPlace, path: string, from: Attributes, to: Attributes): Promise<void> {
  await using reached = await reach(place, path);
  await using file = await openReached(reached, path);
  const { mode, uid, gid } = await file.stat();
  const now = { mode: mode & 0o7777, uid, gid };
  if (isSame(now, to)) return;
  if (!isSame(now, from)) {
    throw hostErrors('host_fix_impossible', { attempted: `Change ${path}`, detail: 'it is another meanwhile' });
  }
  if (uid !== to.uid || gid !== to.gid) await file.chown(to.uid, to.gid);
  // After the owner, which takes the bits for running as the owner away.
  await file.chmod(to.mode);
}

function isSame(one: Attributes, other: Attributes): boolean {
  return one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}

export async function foundAttributes(place: FixPlace, { path, before, after }: AttributesStep): Promise<Found> {
  await using reached = await reach(place, path).catch(() => null);
  const now = reached && (await attributesOf(reached, path).catch(() => null));
  if (!now) return 'changed';
  return isSame(now, after) ? 'made' : isSame(now, before) ? 'before' : 'changed';
}

export async function planAside(place: FixPlace, path: string, kept: string): Promise<AsideStep> {
  await using reached = await reach(place, path);
  return { kind: 'aside', path, kept, attributes: await attributesOf(reached, path) };
}

export async function putAside(place: FixPlace, { path, kept }: AsideStep): Promise<void> {
  await using reached = await reach(place, path);
  await makeDurableFolder(dirname(kept));
  await move(reached.at, kept);
}

export async function foundAside(place: FixPlace, { path, kept }: AsideStep): Promise<Found> {
  await using reached = await orNull(reach(place, path));
  const isThere = reached !== null && (await exists(reached.at));
  if (await exists(kept)) return isThere ? 'changed' : 'made';
  return isThere ? 'before' : 'changed';
}

export async function bringBack(place: FixPlace, { path, kept }: AsideStep): Promise<void> {
  await using reached = await reach(place, path);
  await move(kept, reached.at);
}

/** Across file systems too: copied with all that belongs to it, and only then removed. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyTo(from, to);
    await rm(from, { recursive: true });
  }
  await Promise.all([dirname(from), dirname(to)].map(syncFolder));
}

/** It is made whole in a folder that nobody else enters, and then given its name, so that no link takes its place on the way. */
async function copyTo(from: string, to: string): Promise<void> {
  const closed = `${to}.${newId()}.tmp`;
  await mkdir(closed, { mode: 0o700 });
  try {
    await using folder = await open(closed, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const whole = `/proc/self/fd/${folder.fd}/whole`;
    try {
      await copyWhole(from, whole);
      await rename(whole, to);
    } finally {
      await rm(whole, { recursive: true, force: true });
    }
  } finally {
    await rmdir(closed);
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  await using source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await source.stat()).isFile()) {
    await copyFile(`/proc/self/fd/${source.fd}`, to);
    return await giveOwner(to, await source.stat());
  }
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  await copyOwners(from, to);
}

async function copyOwners(from: string, to: string): Promise<void> {
  const found = await lstat(from);
  const copied = await lstat(to);
  if (copied.isSymbolicLink()) return await lchown(to, found.uid, found.gid);
  if (copied.isDirectory()) {
    for (const name of await readdir(from)) await copyOwners(join(from, name), join(to, name));
  }
  await giveOwner(to, found);
}

async function giveOwner(path: string, { uid, gid, mode, atimeMs, mtimeMs }: Stats): Promise<void> {
  await chown(path, uid, gid);
  await chmod(path, mode & 0o7777);
  await utimes(path, atimeMs / 1000, mtimeMs / 1000);
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

/** `user:group` by the names of this host, or numbers. Throws `host_fix_impossible`. */
export async function ownersOf(place: FixPlace, text: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const [user = '', group = ''] = text.split(':');
  const idIn = async (file: string, name: string): Promise<number> => {
    if (/^\d+$/.test(name)) return Number(name);
    const lines = (await readFile(real(place, file), 'utf8')).split('\n');
    const id = lines.map((line) => line.split(':')).find(([first]) => first === name)?.[2];
    if (id !== undefined) return Number(id);
    throw hostErrors('host_fix_impossible', {
      attempted: `Give a file to ${text}`,
      detail: `there is no ${name} in ${file}`,
    });
  };
  return { uid: await idIn('/etc/passwd', user), gid: await idIn('/etc/group', group) };
}
