import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import IconFolder from '@tabler/icons-react/icons/IconFolder';
import IconMenu2 from '@tabler/icons-react/icons/IconMenu2';
import IconMessageCircle from '@tabler/icons-react/icons/IconMessageCircle';
import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck';
import { useState } from 'react';
import { latePart } from '../late-part.tsx';
import { AccountMenu } from './account-menu.tsx';
import styles from './bottom-bar.module.css';
import { SideBar } from './side-bar.tsx';

const ChatUnread = latePart(
  'Show how much is not read',
  async () => (await import('../../features/chat/lists/chat-unread.tsx')).ChatUnread,
);

/** On a phone: three places, and everything else behind the fourth. */
export function BottomBar() {
  const [open, setOpen] = useState(false);
  return (
    <nav className={styles.bar} aria-label="Places">
      <Link to="/files" className={styles.item}>
        <IconFolder size={22} stroke={1.6} />
        Files
      </Link>
      <Link to="/chat" className={styles.item}>
        <IconMessageCircle size={22} stroke={1.6} />
        Chat
        <ChatUnread className={styles.unread} />
      </Link>
      <Link to="/security" className={styles.item}>
        <IconShieldCheck size={22} stroke={1.6} />
        Security
      </Link>
      <button type="button" className={styles.item} aria-expanded={open} onClick={() => setOpen(true)}>
        <IconMenu2 size={22} stroke={1.6} />
        More
      </button>
      <Drawer opened={open} onClose={() => setOpen(false)} position="left" size={280} title="Holdfast">
        <SideBar onGo={() => setOpen(false)} />
        <AccountMenu />
      </Drawer>
    </nav>
  );
}
