/**
 * Folders below a place that a person named, reached through no link: whoever may write in one of them could put a link
 * into it at any moment, and so lead what root fetches or stores anywhere. On Linux each folder is held open while the next one
 * is opened in it, and what is put in its place later is not reached; elsewhere they are looked at right before.
 */
import { constants, existsSync } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { transferErrors } from '../transfer/transfer-errors.ts';

export interface ReachedFolder extends AsyncDisposable {
  /** Its path for as long as it is held. */
  readonly at: string;
}

export interface Way {
  /** What the person named as the place; where it leads is their business. */
  readonly root: string;
  readonly folder: string;
  /** For people, such as `Write into`. */
  readonly verb: string;
}

/** open(2): names a folder without reading it, which may not be allowed. Node has no word for it. */
const FOLDER = 0o10_000_000 | constants.O_DIRECTORY;
const HELD = '/proc/self/fd';

/**
 * With `make` folders that are missing are made. Throws `local_path_unusable` at a link or a file among them, errors of
 * the file system as they come.
 */
export async function reachFolder(way: Way, { make = false } = {}): Promise<ReachedFolder> {
  const { root, folder } = way;
  if (process.platform !== 'linux' || !existsSync(HELD)) {
    await refuseLinks(way);
    if (make) await mkdir(folder, { recursive: true });
    return { at: folder, async [Symbol.asyncDispose]() {} };
  }
  const names = namesBelow(way);
  const start = names.length === 0 ? folder : root;
  let held = await open(start, FOLDER).catch(async (error: NodeJS.ErrnoException) => {
    if (!make || error.code !== 'ENOENT') throw error;
    await mkdir(start, { recursive: true });
    return await open(start, FOLDER);
  });
  try {
    let shown = start;
    for (const name of names) {
      const at = `${HELD}/${held.fd}/${name}`;
      shown = join(shown, name);
      if (!(await refuseOther(at, shown, way)) && make) await mkdir(at).catch(unlessThere);
      const next = await open(at, FOLDER | constants.O_NOFOLLOW);
      await held.close();
      held = next;
    }
  } catch (error) {
    await held.close();
    throw error;
  }
  return { at: `${HELD}/${held.fd}`, [Symbol.asyncDispose]: () => held.close() };
}

/** For what is only planned: the same, of what is there now. Throws `local_path_unusable`. */
export async function refuseLinks(way: Way): Promise<void> {
  let at = way.root;
  for (const name of namesBelow(way)) {
    at = join(at, name);
    if (!(await refuseOther(at, at, way))) return;
  }
}

/** False: there is nothing yet. */
async function refuseOther(at: string, shown: string, { verb }: Way): Promise<boolean> {
  const info = await lstat(at).catch(() => null);
  if (info === null || info.isDirectory()) return info !== null;
  const detail = info.isSymbolicLink() ? 'it is a symbolic link' : 'it is a file';
  throw transferErrors('local_path_unusable', { attempted: `${verb} “${shown}”`, detail });
}

/** None where the folder is the place itself, or lies above it. */
function namesBelow({ root, folder }: Way): readonly string[] {
  const names = relative(root, folder).split(sep);
  return names[0] === '' || names[0] === '..' ? [] : names;
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
