import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { page } from '../../app/frame/page.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import type { Sorting } from './api.ts';
import { FolderView } from './folder-view.tsx';
import { useDrive } from './use-folder.ts';

/** My drive, or a folder of any drive. */
export function FilesPage() {
  const { driveId, folderId } = useParams({ strict: false });
  const { sort, down, versions } = useSearch({ strict: false });
  const { drive, error, loaded, retry } = useDrive(driveId);
  const navigate = useNavigate();
  const sorting: Sorting = { key: sort ?? 'name', down: down === true };
  // The drive's own folder has one address.
  const isRoot = drive !== undefined && drive.kind === 'personal' && folderId === drive.rootId;
  useEffect(() => {
    if (isRoot) void navigate({ to: '/files', search: (now) => now, replace: true });
  }, [isRoot, navigate]);

  if (drive) {
    const at = folderId ?? drive.rootId;
    return <FolderView key={at} drive={drive} folderId={at} sorting={sorting} versionsOf={versions} />;
  }
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Files</h1>
      </header>
      <div className={page.content}>
        {error !== null && <ProblemNote error={error} tried="Open the drive" onRetry={retry} />}
        {loaded &&
          (driveId === undefined ? (
            <p>Guests have no drive of their own. What others share with you is under “Shared with me”.</p>
          ) : (
            <p>
              You have no such drive. Whoever manages it can add you. <Link to="/files">Go to my files</Link>
            </p>
          ))}
      </div>
    </div>
  );
}
