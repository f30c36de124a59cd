import { ActionIcon, Button } from '@mantine/core';
import IconFolderSymlink from '@tabler/icons-react/icons/IconFolderSymlink';
import IconTrash from '@tabler/icons-react/icons/IconTrash';
import IconX from '@tabler/icons-react/icons/IconX';
import { formatCount, formatSize } from '../../base/text/format.ts';
import type { EntryView } from './api.ts';
import styles from './files.module.css';

export interface BulkBarProps {
  readonly entries: readonly EntryView[];
  readonly onMove: () => void;
  readonly onTrash: () => void;
  readonly onClear: () => void;
}

/** What can be done to everything that is chosen. */
export function BulkBar({ entries, onMove, onTrash, onClear }: BulkBarProps) {
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0);
  return (
    <div className={styles.bulk} role="toolbar" aria-label="With what is chosen">
      <ActionIcon variant="subtle" color="gray" aria-label="Choose nothing" onClick={onClear}>
        <IconX size={18} />
      </ActionIcon>
      <span className={styles.bulkCount} aria-live="polite">
        {formatCount(entries.length)} chosen{bytes > 0 ? `, ${formatSize(bytes)}` : ''}
      </span>
      <Button size="compact-md" variant="default" leftSection={<IconFolderSymlink size={16} />} onClick={onMove}>
        Move
      </Button>
      <Button size="compact-md" variant="default" leftSection={<IconTrash size={16} />} onClick={onTrash}>
        Move to the trash
      </Button>
    </div>
  );
}
