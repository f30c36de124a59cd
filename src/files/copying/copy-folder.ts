import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { oneMoreReference } from '../copies/object-rows.ts';
import { ancestorsOf } from '../entries/ancestors.ts';
import { findByName, hashIn, locateFolder, nameOf, type Located } from '../entries/entries.ts';
import { folderRow } from '../entries/folders.ts';
import { appear, inTurn, named, nameTaken } from '../entries/places.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { openVersion, sealVersion } from '../keys/version-secrets.ts';
import { keys, type EntryRow, type FileRow, type FolderRow, type PurgeErrand, type VersionRow } from '../records.ts';
import { putErrand } from '../trash/purge.ts';
import { openDownload } from '../versions/download.ts';
import { dropUnnamed, newObject } from '../versions/new-object.ts';
import { copiedEvent, type Copied, type CopyDeps, type Goal } from './copy-deps.ts';

/** Entries that one transaction makes; each takes six operations at most. */
const BATCH = 14;

/**
 * Makes the copy where nothing leads to it yet, batch by batch, and shows it in one last transaction. All the while an
 * errand stands that removes it when nobody goes on with it, so that a crash leaves nothing half-copied behind.
 */
export async function copyFolder(
  deps: CopyDeps,
  source: DriveAccess,
  target: DriveAccess,
  folder: Located<FolderRow>,
  goal: Goal,
  done: (made: Copied) => readonly RecordOperation[],
): Promise<Copied> {
  await refuseTaken(deps, target, goal);
  const made: Copied = { entryId: newId(), outcome: 'created' };
  const copy: Located<FolderRow> = {
    entryId: made.entryId,
    folderId: goal.into.entryId,
    row: folderRow(deps, target, { folderId: goal.into.entryId, entryId: made.entryId }, goal.name),
    revision: '',
  };
  const staging = await beginStaging(deps, target, made.entryId);
  try {
    const waiting: { readonly from: Located<FolderRow>; readonly to: Located<FolderRow> }[] = [
      { from: folder, to: copy },
    ];
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await copyChildren({ deps, source, target, staging, onFolder: (pair) => waiting.push(pair) }, next.from, next.to);
    }
    await inTurn(deps.writeAttempts, async () => {
      const into = await locateFolder(deps.records, target, goal.into.entryId);
      await ancestorsOf(deps, target, into.entryId);
      await locateFolder(deps.records, source, folder.entryId);
      await refuseTaken(deps, target, goal);
      await staging.renew();
      await deps.records.transact([
        ...appear(into, made.entryId, hashIn(target, into, goal.name), copy.row),
        staging.end(),
        // What was purged meanwhile would be missing from the copy.
        { op: 'check', ...keys.place(folder.entryId), if: 'present' },
        ...copiedEvent(deps, target, folder.entryId, made.entryId),
        ...done(made),
      ]);
    });
    return made;
  } catch (error) {
    await staging.giveUp().catch(() => undefined);
    deps.onPurge();
    throw error;
  }
}

async function refuseTaken(deps: CopyDeps, target: DriveAccess, { into, name }: Goal): Promise<void> {
  const taken = await findByName(deps.records, target, into, name);
  if (taken) throw nameTaken(taken);
}

interface Staging {
  /** Belongs into every transaction: who was taken for dead must not go on. */
  guard(): RecordOperation;
  /** Puts the errand off again, when it comes near. Throws `write_contention` when it is too late. */
  renew(): Promise<void>;
  end(): RecordOperation;
  /** Has the errand begin at once. */
  giveUp(): Promise<void>;
}

async function beginStaging(deps: CopyDeps, target: DriveAccess, entryId: string): Promise<Staging> {
  const errandAt = (notBeforeMs: number, copying: boolean): PurgeErrand => {
    return { driveId: target.driveId, entryId, kind: 'folder', notBeforeMs, copying };
  };
  let errand = errandAt(deps.clock() + deps.copyStaleMs, true);
  await deps.records.transact([putErrand(errand)]);
  const replaceBy = async (next: PurgeErrand): Promise<void> => {
    if (next.notBeforeMs === errand.notBeforeMs) return;
    await deps.records.transact([{ op: 'delete', ...keys.purgeErrand(errand), if: 'present' }, putErrand(next)]);
    errand = next;
  };
  return {
    guard: () => ({ op: 'check', ...keys.purgeErrand(errand), if: 'present' }),
    async renew() {
      if (errand.notBeforeMs - deps.clock() > deps.copyStaleMs / 2) return;
      try {
        await replaceBy(errandAt(deps.clock() + deps.copyStaleMs, true));
      } catch (cause) {
        throw hasCode(cause, 'record_conflict') ? fileErrors('write_contention', { cause }) : cause;
      }
    },
    end: () => ({ op: 'delete', ...keys.purgeErrand(errand), if: 'present' }),
    giveUp: () => replaceBy(errandAt(deps.clock(), false)),
  };
}

interface Copying {
  readonly deps: CopyDeps;
  readonly source: DriveAccess;
  readonly target: DriveAccess;
  readonly staging: Staging;
  readonly onFolder: (pair: { readonly from: Located<FolderRow>; readonly to: Located<FolderRow> }) => void;
}

async function copyChildren(copying: Copying, from: Located<FolderRow>, to: Located<FolderRow>): Promise<void> {
  const { deps } = copying;
  const prefix = 'entry#';
  let after: string | undefined;
  do {
    const page = await deps.records.query<EntryRow>(`folder#${from.entryId}`, {
      prefix,
      limit: BATCH,
      ...(after === undefined ? {} : { after }),
    });
    const children = page.items.map(({ sk, value, revision }): Located => {
      return { entryId: sk.slice(prefix.length), folderId: from.entryId, row: value, revision };
    });
    await copying.staging.renew();
    if (copying.source.driveId === copying.target.driveId) await copyBatch(copying, children, to);
    else for (const child of children) await reencrypt(copying, child, to);
    after = page.next;
  } while (after !== undefined);
}

/** In a drive: the same objects under new names. */
async function copyBatch(copying: Copying, children: readonly Located[], to: Located<FolderRow>): Promise<void> {
  const { deps, source, target, staging } = copying;
  const copies = children.map((child) => {
    const { row } = child;
    if (row.kind === 'folder') return { ...folderCopy(copying, child, to), object: null };
    const secrets = openVersion(source.keys, { driveId: source.driveId, entryId: child.entryId }, row.head);
    const place = { driveId: target.driveId, entryId: newId() };
    const head = sealVersion(target.keys.newest, place, newHead(copying, row.head), {
      ...secrets,
      device: target.session.device,
    });
    return { ...fileCopy(copying, nameOf(source, child), head, place.entryId, to), object: head.object.objectId };
  });
  const objects = copies.flatMap(({ object }) => (object === null ? [] : [object]));
  await inTurn(deps.writeAttempts, async () => {
    await stillThere(copying);
    await deps.records.transact([
      staging.guard(),
      ...copies.flatMap(({ operations }) => operations),
      ...(await Promise.all(
        [...new Set(objects)].map((id) =>
          oneMoreReference(deps.records, id, objects.filter((other) => other === id).length),
        ),
      )),
    ]);
  });
}

/** A conflict that the guard made would come again and again. */
async function stillThere({ deps, staging }: Copying): Promise<void> {
  const { pk, sk } = staging.guard();
  if (!(await deps.records.get(pk, sk))) throw fileErrors('write_contention', { detail: 'the copy took too long' });
}

/** Into another drive: another object under another key. */
async function reencrypt(copying: Copying, child: Located, to: Located<FolderRow>): Promise<void> {
  const { deps, source, target, staging } = copying;
  const { row } = child;
  if (row.kind === 'folder') {
    await deps.records.transact([staging.guard(), ...folderCopy(copying, child, to).operations]);
    return;
  }
  const download = await openDownload(deps.reading, deps.records, source, { ...child, row }, row.head);
  const { size, sha256, mediaType, modifiedMs } = download;
  const object = await newObject(deps, target, download.read(), { size, sha256 });
  try {
    const place = { driveId: target.driveId, entryId: newId() };
    const { fileKey, headerSha256, facts } = object.sealed;
    const version = { ...newHead(copying, row.head), object: facts };
    const { device } = target.session;
    const head = sealVersion(target.keys.newest, place, version, {
      fileKey,
      sha256,
      mediaType,
      modifiedMs,
      device,
      headerSha256,
    });
    await staging.renew();
    await deps.records.transact([
      staging.guard(),
      ...fileCopy(copying, download.name, head, place.entryId, to).operations,
      ...object.operations,
    ]);
  } catch (error) {
    await dropUnnamed(deps, target.driveId, object.sealed, error);
    throw error;
  }
  object.onNamed();
}

function newHead({ deps, target }: Copying, head: VersionRow): Omit<VersionRow, 'sealed' | 'generation'> {
  const { size, object } = head;
  const authorId = target.session.accountId;
  return { versionId: newId(), atMs: deps.clock(), authorId, size, restoredFrom: null, object };
}

function fileCopy(copying: Copying, name: string, head: VersionRow, entryId: string, to: Located<FolderRow>) {
  const { deps, target } = copying;
  const { driveId } = target;
  const unnamed: FileRow = { kind: 'file', driveId, createdMs: deps.clock(), generation: 0, sealedName: '', head };
  const row = named(target, to.entryId, { entryId, folderId: to.entryId, row: unnamed, revision: '' }, name);
  return {
    operations: [
      ...unseen(target, to, entryId, name, row),
      { op: 'put' as const, ...keys.version(entryId, head.versionId), value: head, if: 'absent' as const },
    ],
  };
}

function folderCopy(copying: Copying, child: Located, to: Located<FolderRow>) {
  const { deps, source, target, onFolder } = copying;
  if (child.row.kind !== 'folder') throw fileErrors('not_a_folder');
  const name = nameOf(source, child);
  const entryId = newId();
  const row = folderRow(deps, target, { folderId: to.entryId, entryId }, name);
  onFolder({ from: { ...child, row: child.row }, to: { entryId, folderId: to.entryId, row, revision: '' } });
  return { operations: unseen(target, to, entryId, name, row) };
}

/** Like any new entry, but its folder has no place yet: nothing leads there. */
function unseen(
  target: DriveAccess,
  to: Located<FolderRow>,
  entryId: string,
  name: string,
  row: EntryRow,
): RecordOperation[] {
  return appear(to, entryId, hashIn(target, to, name), row).filter(({ op }) => op !== 'check');
}
