import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Time } from '../../../base/text/bits.tsx';
import { useMe } from '../../accounts/api.ts';
import type { MessageView, RoomView } from '../api.ts';
import styles from './found-message.module.css';
import { UnlessIgnored } from '../ignoring/ignored-note.tsx';
import { AuthorMark, Content } from '../message/message-row.tsx';
import { useRoomNames } from '../names.ts';
import { useRooms } from '../lists/use-rooms.ts';

export interface FoundMessagesProps {
  readonly label: string;
  readonly messages: readonly MessageView[];
  /** Takes one off the list. */
  readonly onForget?: ((message: MessageView) => void) | undefined;
}

/** Messages from anywhere, each with a way to where it was said. */
export function FoundMessages({ label, messages, onForget }: FoundMessagesProps) {
  const rooms = useRooms().data ?? [];
  const names = useRoomNames(rooms);
  const nameOf = (roomId: string): string => {
    const at = rooms.findIndex((room: RoomView) => room.roomId === roomId);
    return at < 0 ? 'A room' : `${rooms[at]?.kind === 'direct' ? '' : '#'}${names[at]}`;
  };
  const me = useMe()?.handle ?? '';
  return (
    <ul className={styles.list} aria-label={label}>
      {messages.map((message) => (
        <li
          key={`${message.roomId} ${message.sequence}`}
          className={styles.found}
          // Takes the focus of what goes within it.
          data-message
          tabIndex={-1}
        >
          <p className={styles.head}>
            <bdi className={styles.author}>{message.author.handle}</bdi>
            <AuthorMark author={message.author} />
            <span className={`soft ${styles.where}`}>
              in{' '}
              <Link
                to="/chat/rooms/$roomId/at/$sequence"
                params={{ roomId: message.roomId, sequence: String(message.sequence) }}
              >
                <bdi>{nameOf(message.roomId)}</bdi>
              </Link>{' '}
              · <Time within>{message.time}</Time>
            </span>
            {onForget && (
              <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onForget(message)}>
                Do not keep
              </Button>
            )}
          </p>
          <UnlessIgnored message={message}>
            <Content message={message} me={me} />
          </UnlessIgnored>
        </li>
      ))}
    </ul>
  );
}
