import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import IconDownload from '@tabler/icons-react/icons/IconDownload';
import { SideDrawer } from '../../base/dialogs/dialog.tsx';
import { showToast } from '../../app/toasts.ts';
import { Name, Time } from '../../base/text/bits.tsx';
import { formatSize } from '../../base/text/format.ts';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import {
  contentUrl,
  entryOptions,
  type FileView,
  restoreVersion,
  versionsOptions,
  type VersionView,
  versionUrl,
} from './api.ts';
import { CopiesShield } from './copies-shield.tsx';
import { kindWords } from './kind-words.ts';
import { changeFolder } from './folder-pages.ts';
import { SharesList } from './shares-list.tsx';
import styles from './versions-drawer.module.css';

export interface VersionsDrawerProps {
  readonly driveId: string;
  readonly entryId: string;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

/** What is known of one file, and every version of it. Its address is that of the list with the file's id. */
export function VersionsDrawer({ driveId, entryId, mayWrite, onClose }: VersionsDrawerProps) {
  const entry = useQuery(entryOptions(driveId, entryId));
  const versions = useInfiniteQuery(versionsOptions(driveId, entryId));
  const file = entry.data?.kind === 'file' ? entry.data : undefined;
  const error = entry.error ?? versions.error;
  const list = versions.data?.pages.flatMap((page) => page.versions) ?? [];
  return (
    <SideDrawer onClose={onClose} size={420} title={file ? <Name className={styles.title}>{file.name}</Name> : 'File'}>
      {error && <ProblemNote error={error} tried="Show this file" />}
      {file && (
        <div className={styles.facts}>
          <Button component="a" href={contentUrl(file)} download leftSection={<IconDownload size={16} />}>
            Download
          </Button>
          <dl>
            <dt>Size</dt>
            <dd>{formatSize(file.size)}</dd>
            <dt>Changed</dt>
            <dd>
              <Time>{file.modifiedTime}</Time>
            </dd>
            <dt>Kind</dt>
            <dd>
              <bdi title={file.mediaType}>{kindWords(file.mediaType)}</bdi>
            </dd>
            <dt>Copies</dt>
            <dd>
              <CopiesShield copies={file.copies} />
            </dd>
          </dl>
        </div>
      )}
      {file && <SharesList file={file} />}
      {file && (
        <section aria-labelledby="versions-title">
          <h2 id="versions-title">Versions</h2>
          <ol className={styles.versions}>
            {list.map((version) => (
              <Version key={version.versionId} file={file} version={version} mayWrite={mayWrite} />
            ))}
          </ol>
          {versions.hasNextPage && (
            <Button
              variant="default"
              fullWidth
              loading={versions.isFetchingNextPage}
              onClick={() => void versions.fetchNextPage()}
            >
              Show older versions
            </Button>
          )}
        </section>
      )}
    </SideDrawer>
  );
}

interface VersionProps {
  readonly file: FileView;
  readonly version: VersionView;
  readonly mayWrite: boolean;
}

function Version({ file, version, mayWrite }: VersionProps) {
  const queries = useQueryClient();
  const { versionId, time, author, size, device, restoredFrom, current, copies } = version;
  const refresh = (): void => {
    for (const queryKey of [
      ['versions', file.driveId, file.id],
      ['entry', file.driveId, file.id],
    ]) {
      void queries.invalidateQueries({ queryKey });
    }
    if (file.folderId !== null) {
      changeFolder(queries, { driveId: file.driveId, folderId: file.folderId }, (pages) => pages);
    }
  };
  const act = useMutation({
    mutationFn: () => restoreVersion(file, versionId),
    // Not at the time of the answer: it may be told before that which version is the current one now.
    onMutate: () => file.versionId,
    onSuccess: (_, _nothing, before) => {
      refresh();
      const undo = async (): Promise<void> => {
        await restoreVersion(file, before);
        refresh();
      };
      showToast({ text: 'That version is the current one again. The others are kept.', undo });
    },
  });
  return (
    <li className={styles.version}>
      <div className={styles.line}>
        <span className={styles.when}>
          <Time>{time}</Time>
        </span>
        {current && <span className={styles.current}>Current</span>}
        <span className={styles.size}>{formatSize(size)}</span>
      </div>
      <p className={styles.who}>
        <bdi>{author.name ?? 'Somebody who is gone'}</bdi>
        {device !== '' && (
          <>
            {' '}
            from <bdi>{device}</bdi>
          </>
        )}
        {restoredFrom !== null && ', brought back from an older version'}
      </p>
      <div className={styles.line}>
        <CopiesShield copies={copies} />
        <span className={styles.acts}>
          <Button component="a" href={versionUrl(file, versionId)} download size="compact-sm" variant="subtle">
            Download
          </Button>
          {!current && mayWrite && (
            <Button size="compact-sm" variant="default" loading={act.isPending} onClick={() => act.mutate()}>
              Restore this version
            </Button>
          )}
        </span>
      </div>
      {act.error && <ProblemNote error={act.error} tried="Restore this version" />}
    </li>
  );
}
