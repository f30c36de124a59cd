import type { KeyboardEvent } from 'react';
import type { MessageView } from '../api.ts';
import { actOfKey, type MessageActs } from './message-acts.ts';

export interface MessageList {
  readonly messages: readonly MessageView[];
  /** Where the keyboard stands, by sequence. */
  readonly active: number | null;
  /** Index of the message that the keyboard goes to first, coming from the list as a whole. */
  readonly startAt: () => number;
  readonly onFocusMessage: (sequence: number) => void;
  readonly acts: MessageActs;
  readonly onEnd: () => void;
  /** Lists the keys. */
  readonly onKeys: () => void;
}

/** The keys of a list of messages, and of the message in it where the keyboard stands. What is written in between is left alone. */
export function hearMessageKey(event: KeyboardEvent<HTMLElement>, list: MessageList): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { messages, active, startAt, onFocusMessage, acts, onEnd, onKeys } = list;
  const { target, currentTarget, key: pressed } = event;
  const isOnList = target === currentTarget;
  if (!(target instanceof HTMLElement) || !(isOnList || target.matches('[data-message]'))) return;
  const at = messages.findIndex(({ sequence }) => sequence === active);
  const step = (by: number): void => {
    const to = isOnList ? startAt() : at + by;
    const next = messages[Math.min(Math.max(to, 0), messages.length - 1)];
    if (next) onFocusMessage(next.sequence);
  };
  if (pressed === 'ArrowUp' || pressed === 'k') step(-1);
  else if (pressed === 'ArrowDown' || pressed === 'j') step(1);
  else if (pressed === 'End') onEnd();
  else if (pressed === '?') onKeys();
  else if (pressed === 'Escape' && !isOnList) currentTarget.focus();
  else {
    const message = messages[at];
    const act = message && !isOnList ? actOfKey(pressed, message, acts) : null;
    if (!act) return;
    act();
  }
  event.preventDefault();
}
