import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { MessageView } from '../api.ts';
import type { ComposerHandle } from './composer.tsx';

export interface Editing {
  /** What is edited in place of the composer. */
  readonly message: MessageView | null;
  readonly start: (message: MessageView) => void;
  readonly stop: () => void;
}

/** Which of one's own messages is edited; once none is, whoever wrote goes on in the composer, unless he went elsewhere meanwhile. */
export function useEditing(composer: RefObject<ComposerHandle | null>): Editing {
  const [message, setMessage] = useState<MessageView | null>(null);
  const wasEditing = useRef(false);
  // An effect, as only then the composer is surely drawn again: on a busy machine a frame comes before it.
  useEffect(() => {
    const isFree = document.activeElement === document.body;
    if (wasEditing.current && message === null && isFree) composer.current?.focus();
    wasEditing.current = message !== null;
  }, [message, composer]);
  const stop = useCallback(() => setMessage(null), []);
  return { message, start: setMessage, stop };
}
