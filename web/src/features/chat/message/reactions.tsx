import { UnstyledButton } from '@mantine/core';
import type { MessageView } from '../api.ts';
import type { MessageActs } from './message-acts.ts';
import styles from './reactions.module.css';

export function Reactions({ message, acts }: { readonly message: MessageView; readonly acts: MessageActs }) {
  if (message.reactions.length === 0) return null;
  return (
    <ul className={styles.list} aria-label="Reactions">
      {message.reactions.map(({ reaction, accountIds }) => {
        const isMine = accountIds.includes(acts.me.accountId);
        return (
          <li key={reaction}>
            <UnstyledButton
              className={styles.reaction}
              aria-pressed={isMine}
              disabled={acts.isClosed}
              aria-label={`${reaction}, ${accountIds.length}`}
              onClick={() => acts.onReact(message, reaction)}
            >
              <span>{reaction}</span>
              <span className={styles.count}>{accountIds.length}</span>
            </UnstyledButton>
          </li>
        );
      })}
    </ul>
  );
}
