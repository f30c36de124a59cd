import type { Caller, ChatDeps, Person } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { keys, type MemberRow, membersOf } from '../records.ts';
import { enterRoom, needsRole } from './access.ts';
import { type ManagedRoom, rewriteRoom } from './change-room.ts';
import type { OpenRooms } from './open-rooms.ts';
import { genuineRole, memberRow } from './room-rows.ts';
import { isAtLeast, type RoomRole } from './roles.ts';
import { tellEntered } from './tell-entered.ts';

export interface Member {
  readonly accountId: string;
  readonly role: RoomRole;
  readonly sinceMs: number;
}

const MOST = 1000;

/** Everybody who was added or joined, by account id. A public room is open to others as well. */
export async function listMembers(deps: ChatDeps, rooms: OpenRooms, caller: Caller, roomId: string): Promise<Member[]> {
  const { room } = await enterRoom(rooms, caller, roomId);
  const { members, createdMs } = room;
  return members
    ? members.map((accountId) => ({ accountId, role: 'member', sinceMs: createdMs }))
    : await membersIn(deps, roomId);
}

export async function membersIn({ records, workspaceKey }: ChatDeps, roomId: string): Promise<Member[]> {
  const members: Member[] = [];
  for (let after: string | undefined; ;) {
    const page = await records.query<MemberRow>(membersOf(roomId), {
      limit: MOST,
      ...(after === undefined ? {} : { after }),
    });
    for (const { sk: accountId, value } of page.items) {
      const role = genuineRole(workspaceKey, roomId, accountId, value);
      if (role) members.push({ accountId, role, sinceMs: value.sinceMs });
    }
    after = page.next;
    if (after === undefined) return members;
  }
}

/**
 * Adds a member or gives one another role. Whoever may see a public room adds themself to it as a member; a moderator
 * adds others as members; an owner gives every role. Without a role somebody is added as a member, and whoever is in
 * the room already keeps the one they have.
 * Throws `chat_room_not_found`, `chat_forbidden`, `chat_members_full`, `chat_last_owner`.
 */
export async function setMember(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { person, role: wanted }: { readonly person: Pick<Person, 'accountId'>; readonly role?: RoomRole | undefined },
): Promise<void> {
  const { accountId } = person;
  const isSelf = accountId === caller.accountId;
  let isEntering = false;
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'member' }, async (room, own) => {
    const before = await rooms.roleIn(room, accountId);
    const role = wanted ?? before ?? 'member';
    if (before === role) return null;
    isEntering = before === null;
    const plain = role === 'member' && before === null;
    const needed = plain && isSelf ? 'member' : plain ? 'moderator' : 'owner';
    if (!isAtLeast(own, needed)) throw needsRole(needed, caller);
    if (before === 'owner') await requireOtherOwner(deps, room, accountId);
    const memberCount = room.row.memberCount + (before === null ? 1 : 0);
    if (memberCount > deps.settings.chatMembers) throw chatErrors('chat_members_full');
    const value = memberRow(deps.workspaceKey, roomId, accountId, { role, sinceMs: deps.clock() });
    return {
      row: { membersVersion: room.row.membersVersion + 1, memberCount },
      operations: [
        { op: 'put', ...keys.member(roomId, accountId), value },
        { op: 'put', ...keys.roomOf(accountId, roomId), value: {} },
      ],
      event: { act: 'chat_member.set', subjectIds: [roomId, accountId], facts: { role } },
    };
  });
  if (isEntering) tellEntered(deps, accountId, roomId);
}

/**
 * Everybody may leave; a moderator removes members, an owner everybody.
 * Throws `chat_room_not_found`, `chat_member_not_found`, `chat_forbidden`, `chat_last_owner`.
 */
export async function removeMember(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  accountId: string,
): Promise<void> {
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'member' }, async (room, own) => {
    const before = await rooms.roleIn(room, accountId);
    if (before === null) throw chatErrors('chat_member_not_found', { attempted: 'Remove a member' });
    const needed = accountId === caller.accountId ? 'member' : before === 'member' ? 'moderator' : 'owner';
    if (!isAtLeast(own, needed)) throw needsRole(needed, caller);
    if (before === 'owner') await requireOtherOwner(deps, room, accountId);
    return {
      row: { membersVersion: room.row.membersVersion + 1, memberCount: room.row.memberCount - 1 },
      operations: [
        { op: 'delete', ...keys.member(roomId, accountId) },
        { op: 'delete', ...keys.roomOf(accountId, roomId) },
      ],
      event: { act: 'chat_member.removed', subjectIds: [roomId, accountId], facts: {} },
    };
  });
}

/** A public room has the workspace's admins. */
async function requireOtherOwner(deps: ChatDeps, { kind, row, roomId }: ManagedRoom, accountId: string): Promise<void> {
  if (kind === 'public' || row.audience !== undefined) return;
  const others = (await membersIn(deps, roomId)).filter(
    (member) => member.role === 'owner' && member.accountId !== accountId,
  );
  if (others.length === 0) throw chatErrors('chat_last_owner');
}
