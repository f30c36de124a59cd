/** Mutes, bans and kicks. Each is one transaction with the room's row, so that it holds for every message after it. */
import { newId } from '../../base/ids.ts';
import type { Caller, ChatDeps, Person } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { messageAt } from '../messages/changes.ts';
import { keys } from '../records.ts';
import { standingRole } from '../rooms/access.ts';
import { type ManagedRoom, type RoomChange, rewriteRoom } from '../rooms/change-room.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { isAtLeast, oneOfRole, type RoomRole, roomRoles } from '../rooms/roles.ts';
import { type Act, actOperations } from './acts.ts';
import { type Restriction, type Rules, sealRules, type Target } from './rules.ts';

/** Whom it is about: somebody with an account, or the visitor who said a message of the room. */
export type Whom = { readonly person: Pick<Person, 'accountId' | 'role' | 'handle'> } | { readonly sequence: number };

export interface NewRestriction {
  readonly whom: Whom;
  readonly what: Restriction['what'];
  readonly minutes: number;
  readonly reason: string;
}

interface Met {
  readonly who: Target;
  readonly accountId: string | null;
  readonly name: string;
}

/**
 * Mutes somebody, or keeps them out, for a time; what was in force of the kind is replaced. Only about people whose role
 * is below one's own. Throws `chat_room_not_found`, `chat_forbidden`, `chat_restrictions_full`, `chat_visitor_not_found`.
 */
export async function restrict(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { whom, what, minutes, reason }: NewRestriction,
): Promise<void> {
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'moderator' }, async (room, role) => {
    const { who, accountId, name } = await meet(deps, rooms, room, role, whom);
    const nowMs = deps.clock();
    const untilMs = nowMs + minutes * 60_000;
    const made: Restriction = {
      ...{ restrictionId: newId(), who, name, what, untilMs, reason, by: caller.accountId, atMs: nowMs },
    };
    const others = inForce(room.rules, nowMs).filter((each) => each.what !== what || !isSame(each.who, who));
    if (others.length >= deps.settings.chatRestrictions) throw chatErrors('chat_restrictions_full');
    const act = what === 'mute' ? 'muted' : 'banned';
    return changed(
      caller,
      room,
      { ...room.rules, restrictions: [...others, made] },
      {
        ...{ what: act, atMs: nowMs, accountId, name, sequence: null, untilMs, reason },
      },
    );
  });
}

/**
 * Ends a mute or a ban before its time; of people whose role is below one's own, an owner every one.
 * Throws `chat_room_not_found`, `chat_forbidden`, `chat_restriction_not_found`.
 */
export async function liftRestriction(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { restrictionId, reason }: { readonly restrictionId: string; readonly reason: string },
): Promise<void> {
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'moderator' }, async (room, role) => {
    const atMs = deps.clock();
    const all = inForce(room.rules, atMs);
    const lifted = all.find((each) => each.restrictionId === restrictionId);
    if (!lifted) throw chatErrors('chat_restriction_not_found');
    const { who, name } = lifted;
    const accountId = 'accountId' in who ? who.accountId : null;
    const person = accountId === null || isAtLeast(role, 'owner') ? null : await deps.person(accountId);
    // Else a moderator would end what an owner decided about them.
    if (person) await meet(deps, rooms, room, role, { person });
    return changed(
      caller,
      room,
      { ...room.rules, restrictions: all.filter((each) => each !== lifted) },
      {
        ...{ what: 'lifted', atMs, accountId, name, sequence: null, untilMs: null, reason },
      },
    );
  });
}

/**
 * Puts somebody out of the room: they hear nothing more of it from this moment. They are no member any more; a public
 * room they may enter again, which a ban prevents. Throws `chat_room_not_found`, `chat_forbidden`.
 */
export async function kick(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { person, reason }: { readonly person: Pick<Person, 'accountId' | 'role' | 'handle'>; readonly reason: string },
): Promise<void> {
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'moderator' }, async (room, role) => {
    const { accountId, name } = await meet(deps, rooms, room, role, { person });
    const wasMember = accountId !== null && (await rooms.roleIn(room, accountId)) !== null;
    const { row, event, operations } = changed(caller, room, room.rules, {
      ...{ what: 'kicked', atMs: deps.clock(), accountId, name, sequence: null, untilMs: null, reason },
    });
    const { membersVersion, memberCount } = room.row;
    return {
      row: { ...row, membersVersion: membersVersion + 1, memberCount: memberCount - (wasMember ? 1 : 0) },
      operations: [
        ...operations,
        ...(wasMember
          ? [
              { op: 'delete', ...keys.member(roomId, person.accountId) } as const,
              { op: 'delete', ...keys.roomOf(person.accountId, roomId) } as const,
            ]
          : []),
      ],
      event,
      told: { kicked: person.accountId },
    };
  });
}

/** The rules of a room with an act of its moderator, and the event of it for the audit trail. */
export function changed(
  caller: Caller,
  { key, roomId }: Pick<ManagedRoom, 'key' | 'roomId'>,
  rules: Rules,
  act: Omit<Act, 'by'>,
): RoomChange {
  const by = { accountId: caller.accountId, handle: caller.handle };
  return {
    row: { rules: sealRules(key, roomId, rules) },
    operations: actOperations(key, roomId, { ...act, by }),
    event: {
      act: `chat_moderation.${act.what}`,
      subjectIds: act.accountId === null ? [roomId] : [roomId, act.accountId],
      facts: act.untilMs === null ? {} : { untilMs: act.untilMs },
    },
  };
}

export function inForce({ restrictions = [] }: Rules, nowMs: number): Restriction[] {
  return restrictions.filter(({ untilMs }) => untilMs > nowMs);
}

function isSame(a: Target, b: Target): boolean {
  return 'accountId' in a
    ? 'accountId' in b && a.accountId === b.accountId
    : 'visitor' in b && a.visitor === b.visitor && a.from === b.from;
}

/** Whom the act is about. Throws `chat_forbidden` about somebody whose role is as high. */
async function meet(deps: ChatDeps, rooms: OpenRooms, room: ManagedRoom, role: RoomRole, whom: Whom): Promise<Met> {
  if ('sequence' in whom) {
    const said = await messageAt(deps, room, whom.sequence);
    if (!said || !('visitor' in said.author)) throw chatErrors('chat_visitor_not_found');
    const { visitor, from } = said.author;
    return { who: { visitor, ...(from === undefined ? {} : { from }) }, accountId: null, name: visitor };
  }
  const { person } = whom;
  const other = await standingRole(rooms, room, person);
  if (other !== null && roomRoles.indexOf(other) >= roomRoles.indexOf(role)) {
    throw chatErrors('chat_forbidden', {
      detail: isAtLeast(role, 'owner') ? 'nobody may, about an owner' : `${oneOfRole('owner')} may`,
    });
  }
  return { who: { accountId: person.accountId }, accountId: person.accountId, name: person.handle };
}
