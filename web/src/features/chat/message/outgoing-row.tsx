import { Button } from '@mantine/core';
import { formatClock } from '../../../base/text/format.ts';
import { inWordsOfPages } from '../../../base/requests/problem-words.ts';
import { outbox } from '../line/chat-line.ts';
import { Initial } from './message-row.tsx';
import styles from './message-row.module.css';
import { MessageText } from '../text/message-text.tsx';
import type { Outgoing } from '../line/outbox.ts';

export interface OutgoingRowProps {
  readonly outgoing: Outgoing;
  readonly isRun: boolean;
  readonly me: { readonly handle: string };
}

/** What I wrote, until the server has it. */
export function OutgoingRow({ outgoing, isRun, me }: OutgoingRowProps) {
  const { messageId, text, time, files, state, problem } = outgoing;
  return (
    <article className={styles.message} data-run={isRun || undefined} aria-label={`${me.handle}, not sent yet`}>
      {isRun ? <span /> : <Initial name={me.handle} />}
      <div className={styles.body}>
        {!isRun && (
          <p className={styles.head}>
            <bdi className={styles.author}>{me.handle}</bdi>
            <time className={styles.time} dateTime={time}>
              {formatClock(time)}
            </time>
          </p>
        )}
        <div className={styles.waiting}>
          {text !== '' && <MessageText text={text} me={me.handle} namesSomebody={false} />}
          {files.map(({ name, entryId }) => (
            <p key={entryId}>
              <bdi>{name}</bdi>
            </p>
          ))}
        </div>
        {state === 'failed' && problem ? (
          <div className={styles.failed} role="alert">
            <span>
              Not sent: {problem.title}. {inWordsOfPages(problem).remedy}
            </span>
            <Button size="compact-xs" variant="default" onClick={() => outbox.retry(messageId)}>
              Retry
            </Button>
            <Button size="compact-xs" variant="subtle" color="gray" onClick={() => outbox.discard(messageId)}>
              Discard
            </Button>
          </div>
        ) : (
          problem && <p className={styles.under}>Waits for the server, and is sent by itself.</p>
        )}
      </div>
    </article>
  );
}
