/** Holds what lies on the disk against what the records say, from outside, while a server has nothing to do. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ObjectRow, VersionRow } from '../../../src/files/records.ts';
import type { ObjectStore } from '../../../src/storage/index.ts';
import { keysIn } from '../stores/stored-objects.ts';

export interface StoresAndRecords {
  readonly complaints: readonly string[];
  readonly objects: number;
  /** Ciphertext of all objects that records name. */
  readonly bytes: number;
  /** Objects in a store that no record names: what a crash between object and record leaves. */
  readonly unreferenced: { readonly primary: number; readonly backup: number };
}

interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly value: string;
}

const STORES = { primary: 'objects', backup: 'backup' } as const;

function rowsOf(dataFolder: string, where: string): Row[] {
  const database = new DatabaseSync(join(dataFolder, 'records.sqlite'), { readOnly: true, timeout: 5000 });
  try {
    return database.prepare(`SELECT pk, sk, value FROM whole_records WHERE ${where}`).all() as unknown as Row[];
  } finally {
    database.close();
  }
}

/** Work that is still to be done in the background, a word for each; copies of folders that broke off come later. */
export function workLeft(dataFolder: string): string[] {
  const rows = rowsOf(dataFolder, `pk IN ('outbox#copies', 'outbox#deletions', 'errands#purge')`);
  return rows.filter(({ value }) => !(JSON.parse(value) as { copying?: boolean }).copying).map(({ pk }) => pk);
}

/** Copies of folders that broke off and wait to be removed. */
export function brokenCopies(dataFolder: string): number {
  const rows = rowsOf(dataFolder, `pk = 'errands#purge'`);
  return rows.filter(({ value }) => (JSON.parse(value) as { copying?: boolean }).copying).length;
}

export interface Compared {
  readonly driveId: string;
  readonly accountId: string;
  /** Reads every object of both stores and holds it against its SHA-256; else sizes have to do. */
  readonly deep: boolean;
  /** Stores that are no folders of the data folder. */
  readonly stores?: Readonly<Record<keyof typeof STORES, ObjectStore>>;
}

/** What lies below a prefix of one store. */
interface Sight {
  names(): Promise<string[]>;
  size(name: string): Promise<number>;
  read(name: string): AsyncIterable<Uint8Array>;
}

function inFolder(folder: string): Sight {
  return {
    names: () => readdir(folder),
    size: async (name) => (await stat(join(folder, name))).size,
    read: (name) => createReadStream(join(folder, name)),
  };
}

function inStore(store: ObjectStore, prefix: string): Sight {
  return {
    names: async () => (await keysIn(store, prefix)).map((key) => key.slice(prefix.length)),
    size: async (name) => (await store.head(prefix + name))?.size ?? -1,
    async *read(name) {
      yield* (await store.get(prefix + name)).body;
    },
  };
}

export async function compareStores(
  dataFolder: string,
  { driveId, accountId, deep, stores }: Compared,
): Promise<StoresAndRecords> {
  const complaints: string[] = [];
  const references = new Map<string, number>();
  for (const { value } of rowsOf(dataFolder, `pk >= 'entry#' AND pk < 'entry$' AND sk LIKE 'version#%'`)) {
    const { objectId } = (JSON.parse(value) as VersionRow).object;
    references.set(objectId, (references.get(objectId) ?? 0) + 1);
  }
  const objects = new Map<string, ObjectRow>();
  let bytes = 0;
  for (const { pk, value } of rowsOf(dataFolder, `pk >= 'object#' AND pk < 'object$'`)) {
    const row = JSON.parse(value) as ObjectRow;
    objects.set(pk.slice('object#'.length), row);
    bytes += row.facts.size;
  }
  for (const [objectId, times] of references) {
    const row = objects.get(objectId);
    if (!row) complaints.push(`object ${objectId}: a version names it and there is no record of it`);
    else if (row.references !== times) {
      complaints.push(`object ${objectId}: counted ${row.references} times and named by ${times} versions`);
    }
  }
  for (const objectId of objects.keys()) {
    if (!references.has(objectId))
      complaints.push(`object ${objectId}: there is a record of it and no version names it`);
  }
  let used = 0;
  for (const { value } of rowsOf(dataFolder, `pk = 'usage#${accountId}'`)) {
    used += (JSON.parse(value) as { bytes: number }).bytes;
  }
  if (used !== bytes) complaints.push(`usage: ${used} bytes are counted, the objects have ${bytes}`);

  const unreferenced = { primary: 0, backup: 0 };
  for (const store of ['primary', 'backup'] as const) {
    const sight = stores
      ? inStore(stores[store], `drives/${driveId}/o/`)
      : inFolder(join(dataFolder, STORES[store], 'drives', driveId, 'o'));
    const names = new Set(await sight.names());
    for (const [objectId, row] of objects) {
      const name = `${objectId}.age`;
      if (!names.delete(name)) complaints.push(`object ${objectId}: it is missing in the ${store} store`);
      else if (!(await isWhole(sight, name, row, deep))) {
        complaints.push(`object ${objectId}: it has other bytes in the ${store} store`);
      }
    }
    unreferenced[store] = names.size;
  }
  return { complaints, objects: objects.size, bytes, unreferenced };
}

async function isWhole(sight: Sight, name: string, { facts }: ObjectRow, deep: boolean): Promise<boolean> {
  if ((await sight.size(name)) !== facts.size) return false;
  if (!deep) return true;
  const hash = createHash('sha256');
  for await (const piece of sight.read(name)) hash.update(piece);
  return hash.digest('hex') === facts.sha256;
}

/** Temporary files in the stores whose process, named in the file's name, is gone. */
export async function leftovers(dataFolder: string): Promise<string[]> {
  const found: string[] = [];
  for (const store of Object.values(STORES)) {
    const folder = join(dataFolder, store, '.tmp');
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const pid = /^t-[0-9a-f]{8}-(\d+)-/.exec(entry.name)?.[1];
      if (entry.isFile() && !(pid !== undefined && isRunning(Number(pid)))) found.push(join(store, '.tmp', entry.name));
    }
  }
  return found;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
