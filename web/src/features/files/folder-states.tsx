import IconFolderOpen from '@tabler/icons-react/icons/IconFolderOpen';
import IconTrash from '@tabler/icons-react/icons/IconTrash';
import { Link } from '@tanstack/react-router';
import { Empty } from '../../base/pages/empty.tsx';
import styles from './files.module.css';

export function EmptyFolder({ mayWrite, isRoot }: { readonly mayWrite: boolean; readonly isRoot: boolean }) {
  return (
    <Empty
      icon={<IconFolderOpen size={40} stroke={1.3} />}
      title={isRoot ? 'Your files will be here' : 'Nothing in this folder yet'}
    >
      <p>
        {mayWrite
          ? 'Drop files or folders anywhere on this page, or use Upload. Each is encrypted on its way in and kept twice.'
          : 'You may look at this drive; others put files into it.'}
      </p>
    </Empty>
  );
}

export function TrashedFolder({ name }: { readonly name: string }) {
  return (
    <Empty icon={<IconTrash size={40} stroke={1.3} />} title="This folder is in the trash">
      <p>
        <Link to="/trash">Open the trash</Link> to bring <bdi>{name}</bdi> back with all that lies in it.
      </p>
    </Empty>
  );
}

/** The shape of what comes, so that nothing jumps when it is there. */
export function WaitingRows() {
  return (
    <div className={styles.waiting} role="status">
      <span className="hidden-text">Fetching the list</span>
      {Array.from({ length: 8 }, (_, row) => (
        <div key={row} aria-hidden />
      ))}
    </div>
  );
}
