/** What the guard of buckets keeps on this computer, readable by its user alone: what stores said, and receipts. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../base/ids.ts';
import { syncFolder } from '../../storage/index.ts';
import type { Abilities } from '../facts/abilities.ts';

export interface StateFiles {
  /** What a store said of a bucket, call by call; the last look replaces the one before. */
  keepRaw(scope: string, bucket: string, raw: Readonly<Record<string, unknown>>): Promise<void>;
  abilities(scope: string): Promise<Partial<Abilities>>;
  keepAbilities(scope: string, abilities: Abilities): Promise<void>;
  /** On the disk before this resolves: an act that follows must not be undoable without it. */
  keepReceipt(receiptId: string, receipt: object): Promise<string>;
  /** `null`: there is none of this name. */
  receipt(receiptId: string): Promise<unknown>;
}

export function openStateFiles(stateFolder: string): StateFiles {
  const root = join(stateFolder, 'buckets');
  const receiptPath = (receiptId: string) => join(root, 'receipts', `${nameOf(receiptId)}.json`);
  const abilitiesPath = (scope: string) => join(root, 'endpoints', `${nameOf(scope)}.json`);
  const made = new Map<string, Promise<unknown>>();
  const folder = async (path: string): Promise<void> => {
    const making = made.get(path) ?? mkdir(path, { recursive: true, mode: 0o700 });
    made.set(path, making);
    await making;
  };
  const write = async (path: string, text: string, durable: boolean): Promise<void> => {
    const parent = join(path, '..');
    await folder(parent);
    const temporary = `${path}.${newId()}.tmp`;
    try {
      await using file = await open(temporary, 'wx', 0o600);
      await file.writeFile(text);
      if (durable) await file.sync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await rename(temporary, path);
    // Without it a power cut may forget the new name.
    if (durable) await syncFolder(parent);
  };
  return {
    keepRaw: (scope, bucket, raw) =>
      write(join(root, 'facts', nameOf(scope), `${nameOf(bucket)}.json`), `${JSON.stringify(raw, null, 1)}\n`, false),
    async abilities(scope) {
      return await readJson(abilitiesPath(scope));
    },
    keepAbilities: (scope, abilities) => write(abilitiesPath(scope), `${JSON.stringify(abilities, null, 1)}\n`, false),
    async keepReceipt(receiptId, receipt) {
      const path = receiptPath(receiptId);
      await write(path, `${JSON.stringify(receipt, null, 1)}\n`, true);
      return path;
    },
    async receipt(receiptId) {
      const found = await readJson(receiptPath(receiptId));
      return Object.keys(found).length === 0 ? null : found;
    },
  };
}

/** A file name that no scope and no bucket, however it is called, can leave the folder with. */
function nameOf(text: string): string {
  return encodeURIComponent(text).replaceAll('.', '%2E').slice(0, 240);
}

async function readJson(path: string): Promise<object> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as object;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
