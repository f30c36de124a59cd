/**
 * Reaches files in folders of other people, who may put a link in the place of any of them at any moment: each folder is held open
 * while the next one is opened in it, and a link is followed only where nobody else can have put it.
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, readlink, type FileHandle } from 'node:fs/promises';
import { hostErrors } from '../../errors.ts';
import type { FixPlace } from '../place.ts';

export interface Reached extends AsyncDisposable {
  /** The name in its folder, which is held open until this is disposed: whatever is put in the place of the folder is not reached. */
  readonly at: string;
  /** Nobody but root and we can put anything into the folder. */
  readonly isClosed: boolean;
}

interface ReachOptions {
  /** The name itself may be a link as well. */
  readonly follow?: boolean;
  /** Folders that are missing are made. */
  readonly make?: boolean;
}

/** open(2): names a folder without reading it, which may not be allowed. Node has no word for it. */
const O_PATH = 0o10_000_000;
const FOLDER = O_PATH | constants.O_DIRECTORY;
/** As many as the kernel follows, path_resolution(7). */
const MOST_LINKS = 40;

/** Throws `host_fix_impossible` at a link that somebody else may have put there; ENOENT and the like as they come. */
export async function reach(
  { root }: FixPlace,
  path: string,
  { follow = false, make = false }: ReachOptions = {},
): Promise<Reached> {
  const refuse = (detail: string) => hostErrors('host_fix_impossible', { attempted: `Reach ${path}`, detail });
  await using opened = new AsyncDisposableStack();
  const top = opened.use(await open(root === '' ? '/' : root, FOLDER));
  const names = namesOf(path);
  let folder = top;
  let links = 0;
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const at = `/proc/self/fd/${folder.fd}/${name}`;
    const isLast = names.length === 0;
    if (isLast && name === '..') break;
    const isLink = isLast && !follow ? false : await isLinkAt(at);
    if (isLink) {
      links += 1;
      if (!(await isClosed(folder))) throw refuse('a link leads there that somebody else may have put in its place');
      if (links > MOST_LINKS) throw refuse('too many links lead there');
      const target = await readlink(at);
      if (target.startsWith('/')) folder = top;
      names.unshift(...namesOf(target));
      continue;
    }
    if (isLast) {
      const closed = await isClosed(folder);
      const held = opened.move();
      return { at, isClosed: closed, [Symbol.asyncDispose]: () => held.disposeAsync() };
    }
    if (make && isLink === null) await mkdir(at, { recursive: true, mode: 0o755 });
    folder = opened.use(await open(at, FOLDER | constants.O_NOFOLLOW));
  }
  throw refuse('it names no file');
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** `null`: there is nothing. */
async function isLinkAt(at: string): Promise<boolean | null> {
  try {
    return (await lstat(at)).isSymbolicLink();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function isClosed(folder: FileHandle): Promise<boolean> {
  const { uid, mode } = await folder.stat();
  return (uid === 0 || uid === process.getuid?.()) && (mode & 0o022) === 0;
}

/**
 * The file or folder itself, open to be read. Throws `host_fix_impossible` for one of several names where somebody else may have made
 * this one: a hard link to a file that is not his.
 */
export async function openReached({ at, isClosed: closed }: Reached, path: string): Promise<FileHandle> {
  const file = await open(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const { nlink } = await file.stat().then((stat) => (stat.isDirectory() ? { nlink: 1 } : stat));
  if (closed || nlink === 1) return file;
  await file.close();
  throw hostErrors('host_fix_impossible', {
    attempted: `Reach ${path}`,
    detail: 'the file has other names, and somebody else may have given it this one',
  });
}
