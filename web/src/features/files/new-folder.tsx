import { useQueryClient } from '@tanstack/react-query';
import { makeFolder } from './api.ts';
import { changeFolder, withEntry } from './folder-pages.ts';
import { NameDialog } from './name-dialog.tsx';

export interface NewFolderProps {
  readonly driveId: string;
  /** The folder that it is made in. */
  readonly folderId: string;
  /** While the dialog was open. */
  readonly onMade?: () => void;
  readonly onClose: () => void;
}

export function NewFolder({ driveId, folderId, onMade, onClose }: NewFolderProps) {
  const queries = useQueryClient();
  return (
    <NameDialog
      title="New folder"
      action="Make the folder"
      tried="Make the folder"
      name=""
      onClose={onClose}
      onDoneHere={() => {
        onClose();
        onMade?.();
      }}
      onName={async (name) => {
        const made = await makeFolder(driveId, folderId, name);
        changeFolder(queries, { driveId, folderId }, (pages) => withEntry(pages, made));
      }}
    />
  );
}
