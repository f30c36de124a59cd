import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import IconArrowBackUp from '@tabler/icons-react/icons/IconArrowBackUp';
import IconDots from '@tabler/icons-react/icons/IconDots';
import IconPin from '@tabler/icons-react/icons/IconPin';
import { memo, useState } from 'react';
import { latePart } from '../../../app/late-part.tsx';
import { formatClock, formatExactTime } from '../../../base/text/format.ts';
import type { MessageView } from '../api.ts';
import { Attachments } from '../attachments/attachments.tsx';
import { Blurred } from '../text/blurred.tsx';
import { markedName, markOf } from './author-mark.ts';
import { isOwn, type MessageActs } from './message-acts.ts';
import styles from './message-row.module.css';
import { MessageText } from '../text/message-text.tsx';
import { Reactions } from './reactions.tsx';

const AlertCard = latePart(
  'Show the alert',
  async () => (await import('../alerts/alert-card.tsx')).AlertCard,
  ({ text, me }) => <MessageText text={text} me={me} namesSomebody={false} />,
);
const HiddenNote = latePart(
  'Show what was hidden',
  async () => (await import('../moderation/hidden-note.tsx')).HiddenNote,
  PlainlyHidden,
);
const MessageMenu = latePart(
  'Show what can be done with the message',
  async () => (await import('./message-menu.tsx')).MessageMenu,
);

export interface MessageRowProps {
  readonly message: MessageView;
  /** By the same person as the one above, soon after. */
  readonly isRun: boolean;
  readonly isActive?: boolean;
  readonly isMarked?: boolean;
  readonly acts: MessageActs;
  readonly onFocus?: (sequence: number) => void;
  /** Within its own thread it does not say that it belongs to one. */
  readonly inThread?: boolean;
}

export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, isRun, isActive = false, isMarked = false, acts, onFocus, inThread = false } = props;
  const { roomId, sequence, author, time, thread, pinned, state } = message;
  const [menuOpen, setMenuOpen] = useState(false);
  const at = formatClock(time);
  // One message at a time is a stop for the Tab key: the one where the keyboard stands.
  const stop = { tabIndex: isActive ? 0 : -1, onFocus: () => onFocus?.(sequence) };
  return (
    <article
      // The room behind a thread may show the same message.
      id={`${inThread ? 'reply' : 'message'}-${sequence}`}
      className={styles.message}
      data-message
      data-run={isRun || undefined}
      data-marked={isMarked || undefined}
      aria-label={`${markedName(author)}, ${at}`}
      {...stop}
    >
      {isRun ? (
        <time className={styles.runTime} dateTime={time} title={formatExactTime(time)}>
          {at}
        </time>
      ) : (
        <Initial name={author.handle} />
      )}
      <div className={styles.body}>
        {!isRun && (
          <p className={styles.head}>
            <bdi className={styles.author}>{author.handle}</bdi>
            <AuthorMark author={author} />
            <Link
              to="/chat/rooms/$roomId/at/$sequence"
              params={{ roomId, sequence: String(sequence) }}
              className={styles.time}
              title={formatExactTime(time)}
            >
              <time dateTime={time}>{at}</time>
            </Link>
          </p>
        )}
        {!inThread && thread !== null && (
          <Link
            to="/chat/rooms/$roomId"
            params={{ roomId }}
            search={{ thread }}
            className={styles.threadLink}
            resetScroll={false}
          >
            <IconArrowBackUp size={14} aria-hidden /> in a thread
          </Link>
        )}
        <Content
          message={message}
          me={acts.me.handle}
          mayEndShares={isOwn(message, acts) || acts.isModerator}
          acts={acts}
        />
        {pinned && (
          <p className={styles.under}>
            <IconPin size={14} aria-hidden /> Pinned
          </p>
        )}
        <Reactions message={message} acts={acts} />
      </div>
      {state !== 'removed' && (
        <div className={styles.acts} data-open={menuOpen || undefined}>
          {state === 'whole' && (
            <ActionIcon
              className={styles.quick}
              variant="default"
              size="sm"
              tabIndex={isActive ? 0 : -1}
              aria-label={`Reply to ${author.handle}`}
              onClick={() => acts.onReply(message)}
            >
              <IconArrowBackUp size={16} />
            </ActionIcon>
          )}
          {menuOpen ? (
            <MessageMenu message={message} acts={acts} onClose={() => setMenuOpen(false)} />
          ) : (
            <ActionIcon
              variant="default"
              size="sm"
              tabIndex={isActive ? 0 : -1}
              aria-label={`What to do with the message of ${author.handle}, ${at}`}
              aria-haspopup="menu"
              onClick={() => setMenuOpen(true)}
            >
              <IconDots size={16} />
            </ActionIcon>
          )}
        </div>
      )}
    </article>
  );
});

export function Initial({ name }: { readonly name: string }) {
  return (
    <span className={styles.initial} aria-hidden>
      {Array.from(name)[0]?.toUpperCase()}
    </span>
  );
}

/** Nobody is taken for somebody else: whoever has no account is marked. */
export function AuthorMark({ author }: Pick<MessageView, 'author'>) {
  const mark = markOf(author);
  return mark === null ? null : <span className={styles.mark}>{mark}</span>;
}

export interface ContentProps {
  readonly message: MessageView;
  readonly me: string;
  /** Stops sharing the files of it. */
  readonly mayEndShares?: boolean;
  /** Missing where messages are only shown. */
  readonly acts?: MessageActs;
}

export function Content({ message, me, mayEndShares = false, acts }: ContentProps) {
  const { state, text, mentions, everybody, editedTime } = message;
  if (state === 'removed') return <p className={styles.gone}>This message was removed.</p>;
  if (state === 'hidden') return <Hidden message={message} me={me} acts={acts} />;
  if (state === 'damaged' || text === null) {
    return (
      <p className={styles.damaged}>
        This message does not open: its record was changed by somebody else than this workspace.
      </p>
    );
  }
  return (
    <>
      {message.alert ? (
        <AlertCard message={message} alert={message.alert} text={text} me={me} acts={acts} />
      ) : (
        text !== '' && (
          <Blurred words={message.blurred}>
            <MessageText text={text} me={me} namesSomebody={mentions.length > 0 || everybody} />
          </Blurred>
        )
      )}
      <Attachments message={message} mayEnd={mayEndShares} />
      {editedTime !== null && (
        <span className={styles.edited} title={formatExactTime(editedTime)}>
          edited
        </span>
      )}
    </>
  );
}

function Hidden({
  message,
  me,
  acts,
}: Pick<ContentProps, 'message' | 'me'> & { readonly acts: MessageActs | undefined }) {
  if (!acts?.moderates) return <PlainlyHidden />;
  return <HiddenNote message={message} me={me} onRestore={() => acts.onModerate({ act: 'restore', message })} />;
}

function PlainlyHidden() {
  return <p className={styles.gone}>A moderator has hidden this message.</p>;
}
