import { ActionIcon, Menu } from '@mantine/core';
import IconDots from '@tabler/icons-react/icons/IconDots';
import IconDownload from '@tabler/icons-react/icons/IconDownload';
import IconFolderSymlink from '@tabler/icons-react/icons/IconFolderSymlink';
import IconHistory from '@tabler/icons-react/icons/IconHistory';
import IconMessageShare from '@tabler/icons-react/icons/IconMessageShare';
import IconPencil from '@tabler/icons-react/icons/IconPencil';
import IconTrash from '@tabler/icons-react/icons/IconTrash';
import { useRef } from 'react';
import { contentUrl, type EntryView, zipUrl } from './api.ts';

export interface EntryMenuActs {
  readonly onRename: (entry: EntryView) => void;
  readonly onMove: (entries: readonly EntryView[]) => void;
  readonly onVersions: (entry: EntryView) => void;
  readonly onShare: (entry: EntryView) => void;
  readonly onTrash: (entries: readonly EntryView[]) => void;
}

export interface EntryMenuProps {
  readonly entry: EntryView;
  readonly acts: EntryMenuActs;
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  /** The button of the row where the keyboard stands is the next stop after the list. */
  readonly tabIndex: number;
}

export function EntryMenu({ entry, acts, opened, onChange, tabIndex }: EntryMenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const change = (next: boolean): void => {
    // Before anything that an item opens takes the focus: it gives it back to where it was.
    if (!next) button.current?.focus();
    onChange(next);
  };
  return (
    <Menu position="bottom-end" width={220} opened={opened} onChange={change}>
      <Menu.Target>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          tabIndex={tabIndex}
          aria-label={`What to do with ${entry.name}`}
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Item
          component="a"
          href={entry.kind === 'file' ? contentUrl(entry) : zipUrl(entry)}
          download
          leftSection={<IconDownload size={16} />}
        >
          {entry.kind === 'file' ? 'Download' : 'Download as a zip'}
        </Menu.Item>
        {entry.kind === 'file' && (
          <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => acts.onVersions(entry)}>
            Versions
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => acts.onRename(entry)}>
          Rename
        </Menu.Item>
        <Menu.Item leftSection={<IconFolderSymlink size={16} />} onClick={() => acts.onMove([entry])}>
          Move
        </Menu.Item>
        {entry.kind === 'file' && (
          <Menu.Item leftSection={<IconMessageShare size={16} />} onClick={() => acts.onShare(entry)}>
            Share in a chat room
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => acts.onTrash([entry])}>
          Move to the trash
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
