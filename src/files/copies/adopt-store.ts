import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { readBody, bytesBody, type ObjectStore, type RecordStore } from '../../storage/index.ts';
import { keys, paths, trashOf, type DriveRow, type EntryRow, type StoreName, type VersionRow } from '../records.ts';
import { markLost } from './object-rows.ts';
import { allJobs } from './outbox.ts';

export interface AdoptDeps {
  readonly records: RecordStore;
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly log: Log;
  /** Keys that stay as they are: they belong to the store itself. */
  readonly leave: readonly string[];
}

export type Adopted = {
  /** Objects whose copy in the store no longer counts; the copier makes it anew. */
  readonly objects: number;
  /** Keys, drives' public facts and the like, brought over from the other store. */
  readonly others: number;
};

/** Rows read, and marked in transactions side by side, at one time. */
const PAGE = 100;

/**
 * For a store that was lost and begins anew, perhaps with an old state of itself in it: no copy in it counts as made
 * until the copier has seen it, and everything that is no object is brought over from the other store at once.
 * Before anything else works on the workspace. Can be repeated after a crash; the memory it takes does not grow with
 * what there is. Throws what the stores throw.
 */
export async function adoptStore(deps: AdoptDeps, name: StoreName): Promise<Adopted> {
  const other = deps.stores[name === 'primary' ? 'backup' : 'primary'];
  let objects = 0;
  let others = 0;
  const lose = async (ids: Iterable<string>): Promise<void> => {
    const news = await Promise.all([...ids].map((objectId) => markLost(deps, objectId, name)));
    objects += news.filter(Boolean).length;
  };

  // Uploads that had reached only one of the stores: nothing in the other one tells of them.
  let waiting = new Set<string>();
  for await (const job of allJobs(deps.records)) {
    waiting.add(job.objectId);
    if (waiting.size < PAGE) continue;
    await lose(waiting);
    waiting = new Set();
  }
  await lose(waiting);

  const drives = new Set<string>();
  for await (const key of keysButObjects(other, (driveId) => drives.add(driveId))) {
    if (deps.leave.includes(key)) continue;
    const bytes = await readBody((await other.get(key)).body);
    await deps.stores[name].put(key, bytesBody(bytes), { size: bytes.length });
    others++;
  }
  for (const driveId of drives) for await (const ids of objectsOf(deps.records, driveId)) await lose(ids);
  deps.log.warn({ store: name, objects, others }, 'a store was adopted: its copies are made anew');
  return { objects, others };
}

/** Every key that names no object. Steps over the objects of each drive, of which there may be millions. */
async function* keysButObjects(store: ObjectStore, onDrive: (driveId: string) => void): AsyncGenerator<string> {
  let after: string | undefined;
  do {
    const page = await store.list(after === undefined ? {} : { after });
    after = page.next;
    for (const { key } of page.objects) {
      const driveId = /^drives\/([^/]+)\//.exec(key)?.[1];
      if (driveId !== undefined) onDrive(driveId);
      if (driveId === undefined || !key.startsWith(paths.objects(driveId))) {
        yield key;
        continue;
      }
      // Right behind `drives/<id>/o/`, in the order of bytes.
      const behind = `${paths.objects(driveId).slice(0, -1)}0`;
      if (after !== undefined && after < behind) after = behind;
    }
  } while (after !== undefined);
}

/** The objects that a drive's versions name, in its trash too, some of them more than once. Needs no key. */
async function* objectsOf(records: RecordStore, driveId: string): AsyncGenerator<string[]> {
  const at = keys.drive(driveId);
  if (!(await records.get<DriveRow>(at.pk, at.sk))) return;
  yield* objectsIn(records, driveId);
  yield* objectsIn(records, trashOf(driveId));
}

async function* objectsIn(records: RecordStore, folderId: string): AsyncGenerator<string[]> {
  for await (const items of pages<EntryRow>(records, `folder#${folderId}`, 'entry#')) {
    for (const { sk, value } of items) {
      const entryId = sk.slice('entry#'.length);
      if (value.kind === 'folder') {
        yield* objectsIn(records, entryId);
        continue;
      }
      for await (const versions of pages<VersionRow>(records, `entry#${entryId}`, 'version#')) {
        yield versions.map((version) => version.value.object.objectId);
      }
    }
  }
}

async function* pages<Row extends EntryRow | VersionRow>(records: RecordStore, pk: string, prefix: string) {
  let after: string | undefined;
  do {
    const page = await records.query<Row>(pk, { prefix, limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}
