/** In the place of a hidden message; moderators see who hid it and why, and the text when they ask for it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Time } from '../../../base/text/bits.tsx';
import type { MessageView } from '../api.ts';
import { MessageText } from '../text/message-text.tsx';
import { hiddenOptions } from './api.ts';
import styles from './moderation.module.css';

export interface HiddenNoteProps {
  readonly message: MessageView;
  readonly me: string;
  readonly onRestore: () => void;
}

export function HiddenNote({ message, me, onRestore }: HiddenNoteProps) {
  const { data: hidden } = useQuery(hiddenOptions(message));
  const [isShown, setShown] = useState(false);
  if (!hidden) return <p className="soft">A moderator has hidden this message.</p>;
  const { by, reason, time, text, same } = hidden;
  return (
    <>
      <p className="soft">
        Hidden by {by === null ? 'somebody who is gone' : <bdi>@{by}</bdi>}, <Time within>{time}</Time>:{' '}
        <bdi>{reason}</bdi>{' '}
        {text === null ? (
          'Its author has removed it since.'
        ) : (
          <Button size="compact-xs" variant="default" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? 'Hide the text' : 'Show the text'}
          </Button>
        )}{' '}
        {text !== null && same && (
          <Button size="compact-xs" variant="default" onClick={onRestore}>
            Restore…
          </Button>
        )}
      </p>
      {text !== null && !same && (
        <p className={styles.altered}>This is not the text that was hidden: its record was changed.</p>
      )}
      {isShown && text !== null && (
        <blockquote className={styles.copy} aria-label="The hidden text">
          <MessageText text={text} me={me} namesSomebody={false} />
        </blockquote>
      )}
    </>
  );
}
