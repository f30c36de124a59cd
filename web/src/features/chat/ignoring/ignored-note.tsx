import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { counted } from '../../../base/text/format.ts';
import { useStore } from '../../../base/store.ts';
import type { MessageView } from '../api.ts';
import { lookAt, lookedAt, useIgnored } from './ignoring.ts';
import styles from './ignored-note.module.css';
import { isLeftOut } from './left-out.ts';

export interface IgnoredNoteProps {
  /** One after the other, at least one. */
  readonly messages: readonly MessageView[];
  /** Where the place around it keeps its distance. */
  readonly within?: boolean;
}

/** In the place of messages that are left out, with the way to look at them all the same. */
export function IgnoredNote({ messages, within = false }: IgnoredNoteProps) {
  const handles = [...new Set(messages.map(({ author }) => author.handle))];
  const [only] = handles;
  return (
    <p className={within ? `${styles.note} ${styles.within}` : styles.note}>
      <span>
        {counted(messages.length, 'message')} of {handles.length === 1 ? <bdi>{only}</bdi> : 'people'}, whom you ignore
      </span>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Show ${counted(messages.length, 'message')} of ${handles.length === 1 ? only : 'people'} all the same`}
        onClick={() => lookAt(messages)}
      >
        Show
      </Button>
    </p>
  );
}

/** What shows a message, unless that is left out. */
export function UnlessIgnored({ message, children }: { readonly message: MessageView; readonly children: ReactNode }) {
  const isOut = isLeftOut(message, useIgnored(), useStore(lookedAt));
  return isOut ? <IgnoredNote messages={[message]} within /> : children;
}
