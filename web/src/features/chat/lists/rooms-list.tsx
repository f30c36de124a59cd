/** Rooms and people in the side bar, with what is not read. */
import { Link } from '@tanstack/react-router';
import IconHash from '@tabler/icons-react/icons/IconHash';
import IconLock from '@tabler/icons-react/icons/IconLock';
import IconUser from '@tabler/icons-react/icons/IconUser';
import sideBar from '../../../app/frame/side-bar.module.css';
import { counted } from '../../../base/text/format.ts';
import { useMe } from '../../accounts/api.ts';
import type { RoomView } from '../api.ts';
import { useRoomNames } from '../names.ts';
import { PresenceDot } from '../presence/presence-dot.tsx';
import styles from './rooms-list.module.css';
import { inUse, useRooms } from './use-rooms.ts';

export function RoomsList({ onGo }: { readonly onGo?: (() => void) | undefined }) {
  const { data = [] } = useRooms();
  const { rooms, people } = inUse(data);
  return (
    <>
      <RoomLinks label="Rooms" rooms={rooms} onGo={onGo} />
      <RoomLinks label="Conversations" rooms={people} onGo={onGo} />
    </>
  );
}

interface RoomLinksProps {
  readonly label: string;
  readonly rooms: readonly RoomView[];
  readonly onGo: (() => void) | undefined;
}

function RoomLinks({ label, rooms, onGo }: RoomLinksProps) {
  const names = useRoomNames(rooms);
  if (rooms.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={label}>
      {rooms.map((room, at) => (
        <li key={room.roomId}>
          <Link
            to="/chat/rooms/$roomId"
            params={{ roomId: room.roomId }}
            className={`${sideBar.link} ${styles.room}`}
            data-unread={(room.unread.messages > 0 && room.level !== 'none') || undefined}
            onClick={onGo}
            activeOptions={{ includeSearch: false }}
          >
            <RoomIcon room={room} size={16} />
            <bdi className={styles.name} title={names[at]}>
              {names[at]}
            </bdi>
            {room.people.length === 2 && <OtherIsHere room={room} />}
            <Unread room={room} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Of a conversation between two. */
function OtherIsHere({ room }: { readonly room: RoomView }) {
  const me = useMe()?.accountId;
  const other = room.people.find((accountId) => accountId !== me);
  return other !== undefined && <PresenceDot accountId={other} />;
}

/** The server counts no further. */
const COUNTED = 100;

export function Unread({ room: { unread, level, kind } }: { readonly room: RoomView }) {
  const isNamed = unread.mentions > 0;
  if (unread.messages === 0 || (level === 'none' && !isNamed)) return null;
  const shown = isNamed && kind !== 'direct' ? unread.mentions : unread.messages;
  const many = `${Math.min(shown, COUNTED - 1)}${shown >= COUNTED ? '+' : ''}`;
  const said = `${counted(unread.messages, 'message')} not read${isNamed ? `, ${unread.mentions} of them for you` : ''}`;
  return (
    <span className={styles.count} data-loud={isNamed || kind === 'direct' || undefined}>
      <span aria-hidden>{isNamed && kind !== 'direct' ? `@${many}` : many}</span>
      <span className="hidden-text">, {said}</span>
    </span>
  );
}

export function RoomIcon({ room, size }: { readonly room: Pick<RoomView, 'kind'>; readonly size: number }) {
  const Icon = room.kind === 'direct' ? IconUser : room.kind === 'private' ? IconLock : IconHash;
  return <Icon size={size} stroke={1.6} aria-hidden />;
}
