/** Who is told of a message by a notice, beside the room itself: whom it names, by a word of theirs too, and the others in a conversation. */
import type { ChatDeps } from '../chat-deps.ts';
import type { Mentions } from '../messages/mentions.ts';
import type { Presence } from '../presence/presence.ts';
import { effectiveRole } from '../rooms/access.ts';
import { membersIn } from '../rooms/members.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';
import { leavesOut } from './ignoring.ts';
import { readPreferences } from './preferences.ts';
import { levelOf } from './readers.ts';

export interface Told {
  /** What they are told of: a message; or a report in a room that they moderate. */
  readonly kind: 'mention' | 'direct' | 'report';
  readonly accountIds: readonly string[];
  readonly roomId: string;
}

/**
 * Without those who may not enter the room, want to hear nothing of it or only what names them, ignore its author, or see it just now. `@room` is
 * for the members of a room, where they are not more than the setting allows. `null`: nobody.
 */
export async function toldOf(
  deps: ChatDeps,
  { rooms, presence }: { readonly rooms: OpenRooms; readonly presence: Pick<Presence, 'attends'> },
  room: Room,
  authorId: string,
  named: Mentions & { readonly byWord: readonly string[] },
): Promise<Told | null> {
  const { roomId } = room;
  const wanted = new Set(room.members ?? [...named.accountIds, ...named.byWord]);
  if (!room.members && named.everybody && (room.row?.memberCount ?? 0) <= deps.settings.chatEverybodyNotices) {
    for (const { accountId } of await membersIn(deps, roomId)) wanted.add(accountId);
  }
  wanted.delete(authorId);
  const isTold = async (accountId: string): Promise<boolean> => {
    if (presence.attends(accountId, roomId)) return false;
    const person = await deps.person(accountId);
    if (!person || (await effectiveRole(rooms, room, person)) === null) return false;
    const level = await levelOf(deps, accountId, roomId);
    const isNamed = named.everybody || named.accountIds.includes(accountId) || named.byWord.includes(accountId);
    if (level === 'none' || (level === 'mentions' && !isNamed)) return false;
    return !leavesOut(await readPreferences(deps, accountId), authorId);
  };
  const accountIds: string[] = [];
  for (const accountId of wanted) if (await isTold(accountId)) accountIds.push(accountId);
  return accountIds.length === 0 ? null : { kind: room.members ? 'direct' : 'mention', accountIds, roomId };
}
