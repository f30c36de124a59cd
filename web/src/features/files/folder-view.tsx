import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useCallback, useMemo, useState } from 'react';
import { latePart } from '../../app/late-part.tsx';
import { page } from '../../app/frame/page.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { AddMenu } from './add-menu.tsx';
import type { DriveView, EntryView, SortKey, Sorting } from './api.ts';
import { Breadcrumbs, driveTitle } from './breadcrumbs.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { draggedEntries, hasEntries, hasFiles } from './dragging.ts';
import type { EntryMenuActs } from './entry-menu.tsx';
import { EntryTable } from './entry-table.tsx';
import styles from './files.module.css';
import { FolderDialogs, type FolderDialog } from './folder-dialogs.tsx';
import { EmptyFolder, TrashedFolder, WaitingRows } from './folder-states.tsx';
import { nothing, type Selection } from '../../base/lists/selection.ts';
import { type Given, fromDrop } from './uploads/given-files.ts';
import { upload } from './uploads/uploads.ts';
import { useAncestors, useFolder } from './use-folder.ts';
import { useFileActs } from './use-file-acts.tsx';

const VersionsDrawer = latePart(
  'Show the versions',
  async () => (await import('./versions-drawer.tsx')).VersionsDrawer,
);

export interface FolderViewProps {
  readonly drive: DriveView;
  readonly folderId: string;
  readonly sorting: Sorting;
  /** The file whose versions are shown beside the list. */
  readonly versionsOf: string | undefined;
}

export function FolderView({ drive, folderId, sorting, versionsOf }: FolderViewProps) {
  const navigate = useNavigate();
  const folder = useFolder(drive, folderId, sorting);
  const way = useAncestors(drive, folderId);
  const acts = useFileActs();
  const [selection, setSelection] = useState<Selection>(nothing);
  const [dialog, setDialog] = useState<FolderDialog | null>(null);
  const [dropping, setDropping] = useState(false);
  const { entries, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = folder;
  const trashed = way?.find(({ trashedTime }) => trashedTime !== undefined);
  const mayWrite = drive.role !== 'viewer' && !trashed;
  usePageTitle(way?.at(-1)?.name ?? driveTitle(drive));

  const chosen = useMemo(() => entries.filter(({ id }) => selection.chosen.has(id)), [entries, selection.chosen]);
  const onSelection = useCallback((change: (now: Selection) => Selection) => setSelection(change), []);
  const fetchMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const search = useCallback(
    (change: object) => void navigate({ to: '.', search: (now) => ({ ...now, ...change }) }),
    [navigate],
  );
  const onSort = (key: SortKey): void => {
    const down = sorting.key === key ? !sorting.down : key !== 'name';
    search({ sort: key === 'name' ? undefined : key, down: down || undefined });
  };
  const onOpen = useCallback(
    (entry: EntryView): void => {
      if (entry.kind === 'file') return search({ versions: entry.id });
      const params = { driveId: drive.id, folderId: entry.id };
      void navigate({ to: '/drives/$driveId/folders/$folderId', params });
    },
    [drive.id, navigate, search],
  );
  const menu: EntryMenuActs = useMemo(
    () => ({
      onRename: (entry) => setDialog({ kind: 'rename', entry }),
      onMove: (moved) => setDialog({ kind: 'move', entries: moved }),
      onVersions: (entry) => search({ versions: entry.id }),
      onShare: (entry) => setDialog({ kind: 'share', entry }),
      onTrash: (trashed) => void acts.trash(trashed),
    }),
    [acts, search],
  );

  const give = useCallback(
    (given: Given, into = folderId) => upload(given, { driveId: drive.id, folderId: into }),
    [drive.id, folderId],
  );
  const takesDrop = useCallback((event: DragEvent) => mayWrite && (hasEntries(event) || hasFiles(event)), [mayWrite]);
  const onDropInto = useCallback(
    (event: DragEvent, into: { readonly id: string; readonly name: string }) => {
      event.preventDefault();
      event.stopPropagation();
      setDropping(false);
      if (hasEntries(event)) void acts.moveTo(draggedEntries(event), into);
      else void fromDrop(event.dataTransfer).then((given) => give(given, into.id));
    },
    [acts, give],
  );
  const dropHere = {
    onDragOver: (event: DragEvent) => {
      if (!mayWrite || !hasFiles(event)) return;
      event.preventDefault();
      setDropping(true);
    },
    onDragLeave: (event: DragEvent<HTMLElement>) => {
      const to = event.relatedTarget;
      if (!(to instanceof Node && event.currentTarget.contains(to))) setDropping(false);
    },
    onDrop: (event: DragEvent) => {
      if (!mayWrite || !hasFiles(event)) return;
      onDropInto(event, { id: folderId, name: '' });
    },
  };

  return (
    <div className={`${page.body} ${page.filling}`} {...dropHere}>
      <header className={page.head}>
        <Breadcrumbs drive={drive} way={way ?? []} takesDrop={takesDrop} onDropInto={onDropInto} />
        {mayWrite && <AddMenu onGiven={give} onNewFolder={() => setDialog({ kind: 'new-folder' })} />}
      </header>
      {!trashed && chosen.length > 0 && (
        <BulkBar
          entries={chosen}
          onMove={() => setDialog({ kind: 'move', entries: chosen })}
          onTrash={() => void acts.trash(chosen)}
          onClear={() => setSelection(nothing)}
        />
      )}
      {error && (
        <div className={page.content}>
          <ProblemNote error={error} tried="List this folder" onRetry={() => void refetch()} />
        </div>
      )}
      {folder.isPending && !error && <WaitingRows />}
      {trashed && <TrashedFolder name={trashed.name} />}
      {!trashed && folder.data && entries.length === 0 && !hasNextPage && (
        <EmptyFolder mayWrite={mayWrite} isRoot={folderId === drive.rootId} />
      )}
      {!trashed && entries.length > 0 && (
        <EntryTable
          entries={entries}
          sorting={sorting}
          onSort={onSort}
          hasMore={hasNextPage && error === null}
          isFetchingMore={isFetchingNextPage}
          fetchMore={fetchMore}
          selection={selection}
          onSelection={onSelection}
          onOpen={onOpen}
          acts={menu}
          takesDrop={takesDrop}
          onDropInto={onDropInto}
        />
      )}
      {dropping && (
        <div className={styles.dropHere} aria-hidden>
          <p>Drop here to store {way?.at(-1) ? <bdi>in {way.at(-1)?.name}</bdi> : 'in your drive'}</p>
        </div>
      )}
      <FolderDialogs
        dialog={dialog}
        drive={drive}
        folderId={folderId}
        way={way ?? []}
        acts={acts}
        onClose={() => setDialog(null)}
      />
      {versionsOf !== undefined && (
        <VersionsDrawer
          driveId={drive.id}
          entryId={versionsOf}
          mayWrite={mayWrite}
          onClose={() => search({ versions: undefined })}
        />
      )}
    </div>
  );
}
