import { useMatch, useNavigate } from '@tanstack/react-router';
import type { DriveView } from '../../../features/files/api.ts';
import { useDrive } from '../../../features/files/use-folder.ts';

export interface OpenFolder {
  readonly drive: DriveView;
  readonly folderId: string;
  /** Shows it, where another page is open. */
  readonly goThere: () => void;
}

/** Where files go that are added from anywhere: into the folder that is open, else into one's own drive. Guests have none. */
export function useOpenFolder(): OpenFolder | undefined {
  const navigate = useNavigate();
  const atHome = useMatch({ from: '/frame/files', shouldThrow: false }) !== undefined;
  const open = useMatch({ from: '/frame/drives/$driveId/folders/$folderId', shouldThrow: false })?.params;
  const opened = useDrive(open?.driveId).drive;
  const own = useDrive(undefined).drive;
  if (open && opened && opened.role !== 'viewer') {
    return { drive: opened, folderId: open.folderId, goThere: () => undefined };
  }
  const goThere = (): void => {
    if (!atHome) void navigate({ to: '/files' });
  };
  return own && { drive: own, folderId: own.rootId, goThere };
}
