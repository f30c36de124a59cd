import { Button, Menu } from '@mantine/core';
import IconFile from '@tabler/icons-react/icons/IconFile';
import IconFolderPlus from '@tabler/icons-react/icons/IconFolderPlus';
import IconFolderUp from '@tabler/icons-react/icons/IconFolderUp';
import IconUpload from '@tabler/icons-react/icons/IconUpload';
import styles from './files.module.css';
import { chooseFiles } from './uploads/choose-files.ts';
import type { Given } from './uploads/given-files.ts';

export interface AddMenuProps {
  readonly onGiven: (given: Given) => void;
  readonly onNewFolder: () => void;
}

/** The main act of the page. */
export function AddMenu({ onGiven, onNewFolder }: AddMenuProps) {
  return (
    <>
      <Button
        variant="default"
        className={styles.newFolder}
        leftSection={<IconFolderPlus size={16} />}
        onClick={onNewFolder}
      >
        New folder
      </Button>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button leftSection={<IconUpload size={16} />}>Upload</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFile size={16} />} onClick={() => chooseFiles('files', onGiven)}>
            Files
          </Menu.Item>
          <Menu.Item leftSection={<IconFolderUp size={16} />} onClick={() => chooseFiles('folder', onGiven)}>
            A folder
          </Menu.Item>
          <Menu.Item className={styles.newFolderItem} leftSection={<IconFolderPlus size={16} />} onClick={onNewFolder}>
            New folder
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
