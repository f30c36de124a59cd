import { createSecretKey } from 'node:crypto';
import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { type Audience, type HeadRow, keys, type RoomKind, ROOMS, type RoomRow } from '../records.ts';
import { newRoomKey, wrapRoomKey } from './room-key.ts';
import { checkedRoomName, checkedTopic, roomNameHash } from './room-name.ts';
import { memberRow, sealRoomText, withRoomMac } from './room-rows.ts';

export interface NewRoom {
  readonly name: string;
  readonly kind: RoomKind;
  readonly topic?: string | undefined;
}

/**
 * Makes a room, with its maker as its owner. Answers its id.
 * Throws `chat_room_name_invalid`, `chat_room_name_taken`, `chat_topic_too_long`, `chat_rooms_full`, and `chat_forbidden`
 * to guests.
 */
export async function createRoom(deps: ChatDeps, caller: Caller, wanted: NewRoom): Promise<string> {
  const attempted = 'Make a room';
  if (caller.role === 'guest') throw chatErrors('chat_forbidden', { attempted, detail: 'guests make no rooms' });
  await requireSpace(deps, attempted);
  const { roomId, operations } = newRoom(deps, wanted, caller.accountId);
  const { accountId } = caller;
  const event = {
    act: 'chat_room.made',
    ...actorOf(caller),
    subjectIds: [roomId],
    facts: { kind: wanted.kind },
  } as const;
  try {
    await deps.records.transact([
      ...operations,
      { op: 'put', ...keys.roomOf(accountId, roomId), value: {} },
      ...deps.audit.operations(event),
    ]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
    throw chatErrors('chat_room_name_taken', { attempted, cause: error });
  }
  return roomId;
}

/** The room that everybody is in: made at the first start, whoever starts first. */
export async function ensureGeneral(deps: ChatDeps): Promise<string> {
  const { pk, sk } = keys.general;
  const known = async () => (await deps.records.get<{ readonly roomId: string }>(pk, sk))?.value.roomId;
  const before = await known();
  if (before !== undefined) return before;
  const { roomId, operations } = newRoom(deps, { name: 'general', kind: 'public' }, null);
  try {
    await deps.records.transact([...operations, { op: 'put', pk, sk, value: { roomId }, if: 'absent' }]);
    return roomId;
  } catch (error) {
    const other = hasCode(error, 'record_conflict') ? await known() : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

/** `null`: a room without an owner of its own, which admins look after. */
export function newRoom(
  { workspaceKey, clock }: ChatDeps,
  wanted: NewRoom,
  ownerId: string | null,
  audience?: Audience,
): { readonly roomId: string; readonly operations: RecordOperation[] } {
  const roomId = newId();
  const name = checkedRoomName(wanted.name);
  const topic = checkedTopic(wanted.topic ?? '');
  const key = newRoomKey();
  const createdMs = clock();
  const nameHash = roomNameHash(workspaceKey, name);
  const row: Omit<RoomRow, 'mac'> = {
    kind: wanted.kind,
    archived: false,
    sealed: sealRoomText(createSecretKey(key), roomId, { name, topic }),
    wrap: wrapRoomKey(workspaceKey, roomId, key),
    nameHash,
    createdMs,
    membersVersion: 1,
    memberCount: ownerId === null ? 0 : 1,
    ...(audience === undefined ? {} : { audience }),
  };
  const head: HeadRow = { sequence: 0, epoch: newId(), lastMs: createdMs };
  const operations: RecordOperation[] = [
    { op: 'put', ...keys.name(nameHash), value: { roomId }, if: 'absent' },
    { op: 'put', ...keys.room(roomId), value: withRoomMac(workspaceKey, roomId, row), if: 'absent' },
    { op: 'put', ...keys.head(roomId), value: head, if: 'absent' },
  ];
  if (ownerId !== null) {
    const value = memberRow(workspaceKey, roomId, ownerId, { role: 'owner', sinceMs: createdMs });
    operations.push({ op: 'put', ...keys.member(roomId, ownerId), value });
  }
  return { roomId, operations };
}

async function requireSpace({ records, settings }: ChatDeps, attempted: string): Promise<void> {
  let count = 0;
  for (let after: string | undefined; ;) {
    const page = await records.query(ROOMS, { limit: 1000, ...(after === undefined ? {} : { after }) });
    count += page.items.length;
    after = page.next;
    if (count >= settings.chatRooms) throw chatErrors('chat_rooms_full', { attempted });
    if (after === undefined) return;
  }
}
