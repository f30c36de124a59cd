import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import IconMessageCircle from '@tabler/icons-react/icons/IconMessageCircle';
import { useMe } from '../../../features/accounts/api.ts';
import { peopleOptions, roomsOptions, startConversation } from '../../../features/chat/api.ts';
import { RoomIcon } from '../../../features/chat/lists/rooms-list.tsx';
import { useRoomNames } from '../../../features/chat/names.ts';
import { showError } from '../../toasts.ts';
import { type Ranked, ranked } from './choice.ts';

/** So many rooms with something unread are offered before anything is typed. */
const UNREAD = 3;

/** Rooms and conversations, those with something unread first; people to write to once somebody types. */
export function useChat(text: string): readonly Ranked[] {
  const navigate = useNavigate();
  const me = useMe()?.handle;
  const rooms = useQuery(roomsOptions).data ?? [];
  const names = useRoomNames(rooms);
  const people = useQuery({ ...peopleOptions, enabled: text !== '' }).data ?? [];
  const open = (roomId: string): void => void navigate({ to: '/chat/rooms/$roomId', params: { roomId } });
  const write = (handle: string): void => {
    const from = location.href;
    startConversation([handle]).then(
      // Whoever has gone on meanwhile stays there.
      ({ roomId }) => location.href === from && open(roomId),
      (error: unknown) => showError(`Write to ${handle}`, error),
    );
  };
  const offered = rooms
    .map((room, at) => ({ room, label: names[at] ?? '' }))
    .filter(({ room }) => !room.archived && (text !== '' || room.unread.messages > 0))
    .toSorted((a, b) => b.room.unread.mentions - a.room.unread.mentions)
    .map(({ room, label }) => ({
      choice: {
        ...{ key: room.roomId, label, hint: 'Chat', go: () => open(room.roomId) },
        icon: <RoomIcon room={room} size={18} />,
      },
    }));
  if (text === '') return ranked(text, offered).slice(0, UNREAD);
  return ranked(text, [
    ...offered,
    ...people
      .filter(({ handle }) => handle !== me)
      .map(({ accountId, handle, name }) => ({
        choice: {
          ...{ key: accountId, label: `Write to ${name}`, hint: `@${handle}`, go: () => write(handle) },
          icon: <IconMessageCircle size={18} stroke={1.6} aria-hidden />,
        },
        beside: `@${handle}`,
      })),
  ]);
}
