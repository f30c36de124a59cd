/** What people do to files and folders: each act at once, each with a way back for as long as its note is shown. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { changeToast, dismissToast, showError, showToast } from '../../app/toasts.ts';
import { counted, formatCount } from '../../base/text/format.ts';
import { type EntryView, moveEntry, restoreEntry, trashEntry } from './api.ts';
import { changeFolder, withEntry, withoutEntries } from './folder-pages.ts';

/** So many take longer than a second. */
const SHOW_PROGRESS_FROM = 12;

/** What is being moved or thrown away just now: it stands in the list until that is done, and is not to be taken twice. */
const underWay = new Set<string>();

export interface FileActs {
  /** Resolves when all was tried; what failed is told. */
  readonly trash: (entries: readonly EntryView[]) => Promise<void>;
  readonly moveTo: (
    entries: readonly EntryView[],
    folder: { readonly id: string; readonly name: string },
  ) => Promise<void>;
  /** Throws the refusal, so that a dialog keeps what was typed. */
  readonly rename: (entry: EntryView, name: string) => Promise<void>;
}

export function useFileActs(): FileActs {
  const queries = useQueryClient();
  return useMemo(() => {
    const refresh = (driveId: string, folderId: string | null): void => {
      if (folderId !== null) changeFolder(queries, { driveId, folderId }, (pages) => pages);
      for (const key of ['trash', 'usage', 'recent', 'find']) void queries.invalidateQueries({ queryKey: [key] });
    };
    const gone = (entries: readonly EntryView[]): void => {
      const ids = new Set(entries.map(({ id }) => id));
      for (const { driveId, folderId } of oneOfEachFolder(entries)) {
        changeFolder(queries, { driveId, folderId }, (pages) => withoutEntries(pages, ids));
      }
    };
    const each = async (
      doing: string,
      entries: readonly EntryView[],
      tried: (entry: EntryView) => string,
      act: (entry: EntryView) => Promise<unknown>,
    ): Promise<EntryView[]> => {
      const free = entries.filter(({ id }) => !underWay.has(id));
      const done: EntryView[] = [];
      for (const { id } of free) underWay.add(id);
      const note = free.length < SHOW_PROGRESS_FROM ? null : showToast({ text: '', stays: true });
      for (const entry of free) {
        if (note !== null)
          changeToast(note, `${doing}: ${formatCount(done.length)} of ${counted(free.length, 'item')}`);
        try {
          await act(entry);
          done.push(entry);
        } catch (error) {
          showError(tried(entry), error);
          // The next would fail alike, or the server has gone: one note is enough.
          break;
        }
      }
      if (note !== null) dismissToast(note);
      for (const { id } of free) underWay.delete(id);
      return done;
    };

    return {
      async trash(entries) {
        const done = await each(
          'Moving to the trash',
          entries,
          ({ name }) => `Move “${name}” to the trash`,
          trashEntry,
        );
        if (done.length === 0) return;
        gone(done);
        for (const { driveId, folderId } of oneOfEachFolder(done)) refresh(driveId, folderId);
        const undo = eachOnce(done, async (entry) => {
          const { entry: back } = await restoreEntry(entry);
          refresh(back.driveId, back.folderId);
        });
        showToast({ text: <>{named(done)} moved to the trash.</>, undo });
      },
      async moveTo(entries, folder) {
        const movable = entries.filter(({ id, folderId }) => id !== folder.id && folderId !== folder.id);
        const done = await each(
          'Moving',
          movable,
          ({ name }) => `Move “${name}” to “${folder.name}”`,
          (entry) => moveEntry(entry, { folderId: folder.id }),
        );
        if (done.length === 0) return;
        gone(done);
        const driveId = done[0]?.driveId ?? '';
        refresh(driveId, folder.id);
        const undo = eachOnce(done, async (entry) => {
          if (entry.folderId === null) return;
          await moveEntry(entry, { folderId: entry.folderId });
          refresh(entry.driveId, entry.folderId);
          refresh(driveId, folder.id);
        });
        showToast({
          text: (
            <>
              {named(done)} moved to <bdi>{folder.name}</bdi>.
            </>
          ),
          undo,
        });
      },
      async rename(entry, name) {
        const call = async (newName: string): Promise<EntryView> => {
          const { entry: renamed } = await moveEntry(entry, { name: newName });
          const at = { driveId: renamed.driveId, folderId: renamed.folderId ?? 'root' };
          changeFolder(queries, at, (pages) => withEntry(pages, renamed));
          void queries.invalidateQueries({ queryKey: ['entry', entry.driveId, entry.id] });
          void queries.invalidateQueries({ queryKey: ['ancestors'] });
          refresh(renamed.driveId, renamed.folderId);
          return renamed;
        };
        const renamed = await call(name);
        if (renamed.name === entry.name) return;
        showToast({
          text: (
            <>
              <bdi>{entry.name}</bdi> is now called <bdi>{renamed.name}</bdi>.
            </>
          ),
          undo: async () => void (await call(entry.name)),
        });
      },
    };
  }, [queries]);
}

/** Does something for each; where one fails, the next attempt goes on with it. */
function eachOnce(entries: readonly EntryView[], act: (entry: EntryView) => Promise<void>): () => Promise<void> {
  const left = [...entries];
  return async () => {
    for (let [next] = left; next; [next] = left) {
      await act(next);
      left.shift();
    }
  };
}

function named(entries: readonly EntryView[]) {
  const [first, ...others] = entries;
  return first && others.length === 0 ? <bdi>{first.name}</bdi> : <>{counted(entries.length, 'item')}</>;
}

function oneOfEachFolder(entries: readonly EntryView[]): { driveId: string; folderId: string }[] {
  const folders = new Map<string, { driveId: string; folderId: string }>();
  for (const { driveId, folderId } of entries) {
    if (folderId !== null) folders.set(`${driveId} ${folderId}`, { driveId, folderId });
  }
  return [...folders.values()];
}
