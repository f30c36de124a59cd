import { latePart } from '../../app/late-part.tsx';
import type { DriveView, EntryView } from './api.ts';
import { MoveDialog } from './move-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import { NewFolder } from './new-folder.tsx';
import type { FileActs } from './use-file-acts.tsx';

const ShareInRoom = latePart(
  'Share the file in a room',
  async () => (await import('../chat/attachments/share-in-room.tsx')).ShareInRoom,
);

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
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'new-folder':
      return <NewFolder driveId={drive.id} folderId={folderId} onClose={onClose} />;
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
      return <ShareInRoom file={dialog.entry} onClose={onClose} />;
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
