import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight';
import IconFolder from '@tabler/icons-react/icons/IconFolder';
import { useState } from 'react';
import { Dialog } from '../../base/dialogs/dialog.tsx';
import { Name } from '../../base/text/bits.tsx';
import { counted } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { type DriveView, type EntryView, foldersOptions } from './api.ts';
import { driveTitle } from './breadcrumbs.tsx';
import styles from './dialogs.module.css';

interface Place {
  readonly id: string;
  readonly name: string;
}

export interface MoveDialogProps {
  readonly drive: DriveView;
  readonly entries: readonly EntryView[];
  /** Where the dialog opens: the folders from the drive down to where the entries are. */
  readonly start: readonly Place[];
  readonly onMove: (folder: Place) => void;
  readonly onClose: () => void;
}

/** Goes through the folders of a drive, one level at a time, and moves into the one that is shown. */
export function MoveDialog({ drive, entries, start, onMove, onClose }: MoveDialogProps) {
  const root = { id: drive.rootId, name: driveTitle(drive) };
  const [way, setWay] = useState<readonly Place[]>([root, ...start]);
  const here = way.at(-1) ?? root;
  const { data, error, refetch } = useQuery(foldersOptions(drive.id, here.id));
  const folders = data?.entries.filter(({ kind }) => kind === 'folder') ?? [];
  const moved = new Set(entries.map(({ id }) => id));
  const isHere = entries.every(({ folderId }) => folderId === here.id);
  const [first] = entries;
  const what = entries.length === 1 && first ? <bdi>{first.name}</bdi> : counted(entries.length, 'item');

  return (
    <Dialog onClose={onClose} title={<>Move {what}</>}>
      <div className={styles.dialog}>
        <nav className={styles.way} aria-label="Folders above the new place">
          {way.map((place, index) => (
            <span key={place.id}>
              {index > 0 && <IconChevronRight size={14} aria-hidden />}
              <button type="button" className={styles.step} onClick={() => setWay(way.slice(0, index + 1))}>
                <bdi>{place.name}</bdi>
              </button>
            </span>
          ))}
        </nav>
        {error && <ProblemNote error={error} tried="List the folders" onRetry={() => void refetch()} />}
        <div className={styles.tree}>
          {folders.map((folder) => (
            <button
              key={folder.id}
              type="button"
              className={styles.folder}
              // A folder cannot go into itself.
              disabled={moved.has(folder.id)}
              onClick={() => setWay([...way, folder])}
            >
              <IconFolder size={18} stroke={1.5} aria-hidden />
              <Name>{folder.name}</Name>
              <IconChevronRight size={16} aria-hidden />
            </button>
          ))}
          {data && folders.length === 0 && <p className={styles.none}>No folders in here</p>}
        </div>
        <div className={styles.acts}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={isHere}
            onClick={() => {
              onMove(here);
              onClose();
            }}
          >
            {isHere ? (
              entries.length === 1 ? (
                'It is here already'
              ) : (
                'They are here already'
              )
            ) : (
              <>Move to “{here.name}”</>
            )}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
