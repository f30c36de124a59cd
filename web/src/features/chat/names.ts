/** What rooms and people are called on the pages. */
import { useQueries } from '@tanstack/react-query';
import { useMe } from '../accounts/api.ts';
import { type Member, membersOptions, type RoomView } from './api.ts';

/** Others in a conversation, by name; alone it is one's own. */
export function conversationName(members: readonly Member[] | undefined, accountId: string | undefined): string {
  if (!members) return 'Conversation';
  const others = members.filter((member) => member.accountId !== accountId);
  if (others.length === 0) return 'Notes to myself';
  return others.map(({ name, handle }) => name ?? handle ?? 'Somebody who is gone').join(', ');
}

/** The names of rooms, in their order; `#` stands before those that have one of their own. */
export function useRoomNames(rooms: readonly RoomView[]): readonly string[] {
  const accountId = useMe()?.accountId;
  const members = useQueries({
    queries: rooms.map(({ roomId, kind }) => ({ ...membersOptions(roomId), enabled: kind === 'direct' })),
  });
  return rooms.map(({ kind, name }, at) => (kind === 'direct' ? conversationName(members[at]?.data, accountId) : name));
}

export function useRoomName(room: RoomView): string {
  return useRoomNames([room])[0] ?? '';
}
