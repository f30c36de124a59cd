/** Every way of changing a drive, as one person does it in a folder of his own. */
import { randomUUID } from 'node:crypto';
import type { CopiedView, FolderView, MovedView, StoredView, UploadResults } from '../../../src/files/wire.ts';
import {
  known,
  learnBelow,
  named,
  newBody,
  octets,
  oneRequest,
  planned,
  send,
  someFolder,
  type Act,
  type Chooser,
} from './act.ts';
import { Unanswered } from './drive/client.ts';
import { entriesIn, filesOf, type EntryState, type FileState, type PlaceState } from './drive/state.ts';

type Maker = (chooser: Chooser, state: PlaceState) => Act | null;

/** Below this many files acts that make some come first, above the other one those that remove some. */
const [FEW, MANY] = [5, 11];

const KINDS = {
  upload(chooser, state) {
    const name = chooser.newName();
    const folderId = someFolder(chooser, state);
    const { body, inPieces } = newBody(chooser, name);
    const file: FileState = {
      kind: 'file',
      id: null,
      name,
      versions: [{ id: null, sha256: body.sha256, size: body.bytes.length }],
    };
    const { after, folder } = planned(state);
    folder(folderId).children.push(file);
    return oneRequest({
      kind: 'upload',
      before: state,
      after,
      request: {
        method: 'POST',
        path: `/drives/${chooser.driveId}/folders/${folderId}/files`,
        headers: { ...octets, ...named(name) },
        upload: { bytes: body.bytes, inPieces },
      },
      repeatable: true,
      learn: (reply) => learnStored(file, reply),
    });
  },

  form(chooser, state) {
    const folderId = someFolder(chooser, state);
    let outcomes: readonly PlaceState[] = [state];
    const parts: { readonly name: string; readonly bytes: Buffer }[] = [];
    for (let count = chooser.random.whole(2, 3); count > 0; count -= 1) {
      const name = chooser.newName();
      const { body } = newBody(chooser, name);
      parts.push({ name, bytes: body.bytes });
      const versions = [{ id: null, sha256: body.sha256, size: body.bytes.length }];
      // Each file of a form stands for itself: any of them may be there without the others.
      outcomes = [false, true].flatMap((isThere) =>
        outcomes.map((outcome) => {
          const { after, folder } = planned(outcome);
          if (isThere)
            folder(folderId).children.push({ kind: 'file', id: null, name, versions: structuredClone(versions) });
          return after;
        }),
      );
    }
    const form = (): FormData => {
      const data = new FormData();
      for (const { name, bytes } of parts) data.append('file', new Blob([new Uint8Array(bytes)]), name);
      return data;
    };
    const headers = { 'idempotency-key': randomUUID() };
    const path = `/drives/${chooser.driveId}/folders/${folderId}/files`;
    return {
      kind: 'form',
      outcomes,
      repeatable: true,
      run: (client, moments) => send(client, { method: 'POST', path, headers, form }, moments),
      async learn(reply) {
        if (reply === null) return outcomes;
        const { results } = reply as UploadResults;
        return outcomes.filter((outcome) =>
          results.every(({ name, entry, status }) => {
            const file = filesOf(outcome).find((each) => each.name === name);
            if (file && entry) learnStored(file, { entry });
            return entry ? file !== undefined : status >= 500 || file === undefined;
          }),
        );
      },
    };
  },

  version(chooser, state) {
    const files = known(state, 'file').filter(({ versions }) => versions.length < 6);
    if (files.length === 0) return null;
    const { id, name } = chooser.random.pick(files);
    const { body, inPieces } = newBody(chooser, chooser.newName());
    const { after, at } = planned(state);
    const { entry, parent } = at(id);
    const version = { id: null, sha256: body.sha256, size: body.bytes.length };
    if (entry.kind === 'file') entry.versions.push(version);
    const byName = chooser.random.fraction() < 0.5 && parent.id !== null;
    const path = `/drives/${chooser.driveId}/${byName ? `folders/${parent.id}/files` : `files/${id}/content`}`;
    return oneRequest({
      kind: 'version',
      before: state,
      after,
      request: {
        method: byName ? 'POST' : 'PUT',
        path,
        headers: { ...octets, ...(byName ? named(name) : {}) },
        upload: { bytes: body.bytes, inPieces },
      },
      repeatable: true,
      learn: (reply) => learnStored(entry, reply),
    });
  },

  restoreVersion(chooser, state) {
    const files = known(state, 'file').filter(
      ({ versions }) => versions.length > 1 && versions.length < 7 && versions[0]?.id !== null,
    );
    if (files.length === 0) return null;
    const { id, versions } = chooser.random.pick(files);
    const older = versions[0];
    const { after, at } = planned(state);
    const { entry } = at(id);
    if (entry.kind === 'file' && older) entry.versions.push({ ...older, id: null });
    return oneRequest({
      kind: 'restoreVersion',
      before: state,
      after,
      request: { method: 'POST', path: `/drives/${chooser.driveId}/files/${id}/versions/${older?.id}/restore` },
      repeatable: true,
      learn: (reply) => learnStored(entry, reply),
    });
  },

  makeFolder(chooser, state) {
    const folderId = someFolder(chooser, state);
    const name = chooser.newName();
    const { after, folder } = planned(state);
    const made: EntryState = { kind: 'folder', id: null, name, children: [] };
    folder(folderId).children.push(made);
    return oneRequest({
      kind: 'makeFolder',
      before: state,
      after,
      request: {
        method: 'POST',
        path: `/drives/${chooser.driveId}/folders/${folderId}/folders`,
        json: { name },
      },
      repeatable: true,
      learn: (reply) => void (made.id = (reply as FolderView).id),
    });
  },

  rename(chooser, state) {
    const chosen = someEntry(chooser, state);
    if (!chosen) return null;
    const name = chooser.newName();
    const { after, at } = planned(state);
    at(chosen.id).entry.name = name;
    return moving('rename', chooser, chosen.id, state, after, { name });
  },

  move(chooser, state) {
    const chosen = someEntry(chooser, state);
    if (!chosen) return null;
    const folderId = someFolder(chooser, state, chosen);
    const { after, take, folder } = planned(state);
    // What lies in a copy of a folder has the names of what lies in that folder.
    const isTaken = folder(folderId).children.some((child) => child.name === chosen.name);
    const name = isTaken || chooser.random.fraction() < 0.3 ? chooser.newName() : undefined;
    const entry = take(chosen.id);
    if (name !== undefined) entry.name = name;
    folder(folderId).children.push(entry);
    return moving('move', chooser, chosen.id, state, after, { folderId, ...(name === undefined ? {} : { name }) });
  },

  moveOnto(chooser, state) {
    const files = known(state, 'file');
    const onto = files.filter(({ versions }) => versions.length < 6);
    if (files.length < 2 || onto.length === 0) return null;
    const target = chooser.random.pick(onto);
    const chosen = chooser.random.pick(files.filter((file) => file !== target));
    const { after, take, at } = planned(state);
    const { entry, parent } = at(target.id);
    if (parent.id === null) return null;
    const moved = take(chosen.id);
    after.trash.push(moved);
    const head = chosen.versions.at(-1);
    if (entry.kind === 'file' && head) entry.versions.push({ ...head, id: null });
    const to = { folderId: parent.id, name: target.name, force: true };
    return moving('moveOnto', chooser, chosen.id, state, after, to, (reply) => learnStored(entry, reply));
  },

  copyFile(chooser, state) {
    const files = known(state, 'file');
    if (files.length === 0) return null;
    const { id, versions } = chooser.random.pick(files);
    const folderId = someFolder(chooser, state);
    const name = chooser.newName();
    const head = versions.at(-1);
    const copy: FileState = { kind: 'file', id: null, name, versions: head ? [{ ...head, id: null }] : [] };
    const { after, folder } = planned(state);
    folder(folderId).children.push(copy);
    return oneRequest({
      kind: 'copyFile',
      before: state,
      after,
      request: { method: 'POST', path: `/drives/${chooser.driveId}/entries/${id}/copy`, json: { folderId, name } },
      repeatable: true,
      learn: (reply) => learnStored(copy, reply),
    });
  },

  copyFolder(chooser, state) {
    const folders = known(state, 'folder').filter((folder) => [...entriesIn(folder)].length <= 8);
    if (folders.length === 0) return null;
    const chosen = chooser.random.pick(folders);
    const folderId = someFolder(chooser, state, chosen);
    const name = chooser.newName();
    const copy: EntryState = { ...withoutHistory(chosen), name };
    const { after, folder } = planned(state);
    folder(folderId).children.push(copy);
    return oneRequest({
      kind: 'copyFolder',
      before: state,
      after,
      request: {
        method: 'POST',
        path: `/drives/${chooser.driveId}/entries/${chosen.id}/copy`,
        json: { folderId, name },
      },
      repeatable: true,
      async learn(reply, client) {
        copy.id = (reply as CopiedView).entry.id;
        if (copy.kind === 'folder') await learnBelow(client, copy).catch(unlessUnanswered);
      },
    });
  },

  trash(chooser, state) {
    const chosen = someEntry(chooser, state);
    if (!chosen || chosen === state.home) return null;
    const { after, take } = planned(state);
    after.trash.push(take(chosen.id));
    return oneRequest({
      kind: 'trash',
      before: state,
      after,
      request: { method: 'POST', path: `/drives/${chooser.driveId}/entries/${chosen.id}/trash` },
    });
  },

  restore(chooser, state) {
    const trashed = state.trash.filter(({ id }) => id !== null);
    if (trashed.length === 0) return null;
    const { id } = chooser.random.pick(trashed);
    const folderId = someFolder(chooser, state);
    const name = chooser.newName();
    const { after, folder } = planned(state);
    const entry = after.trash.find((each) => each.id === id);
    if (!entry) return null;
    after.trash = after.trash.filter((each) => each !== entry);
    entry.name = name;
    folder(folderId).children.push(entry);
    return oneRequest({
      kind: 'restore',
      before: state,
      after,
      request: { method: 'POST', path: `/drives/${chooser.driveId}/trash/${id}/restore`, json: { folderId, name } },
    });
  },

  purge(chooser, state) {
    const trashed = state.trash.filter(({ id }) => id !== null);
    if (trashed.length === 0) return null;
    const { id } = chooser.random.pick(trashed);
    const after = structuredClone(state);
    after.trash = after.trash.filter((each) => each.id !== id);
    return oneRequest({
      kind: 'purge',
      before: state,
      after,
      request: { method: 'DELETE', path: `/drives/${chooser.driveId}/trash/${id}` },
    });
  },
} satisfies Record<string, Maker>;

export type ActKind = keyof typeof KINDS;
export const ACT_KINDS = Object.keys(KINDS) as ActKind[];

const USUAL: Record<ActKind, number> = {
  upload: 20,
  form: 5,
  version: 16,
  restoreVersion: 6,
  makeFolder: 5,
  rename: 6,
  move: 10,
  moveOnto: 4,
  copyFile: 6,
  copyFolder: 5,
  trash: 9,
  restore: 4,
  purge: 8,
};

/** What this person does next. */
export function nextAct(chooser: Chooser, state: PlaceState): Act {
  const files = filesOf(state).length;
  const weights = { ...USUAL };
  if (files < FEW) Object.assign(weights, { upload: 60, purge: 1, trash: 2 });
  if (files > MANY) {
    Object.assign(weights, { upload: 6, form: 1, copyFile: 2, copyFolder: 1, makeFolder: 1, trash: 30, purge: 40 });
  }
  for (;;) {
    const act = KINDS[chooser.random.weighted(weights)](chooser, state);
    if (act) return act;
  }
}

function moving(
  kind: string,
  chooser: Chooser,
  entryId: string,
  before: PlaceState,
  after: PlaceState,
  json: object,
  learn?: (reply: MovedView) => void,
): Act {
  const path = `/drives/${chooser.driveId}/entries/${entryId}/move`;
  const parts = { kind, before, after, request: { method: 'POST', path, json } };
  return oneRequest(learn ? { ...parts, learn: (reply) => learn(reply as MovedView) } : parts);
}

function someEntry(chooser: Chooser, state: PlaceState): (EntryState & { id: string }) | null {
  const entries = chooser.random.fraction() < 0.3 ? known(state, 'folder') : known(state, 'file');
  return entries.length === 0 ? null : chooser.random.pick<EntryState & { id: string }>(entries);
}

/** As a copy begins: the newest version of everything, under ids that are not known yet. */
function withoutHistory(entry: EntryState): EntryState {
  if (entry.kind === 'folder') {
    return { kind: 'folder', id: null, name: entry.name, children: entry.children.map(withoutHistory) };
  }
  return {
    kind: 'file',
    id: null,
    name: entry.name,
    versions: entry.versions.slice(-1).map((head) => ({ ...head, id: null })),
  };
}

function learnStored(file: EntryState, reply: unknown): void {
  const { entry } = reply as Pick<StoredView, 'entry'>;
  file.id = entry.id;
  const newest = file.kind === 'file' ? file.versions.at(-1) : undefined;
  if (newest) newest.id = entry.versionId;
}

function unlessUnanswered(error: unknown): void {
  if (!(error instanceof Unanswered)) throw error;
}
