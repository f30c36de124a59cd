import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import IconTrash from '@tabler/icons-react/icons/IconTrash';
import { useState } from 'react';
import { Dialog } from '../../base/dialogs/dialog.tsx';
import type { TrashEntryView } from '../../../../src/files/wire.ts';
import { page } from '../../app/frame/page.ts';
import { showError, showToast } from '../../app/toasts.ts';
import { Name, Time } from '../../base/text/bits.tsx';
import { Empty } from '../../base/pages/empty.tsx';
import { counted, formatSize } from '../../base/text/format.ts';
import { hasCode } from '../../base/requests/problem.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { usePageTitle } from '../../base/pages/use-page-title.ts';
import { type DriveView, emptyTrash, purgeEntry, restoreEntry, trashEntry, trashOptions } from './api.ts';
import styles from './dialogs.module.css';
import { EntryIcon } from './entry-icon.tsx';
import { WaitingRows } from './folder-states.tsx';
import rows from './rows.module.css';
import { useDrive } from './use-folder.ts';

export function TrashPage() {
  usePageTitle('Trash');
  const { drive, error } = useDrive(undefined);
  if (drive) return <Trash drive={drive} />;
  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Trash</h1>
      </header>
      {error === null ? <WaitingRows /> : <ProblemNote error={error} tried="Open the trash" />}
    </div>
  );
}

function Trash({ drive }: { readonly drive: DriveView }) {
  const queries = useQueryClient();
  const trash = useInfiniteQuery(trashOptions(drive.id));
  const [asked, setAsked] = useState<TrashEntryView | 'all' | null>(null);
  const [restoring, setRestoring] = useState<ReadonlySet<string>>(new Set());
  const entries = trash.data?.pages.flatMap((each) => each.entries) ?? [];
  const refresh = (): void => {
    for (const key of ['trash', 'folder', 'usage', 'recent', 'find'])
      void queries.invalidateQueries({ queryKey: [key] });
  };

  const restore = async ({ entry }: TrashEntryView): Promise<void> => {
    const tried = `Restore “${entry.name}”`;
    setRestoring((now) => new Set([...now, entry.id]));
    try {
      const { entry: back } = await restoreEntry(entry).catch((error: unknown) => {
        // Where it was is gone: the drive itself is always there.
        if (hasCode(error, 'origin_gone')) return restoreEntry(entry, { folderId: drive.rootId });
        throw error;
      });
      refresh();
      const undo = async (): Promise<void> => {
        await trashEntry(back);
        refresh();
      };
      showToast({
        text: (
          <>
            <bdi>{entry.name}</bdi> is back{back.folderId === drive.rootId ? ' in my drive' : ' where it was'}.
          </>
        ),
        undo,
      });
    } catch (error) {
      showError(tried, error);
    } finally {
      setRestoring((now) => new Set([...now].filter((id) => id !== entry.id)));
    }
  };

  return (
    <div className={page.body}>
      <header className={page.head}>
        <h1>Trash</h1>
        {entries.length > 0 && drive.role === 'manager' && (
          <Button variant="default" onClick={() => setAsked('all')}>
            Empty the trash
          </Button>
        )}
      </header>
      <div className={page.content}>
        {trash.error && <ProblemNote error={trash.error} tried="List the trash" onRetry={() => void trash.refetch()} />}
        {trash.isPending && <WaitingRows />}
        {trash.data && entries.length === 0 && (
          <Empty icon={<IconTrash size={40} stroke={1.3} />} title="The trash is empty">
            <p>What you throw away stays here for some days, with all its versions, and can be restored.</p>
          </Empty>
        )}
        <ul className={rows.list}>
          {entries.map((each) => (
            <li key={each.entry.id} className={rows.row}>
              <EntryIcon entry={each.entry} />
              <div className={rows.words}>
                <Name className={rows.name}>{each.entry.name}</Name>
                <p className="soft">
                  {each.fromPath === null ? (
                    'Its folder is gone'
                  ) : (
                    <>
                      From <bdi>{each.fromPath}</bdi>
                    </>
                  )}
                  {each.entry.kind === 'file' && ` · ${formatSize(each.entry.size)}`} · thrown away{' '}
                  <Time within>{each.trashedTime}</Time> · gone for good <Time within>{each.purgeTime}</Time>
                </p>
              </div>
              <div className={rows.acts}>
                <Button
                  size="compact-md"
                  variant="default"
                  loading={restoring.has(each.entry.id)}
                  onClick={() => void restore(each)}
                >
                  Restore
                </Button>
                {drive.role === 'manager' && (
                  <Button size="compact-md" variant="subtle" color="red" onClick={() => setAsked(each)}>
                    Remove for good
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
        {trash.hasNextPage && (
          <Button variant="default" loading={trash.isFetchingNextPage} onClick={() => void trash.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
      {asked !== null && <PurgeDialog drive={drive} asked={asked} onDone={refresh} onClose={() => setAsked(null)} />}
    </div>
  );
}

interface PurgeDialogProps {
  readonly drive: DriveView;
  readonly asked: TrashEntryView | 'all';
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** The one act here that cannot be undone: it says what is lost first. */
function PurgeDialog({ drive, asked, onDone, onClose }: PurgeDialogProps) {
  const act = useMutation({
    mutationFn: async () => {
      if (asked === 'all') return (await emptyTrash(drive.id)).purged;
      await purgeEntry(asked.entry);
      return 1;
    },
    onSuccess: (count) => {
      onDone();
      showToast({ text: `${counted(count, 'item')} removed for good.` });
    },
  });
  const what = asked === 'all' ? 'Everything in the trash' : <bdi>{asked.entry.name}</bdi>;
  return (
    <Dialog onClose={onClose} title="Remove for good">
      <div className={styles.dialog}>
        <p>{what} will be removed with all its versions, from both stores. Nobody can bring it back.</p>
        {act.error && <ProblemNote error={act.error} tried="Remove it for good" />}
        <div className={styles.acts}>
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={act.isPending} onClick={() => act.mutate(undefined, { onSuccess: onClose })}>
            Remove for good
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
