import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Time } from '../../base/text/bits.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { StopSharing } from '../chat/attachments/stop-sharing.tsx';
import { endShare, type FileView, sharesOptions, type ShareView } from './api.ts';
import styles from './versions-drawer.module.css';

/** Who else may open versions of a file; nothing where nobody may. */
export function SharesList({ file }: { readonly file: FileView }) {
  const queries = useQueryClient();
  const found = useInfiniteQuery(sharesOptions(file));
  const [ending, setEnding] = useState<ShareView | null>(null);
  const shares = found.data?.pages.flatMap((page) => page.shares) ?? [];
  if (found.error) return <ProblemNote error={found.error} tried="List who else may open this file" />;
  if (shares.length === 0) return null;
  return (
    <section aria-labelledby="shares-title">
      <h2 id="shares-title">Shared in chat</h2>
      <ol className={styles.versions}>
        {shares.map((share) => (
          <Share key={share.shareId} file={file} share={share} onEnd={() => setEnding(share)} />
        ))}
      </ol>
      {found.hasNextPage && (
        <Button
          variant="default"
          fullWidth
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          Show more
        </Button>
      )}
      {ending && (
        <StopSharing
          name={file.name}
          onStop={async () => {
            await endShare(file, ending.shareId);
            await queries.invalidateQueries({ queryKey: sharesOptions(file).queryKey });
          }}
          onClose={() => setEnding(null)}
        />
      )}
    </section>
  );
}

interface ShareProps {
  readonly file: FileView;
  readonly share: ShareView;
  readonly onEnd: () => void;
}

function Share({ file, share, onEnd }: ShareProps) {
  const { by, sinceTime, holder, versionId } = share;
  return (
    <li className={styles.version}>
      <div className={styles.line}>
        <Link
          className={styles.when}
          to="/chat/rooms/$roomId/at/$sequence"
          params={{ roomId: holder.id, sequence: holder.reference }}
        >
          <bdi>{holder.name === null ? 'A conversation, or a room you cannot see' : `#${holder.name}`}</bdi>
        </Link>
        <span className={styles.acts}>
          <Button size="compact-sm" variant="default" onClick={onEnd}>
            Stop sharing
          </Button>
        </span>
      </div>
      <p className={styles.who}>
        Everyone there, now and later, can open {versionId === file.versionId ? 'this version' : 'an older version'}.
        Shared by <bdi>{by.name ?? 'somebody who is gone'}</bdi>, <Time>{sinceTime}</Time>.
      </p>
    </li>
  );
}
