import { actorOf, type AuditEvent } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { keys, type RoomKind, type RoomRow, topics } from '../records.ts';
import { enterRoom } from './access.ts';
import type { OpenRooms } from './open-rooms.ts';
import { checkedRoomName, checkedTopic, roomNameHash } from './room-name.ts';
import { type Room, sealRoomText, withRoomMac } from './room-rows.ts';
import type { RoomRole } from './roles.ts';

export interface RoomChanges {
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
  readonly kind?: RoomKind | undefined;
  readonly archived?: boolean | undefined;
  /** Older messages are removed; `null`: none are. */
  readonly retentionDays?: number | null | undefined;
}

/** A change of the room's own row: what of it changes, and what is written beside it. */
export interface RoomChange {
  readonly row: Partial<RoomRow>;
  readonly operations: readonly RecordOperation[];
  readonly event: Pick<AuditEvent, 'act' | 'subjectIds' | 'facts'>;
  /** Said to whoever listens to the room, on every server. */
  readonly told?: { readonly kicked: string };
}

/** A room that is no conversation. */
export type ManagedRoom = Omit<Room, 'kind' | 'row'> & { readonly kind: RoomKind; readonly row: RoomRow };

const ATTEMPTS = 8;

/**
 * Reads the room, asks what to change, and writes it together with its audit event on condition that the room is as it
 * was read. `null`: there is nothing to change.
 */
export async function rewriteRoom(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  at: { readonly roomId: string; readonly needed: RoomRole },
  change: (room: ManagedRoom, role: RoomRole) => Promise<RoomChange | null>,
): Promise<void> {
  const { roomId, needed } = at;
  for (let attempt = 1; ; attempt += 1) {
    const { room, role } = await enterRoom(rooms, caller, roomId, needed);
    const { row: before, kind } = room;
    if (!before || kind === 'direct') throw chatErrors('chat_forbidden', { detail: 'a conversation stays as it is' });
    const changed = await change({ ...room, kind, row: before }, role);
    if (!changed) return;
    const { mac: _, ...row } = { ...before, ...changed.row };
    const value = withRoomMac(deps.workspaceKey, roomId, row);
    try {
      await deps.records.transact([
        { op: 'put', ...keys.room(roomId), value, if: { revision: room.revision } },
        ...changed.operations,
        ...deps.audit.operations({ ...actorOf(caller), ...changed.event }),
      ]);
      rooms.forget(roomId);
      deps.pubSub.publish(topics.changed(roomId), { ...changed.told });
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
      // The second operation is the one that takes a name.
      if (error.extra['index'] !== 0)
        throw chatErrors('chat_room_name_taken', { attempted: 'Change a room', cause: error });
      if (attempt === ATTEMPTS) throw error;
    } finally {
      rooms.forget(roomId);
    }
  }
}

/**
 * A moderator sets topic and name, an owner the rest.
 * Throws `chat_room_not_found`, `chat_forbidden`, `chat_room_name_invalid`, `chat_room_name_taken`, `chat_topic_too_long`.
 */
export async function changeRoom(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  changes: RoomChanges,
): Promise<void> {
  const { kind: otherKind, archived: isArchived, retentionDays: days } = changes;
  const forOwners = [otherKind, isArchived, days].some((change) => change !== undefined);
  const needed = forOwners ? 'owner' : 'moderator';
  await rewriteRoom(deps, rooms, caller, { roomId, needed }, async (room) => {
    const name = changes.name === undefined ? room.name : checkedRoomName(changes.name);
    const topic = changes.topic === undefined ? room.topic : checkedTopic(changes.topic);
    const { kind = room.kind, archived = room.archived, retentionDays = room.retentionDays } = changes;
    if (kind === 'private' && room.row.memberCount === 0 && room.row.audience === undefined) {
      throw chatErrors('chat_last_owner', { attempted: 'Make a room private', detail: 'nobody is a member of it' });
    }
    const nameHash = roomNameHash(deps.workspaceKey, name);
    const sealed = sealRoomText(room.key, roomId, { name, topic });
    const isRenamed = nameHash !== room.row.nameHash;
    return {
      row: {
        kind,
        archived,
        nameHash,
        sealed,
        ...(retentionDays === room.retentionDays ? {} : { retentionDays: retentionDays ?? 0 }),
      },
      operations: isRenamed
        ? [
            { op: 'put', ...keys.name(nameHash), value: { roomId }, if: 'absent' },
            { op: 'delete', ...keys.name(room.row.nameHash) },
          ]
        : [],
      event: {
        act: 'chat_room.changed',
        subjectIds: [roomId],
        facts: { kind, archived, renamed: isRenamed, retentionDays },
      },
    };
  });
}
