import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { type DriveView, type EntryView, makeFolder } from './api.ts';
import { changeFolder, withEntry } from './folder-pages.ts';
import { MoveDialog } from './move-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import type { FileActs } from './use-file-acts.tsx';

const ShareInRoom = lazy(async () => ({
  default: (await import('../chat/attachments/share-in-room.tsx')).ShareInRoom,
}));

/** Which question is open, if any. */
export type FolderDialog =
  | { readonly kind: 'new-folder' }
  | { readonly kind: 'rename'; readonly entry: EntryView }
  | { readonly kind: 'share'; readonly entry: EntryView }
  | { readonly kind: 'move'; readonly entries: readonly EntryView[] };

export interface FolderDialogsProps {
  readonly dialog: FolderDialog | null;
  readonly drive: DriveView;
  readonly folderId: string;
  readonly way: readonly EntryView[];
  readonly acts: FileActs;
  readonly onClose: () => void;
}

export function FolderDialogs({ dialog, drive, folderId, way, acts, onClose }: FolderDialogsProps) {
  const queries = useQueryClient();
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'new-folder':
      return (
        <NameDialog
          title="New folder"
          action="Make the folder"
          tried="Make the folder"
          name=""
          onClose={onClose}
          onName={async (name) => {
            const made = await makeFolder(drive.id, folderId, name);
            changeFolder(queries, { driveId: drive.id, folderId }, (pages) => withEntry(pages, made));
          }}
        />
      );
    case 'rename':
      return (
        <NameDialog
          title="Rename"
          action="Rename"
          tried={`Rename “${dialog.entry.name}”`}
          name={dialog.entry.name}
          onClose={onClose}
          onName={(name) => acts.rename(dialog.entry, name)}
        />
      );
    case 'share':
      return (
        <Suspense>
          <ShareInRoom file={dialog.entry} onClose={onClose} />
        </Suspense>
      );
    case 'move':
      return (
        <MoveDialog
          drive={drive}
          entries={dialog.entries}
          start={way}
          onClose={onClose}
          onMove={(folder) => void acts.moveTo(dialog.entries, folder)}
        />
      );
  }
}
