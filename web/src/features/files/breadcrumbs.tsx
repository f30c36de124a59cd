import { Link } from '@tanstack/react-router';
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight';
import { type DragEvent, useState } from 'react';
import { Name } from '../../base/text/bits.tsx';
import type { DriveView, EntryView } from './api.ts';
import styles from './files.module.css';

export interface BreadcrumbsProps {
  readonly drive: DriveView;
  /** From the drive down to the folder that is shown, which is the last. */
  readonly way: readonly EntryView[];
  readonly takesDrop: (event: DragEvent) => boolean;
  readonly onDropInto: (event: DragEvent, folder: { readonly id: string; readonly name: string }) => void;
}

/** The last one is the title of the page; the others lead back, and take what is dragged onto them. */
export function Breadcrumbs({ drive, way, takesDrop, onDropInto }: BreadcrumbsProps) {
  const driveName = driveTitle(drive);
  const steps = [{ id: drive.rootId, name: driveName }, ...way.map(({ id, name }) => ({ id, name }))];
  const title = steps.at(-1);
  return (
    <nav className={styles.crumbs} aria-label="Folders above">
      <ol>
        {steps.slice(0, -1).map((step) => (
          <li key={step.id}>
            <Crumb drive={drive} step={step} takesDrop={takesDrop} onDropInto={onDropInto} />
            <IconChevronRight size={16} aria-hidden />
          </li>
        ))}
        <li className={styles.here}>
          <h1>
            <Name className={styles.hereName}>{title?.name ?? driveName}</Name>
          </h1>
        </li>
      </ol>
    </nav>
  );
}

export function driveTitle(drive: DriveView): string {
  return drive.kind === 'personal' ? 'My drive' : drive.name;
}

interface CrumbProps extends Pick<BreadcrumbsProps, 'drive' | 'takesDrop' | 'onDropInto'> {
  readonly step: { readonly id: string; readonly name: string };
}

function Crumb({ drive, step, takesDrop, onDropInto }: CrumbProps) {
  const [over, setOver] = useState(false);
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!takesDrop(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      onDropInto(event, step);
    },
  };
  const shared = { className: styles.crumb, 'data-over': over || undefined, ...drop };
  if (step.id === drive.rootId && drive.kind === 'personal') {
    return (
      <Link to="/files" {...shared}>
        {step.name}
      </Link>
    );
  }
  return (
    <Link to="/drives/$driveId/folders/$folderId" params={{ driveId: drive.id, folderId: step.id }} {...shared}>
      <Name>{step.name}</Name>
    </Link>
  );
}
