import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { EntryView } from './api.ts';

export interface FoundLinkProps {
  readonly entry: EntryView;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** To a folder; to a file with what is known of it, in the folder that it lies in. */
export function FoundLink({ entry, className, children }: FoundLinkProps) {
  const folderId = entry.kind === 'folder' ? entry.id : (entry.folderId ?? 'root');
  const search = entry.kind === 'file' ? { versions: entry.id } : {};
  return (
    <Link
      to="/drives/$driveId/folders/$folderId"
      params={{ driveId: entry.driveId, folderId }}
      search={search}
      className={className}
    >
      {children}
    </Link>
  );
}
