import { Button } from '@mantine/core';
import { type MouseEvent, type ReactNode, useState } from 'react';
import { counted } from '../../../base/text/format.ts';
import styles from './blurred.module.css';

export interface BlurredProps {
  /** What the rules of the room want to be shown blurred. */
  readonly words: readonly string[];
  readonly children: ReactNode;
}

/** The whole message, until somebody asks for it: a blurred word between clear ones is soon guessed. */
export function Blurred({ words, children }: BlurredProps) {
  const [isShown, setShown] = useState(false);
  const show = ({ currentTarget }: MouseEvent<HTMLElement>): void => {
    // The button goes, and the focus must not go with it.
    currentTarget.closest<HTMLElement>('[data-message]')?.focus({ preventScroll: true });
    setShown(true);
  };
  if (words.length === 0 || isShown) return children;
  return (
    <>
      <div className={styles.blurred} inert aria-hidden>
        {children}
      </div>
      <p className={styles.why}>
        Blurred by the rules of this room, for {counted(words.length, 'word')}.{' '}
        <Button size="compact-xs" variant="default" onClick={show}>
          Show it
        </Button>
      </p>
    </>
  );
}
