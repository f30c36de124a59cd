import { counted } from '../../../base/text/format.ts';
import styles from './rooms-list.module.css';
import { unreadIn } from './unread-total.ts';
import { useRooms } from './use-rooms.ts';

const MOST_SHOWN = 99;

/** Beside the word Chat where the rooms are not listed: how much is not read, and first how much of it is for this person. */
export function ChatUnread({ className }: { readonly className: string | undefined }) {
  const { messages, forMe } = unreadIn(useRooms().data ?? []);
  if (messages === 0) return null;
  const shown = forMe > 0 ? forMe : messages;
  const said = `${counted(messages, 'message')} not read${forMe > 0 ? `, ${forMe} of them for you` : ''}`;
  return (
    <span className={`${styles.count} ${className ?? ''}`} data-loud={forMe > 0 || undefined}>
      <span aria-hidden>{shown > MOST_SHOWN ? `${MOST_SHOWN}+` : shown}</span>
      <span className="hidden-text">, {said}</span>
    </span>
  );
}
