/**
 * The workspace's own room for alerts. It is made when there is first something to tell, and found by a row that points
 * to it: by its name it would be anybody's, who made a room of this name first and read along.
 */
import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { type Audience, keys, type RoomKind, topics } from '../records.ts';
import { newRoom } from '../rooms/create-room.ts';
import { roomNamed } from '../rooms/find-room.ts';
import { membersIn } from '../rooms/members.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { type Room, withRoomMac } from '../rooms/room-rows.ts';

const ATTEMPTS = 8;
/** Members who leave in one transaction, which holds 100 operations. */
const LEAVE_TOGETHER = 20;
const TOPIC = 'What the workspace found, and who looks after it';

const kindFor = (audience: Audience): RoomKind => (audience === 'admins' ? 'private' : 'public');

/** The room, made where there is none, and open to those who are wanted. Throws `chat_room_damaged`. */
export async function ownAlertsRoom(deps: ChatDeps, rooms: OpenRooms, audience: Audience): Promise<Room> {
  const room = (await found(deps, rooms)) ?? (await make(deps, rooms, audience));
  if (room.row?.audience === audience) return room;
  await openAlertsRoomTo(deps, rooms, audience, null);
  return await rooms.read(room.roomId);
}

/**
 * Opens the room to others than before, with all that was told in it; nothing happens while there is none, or when it was
 * made for these. Where it is for admins alone from now on, nobody else stays a member. `null`: the workspace itself does
 * it. Throws `chat_room_damaged`.
 */
export async function openAlertsRoomTo(
  deps: ChatDeps,
  rooms: OpenRooms,
  audience: Audience,
  by: Caller | null,
): Promise<void> {
  const actor = by ? actorOf(by) : { actorId: null, sessionId: null };
  for (let attempt = 1; ;) {
    const room = await found(deps, rooms);
    if (!room?.row || room.row.audience === audience) return;
    const { roomId, revision } = room;
    const { mac: _, ...row } = room.row;
    const joined = audience === 'admins' ? await joinedIn(deps, roomId, LEAVE_TOGETHER + 1) : [];
    const leaving = joined.slice(0, LEAVE_TOGETHER);
    const changes = leaving.length < joined.length ? null : { kind: kindFor(audience), audience };
    const { membersVersion, memberCount } = row;
    const members = { membersVersion: membersVersion + 1, memberCount: memberCount - leaving.length };
    const value = withRoomMac(deps.workspaceKey, roomId, { ...row, ...changes, ...members });
    try {
      await deps.records.transact([
        // Whoever joins meanwhile makes another revision of it.
        { op: 'put', ...keys.room(roomId), if: { revision }, value },
        ...leaving.flatMap((accountId): RecordOperation[] => [
          { op: 'delete', ...keys.member(roomId, accountId) },
          { op: 'delete', ...keys.roomOf(accountId, roomId) },
          ...deps.audit.operations({
            ...{ act: 'chat_member.removed', ...actor },
            subjectIds: [roomId, accountId],
            facts: {},
          }),
        ]),
        ...(changes
          ? deps.audit.operations({
              ...{ act: 'chat_room.changed', ...actor },
              subjectIds: [roomId],
              facts: changes,
            })
          : []),
      ]);
      rooms.forget(roomId);
      // Whoever listens and may not any more is put out.
      deps.pubSub.publish(topics.changed(roomId), {});
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
      attempt += 1;
    } finally {
      rooms.forget(roomId);
    }
  }
}

/** Members who are no admins, so many at most. A bot is none of them: it was let in by somebody who moderates the room. */
async function joinedIn(deps: ChatDeps, roomId: string, most: number): Promise<string[]> {
  const joined: string[] = [];
  for (const { accountId } of await membersIn(deps, roomId)) {
    const person = await deps.person(accountId);
    if (person && person.role !== 'admin') joined.push(accountId);
    if (joined.length === most) break;
  }
  return joined;
}

/** Throws `chat_room_damaged` for a room that a person made: somebody else than the workspace points to it. */
async function found(deps: ChatDeps, rooms: OpenRooms): Promise<Room | null> {
  const item = await deps.records.get<{ readonly roomId: string }>(keys.alerts.pk, keys.alerts.sk);
  if (!item) return null;
  const room = await rooms.read(item.value.roomId);
  if (room.row?.audience === undefined) {
    throw chatErrors('chat_room_damaged', { attempted: 'Look for the room for alerts' });
  }
  return room;
}

async function make(deps: ChatDeps, rooms: OpenRooms, audience: Audience): Promise<Room> {
  const kind = kindFor(audience);
  for (let attempt = 1; ; attempt += 1) {
    const name = await freeName(deps, rooms);
    const { roomId, operations } = newRoom(deps, { name, kind, topic: TOPIC }, null, audience);
    try {
      await deps.records.transact([
        ...operations,
        { op: 'put', ...keys.alerts, value: { roomId }, if: 'absent' },
        ...deps.audit.operations({
          ...{ act: 'chat_room.made', actorId: null, sessionId: null },
          subjectIds: [roomId],
          facts: { kind, audience },
        }),
      ]);
      for (const accountId of await deps.admins()) deps.pubSub.publish(topics.person(accountId), { kind: 'rooms' });
      return await rooms.read(roomId);
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
      // Another server was faster, or somebody took the name.
      const other = await found(deps, rooms);
      if (other) return other;
    }
  }
}

async function freeName(deps: ChatDeps, rooms: OpenRooms): Promise<string> {
  for (const name of ['alerts', 'holdfast-alerts']) if (!(await roomNamed(deps, rooms, name))) return name;
  return `alerts-${newId().slice(-8)}`;
}
