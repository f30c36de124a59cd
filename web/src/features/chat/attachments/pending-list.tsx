import { ActionIcon, Button, Progress } from '@mantine/core';
import IconX from '@tabler/icons-react/icons/IconX';
import { formatSize } from '../../../base/text/format.ts';
import { inWordsOfPages } from '../../../base/requests/problem-words.ts';
import styles from './pending-list.module.css';
import { dropFile, type PendingFile, retryFile } from './pending.ts';

export interface PendingListProps {
  readonly place: string;
  readonly roomId: string;
  readonly files: readonly PendingFile[];
  /** As in "in #general". */
  readonly audience: string;
}

/** What goes with the message that is being written, and who will be able to open it. */
export function PendingList({ place, roomId, files, audience }: PendingListProps) {
  return (
    <section className={styles.pending} aria-label="Files to be sent">
      <ul className={styles.pendingFiles}>
        {files.map((file) => (
          <Pending key={file.id} file={file} place={place} roomId={roomId} />
        ))}
      </ul>
      <p className={styles.audience}>
        Everyone <bdi>{audience}</bdi>, now and later, can open {files.length === 1 ? 'this file' : 'these files'} once
        you send the message, until you stop sharing. A copy is in “Chat uploads” in your drive.
      </p>
    </section>
  );
}

interface PendingProps {
  readonly file: PendingFile;
  readonly place: string;
  readonly roomId: string;
}

function Pending({ file, place, roomId }: PendingProps) {
  const { id, name, size, sentBytes, problem, uploaded } = file;
  const part = size === 0 ? 100 : Math.floor((sentBytes / size) * 100);
  return (
    <li className={styles.pendingFile} data-bad={problem !== null || undefined}>
      <span className={styles.name}>
        <bdi>{name}</bdi>
      </span>
      <span className={styles.size}>{formatSize(size)}</span>
      {problem ? (
        <>
          <span className={styles.why} role="alert">
            {problem.title}. {inWordsOfPages(problem).remedy}
          </span>
          <Button size="compact-xs" variant="default" onClick={() => retryFile(place, roomId, id)}>
            Retry
          </Button>
        </>
      ) : (
        !uploaded && <Progress className={styles.bar} value={part} size="sm" aria-label={`Uploading ${name}`} />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`Leave ${name} out`}
        onClick={() => dropFile(place, id)}
      >
        <IconX size={14} />
      </ActionIcon>
    </li>
  );
}
