import { chmod, link, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { makeDurableFolder, syncFolder } from '../../storage/index.ts';
import { accountErrors } from '../errors.ts';
import type { RingPlace } from './ring-place.ts';
import { formatRing, parseRing } from './workspace-key.ts';

const MAX_FILE_BYTES = 64 * 1024;
const OTHERS = 0o077;

/** The ring in a key file, which every server of the workspace has a copy of. */
export function ringInFile(file: string, log: Log): RingPlace {
  const attempted = `Open the workspace key ${file}`;
  return {
    kind: 'file',
    shown: file,
    read: () => readRing(file, attempted, log),
    async begin(ring) {
      await writeNewRing(file, ring, attempted);
      return { ring: (await readRing(file, attempted, log)) ?? [], operations: [] };
    },
    replace: (ring) => replaceRing(file, ring, 'Replace the workspace key file'),
  };
}

/** What `doctor` says about the key file; each a sentence with what to do. Empty when all is well. */
export async function workspaceKeyWarnings(place: {
  readonly keyFile: string;
  /** The folder of the records' database file; `null` when the records lie elsewhere. */
  readonly recordsFolder: string | null;
}): Promise<string[]> {
  const warnings: string[] = [];
  const file = resolve(place.keyFile);
  if (place.recordsFolder !== null && file.startsWith(resolve(place.recordsFolder) + sep)) {
    warnings.push(
      'The workspace key lies beside the database: one stolen backup of that folder holds both. Set HOLDFAST_WORKSPACE_KEY to a file on another disk or in a secrets store, and keep a copy of it offline.',
    );
  }
  const mode = await stat(file).then(
    (found) => found.mode,
    () => null,
  );
  if (mode !== null && process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    warnings.push(`Other users of this machine can read the workspace key: run "chmod 600 ${file}".`);
  }
  return warnings;
}

/** `null` when there is no file. Throws `workspace_key_unreadable`. */
async function readRing(file: string, attempted: string, log: Log): Promise<Buffer[] | null> {
  try {
    const found = await stat(file);
    if (!found.isFile() || found.size > MAX_FILE_BYTES) {
      throw accountErrors('workspace_key_unreadable', { attempted, detail: 'it is not a key file' });
    }
    if (process.platform !== 'win32' && (found.mode & OTHERS) !== 0) {
      await chmod(file, 0o600);
      log.warn({ file }, 'Other users could read the workspace key; its permissions are now 0600');
    }
    return parseRing(await readFile(file, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'workspace_key_unreadable')) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw accountErrors('workspace_key_unreadable', { attempted, cause: error });
  }
}

/** Whole or not at all, never over a file that is there already, on disk before a record depends on it. */
async function writeNewRing(file: string, ring: readonly Buffer[], attempted: string): Promise<void> {
  try {
    await writeRing(file, ring, async (draft) => {
      // A link fails when the file exists, which a rename would replace.
      await link(draft, file).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return;
        // A file system without links: nobody else writes here, for the data folder is locked.
        await rename(draft, file);
      });
    });
  } catch (error) {
    throw accountErrors('workspace_key_unreadable', { attempted, detail: 'it could not be written', cause: error });
  }
}

/**
 * Puts a longer ring in the place of the one that is there: whole or not at all, on disk when it resolves.
 * Throws `workspace_key_unwritable`.
 */
async function replaceRing(file: string, ring: readonly Buffer[], attempted: string): Promise<void> {
  try {
    await writeRing(file, ring, (draft) => rename(draft, file));
  } catch (cause) {
    throw accountErrors('workspace_key_unwritable', { attempted, cause });
  }
}

async function writeRing(
  file: string,
  ring: readonly Buffer[],
  install: (draft: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(file);
  const draft = join(folder, `.${newId()}.tmp`);
  try {
    await makeDurableFolder(folder);
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(formatRing(ring));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await install(draft);
    await syncFolder(folder);
  } finally {
    await unlink(draft).catch(() => {});
  }
}
