import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import IconBell from '@tabler/icons-react/icons/IconBell';
import { useState } from 'react';
import { latePart } from '../late-part.tsx';
import { formatCount } from '../../base/text/format.ts';
import { unreadOptions } from '../../features/notifications/api.ts';
import styles from './frame.module.css';

const NoticeDrawer = latePart(
  'Show the notices',
  async () => (await import('../../features/notifications/notice-drawer.tsx')).NoticeDrawer,
);

/** More fits no badge, and nobody counts them. */
const MOST_SHOWN = 99;

/** How many notices are not read; the feed itself stands in a drawer. */
export function Bell() {
  const unread = useQuery(unreadOptions).data ?? 0;
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        className={styles.bell}
        aria-label={unread === 0 ? 'Notices' : `Notices, ${unread >= 1000 ? '1000 or more' : unread} not read`}
        onClick={() => setOpen(true)}
      >
        <IconBell size={20} stroke={1.6} />
        {unread > 0 && (
          <span className={styles.unread} aria-hidden>
            {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : formatCount(unread)}
          </span>
        )}
      </ActionIcon>
      {open && <NoticeDrawer unread={unread} onClose={() => setOpen(false)} />}
    </>
  );
}
