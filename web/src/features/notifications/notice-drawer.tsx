import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import IconBell from '@tabler/icons-react/icons/IconBell';
import { useState } from 'react';
import { showError } from '../../app/toasts.ts';
import { SideDrawer } from '../../base/dialogs/dialog.tsx';
import { Empty } from '../../base/pages/empty.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { markNotices, noticesOptions, type NoticeView } from './api.ts';
import { NoticeItem } from './notice-item.tsx';
import styles from './notices.module.css';

/** What this person was told, newest first. */
export function NoticeDrawer({ unread, onClose }: { readonly unread: number; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const [unreadOnly, setUnreadOnly] = useState(false);
  const list = useInfiniteQuery(noticesOptions(unreadOnly));
  const notices = list.data?.pages.flatMap((page) => page.notices) ?? [];
  const mark = useMutation({
    mutationFn: ({ ids, read }: { readonly ids: readonly string[] | null; readonly read: boolean }) =>
      markNotices(ids, read),
    onError: (error, { read }) => showError(read ? 'Mark it as read' : 'Mark it as not read', error),
    onSettled: () => queries.invalidateQueries({ queryKey: ['notices'] }),
  });
  const follow = ({ noticeId, readTime }: NoticeView): void => {
    if (readTime === null) mark.mutate({ ids: [noticeId], read: true });
    onClose();
  };
  return (
    <SideDrawer onClose={onClose} size={440} title="Notices">
      <div className={styles.head}>
        <SegmentedControl
          size="xs"
          aria-label="Which notices"
          value={unreadOnly ? 'unread' : 'all'}
          data={[
            { value: 'all', label: 'All' },
            { value: 'unread', label: 'Not read' },
          ]}
          onChange={(value) => setUnreadOnly(value === 'unread')}
        />
        <Button
          size="xs"
          variant="subtle"
          disabled={unread === 0 || mark.isPending}
          onClick={() => mark.mutate({ ids: null, read: true })}
        >
          Mark all as read
        </Button>
      </div>
      {list.error && <ProblemNote error={list.error} tried="List the notices" onRetry={() => void list.refetch()} />}
      {list.data && notices.length === 0 && !list.hasNextPage && <Nothing unreadOnly={unreadOnly} />}
      <ul className={styles.list} aria-label="Notices">
        {notices.map((notice) => (
          <NoticeItem
            key={notice.noticeId}
            notice={notice}
            onFollow={() => follow(notice)}
            onMark={(read) => mark.mutate({ ids: [notice.noticeId], read })}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" fullWidth loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </SideDrawer>
  );
}

function Nothing({ unreadOnly }: { readonly unreadOnly: boolean }) {
  if (unreadOnly) {
    return (
      <Empty icon={<IconBell size={40} stroke={1.3} />} title="Everything is read">
        <p>What you were told before is under “All”.</p>
      </Empty>
    );
  }
  return (
    <Empty icon={<IconBell size={40} stroke={1.3} />} title="Nothing to tell">
      <p>What needs your attention will be here: a log-in from a new device, a changed password, a finding.</p>
    </Empty>
  );
}
