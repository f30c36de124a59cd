/** Rooms as they lie in the records, and as the server holds them once they are opened. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { JsonObject, RecordItem } from '../../storage/index.ts';
import type { ChatKey } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { NO_RULES, openRules, type Rules } from '../moderation/rules.ts';
import { keys, type MemberRow, type RoomKind, type RoomRow } from '../records.ts';
import { openRoomKey } from './room-key.ts';
import type { RoomRole } from './roles.ts';

export interface Room {
  readonly roomId: string;
  /** direct: a conversation. */
  readonly kind: RoomKind | 'direct';
  readonly archived: boolean;
  readonly name: string;
  readonly topic: string;
  readonly createdMs: number;
  /** `null`: everything is kept. */
  readonly retentionDays: number | null;
  /** Everything up to this sequence is gone because of its age; 0: nothing. */
  readonly forgottenUpTo: number;
  readonly key: KeyObject;
  /** The generation of the workspace key under which the room's key lies. */
  readonly wrappedBy: number;
  /** `null`: a conversation, which nobody changes. */
  readonly row: RoomRow | null;
  /** What holds in it; a conversation has none. */
  readonly rules: Rules;
  /** Of a conversation: the accounts in it. */
  readonly members: readonly string[] | null;
  /** The record that says who may do what; its revision is {@link revision}. */
  readonly place: { readonly pk: string; readonly sk: string };
  readonly revision: string;
  /** Roles that were looked up under this revision; `null`: no member. */
  readonly roles: Map<string, RoomRole | null>;
}

export type RoomText = { readonly name: string; readonly topic: string };

export function sealRoomText(key: KeyObject, roomId: string, { name, topic }: RoomText): string {
  return seal(key, textContext(roomId), Buffer.from(JSON.stringify({ name, topic })));
}

const textContext = (roomId: string): string[] => ['holdfast/v1/chat', 'room', roomId];

export function withRoomMac(workspaceKey: ChatKey, roomId: string, row: Omit<RoomRow, 'mac'>): RoomRow {
  const { mac: _, ...fields }: JsonObject = row;
  return { ...row, mac: workspaceKey.mac('chat-room', { roomId, fields }) };
}

/** Throws `chat_room_damaged` for what this workspace did not write. */
export function openRoomRow(workspaceKey: ChatKey, { sk: roomId, value: row, revision }: RecordItem<RoomRow>): Room {
  const attempted = `Open room ${roomId}`;
  const { mac, ...fields } = row;
  if (!workspaceKey.verifyMac('chat-room', { roomId, fields }, mac))
    throw chatErrors('chat_room_damaged', { attempted });
  const opened = openRoomKey(workspaceKey, roomId, row.wrap);
  const key = opened && createSecretKey(opened.key);
  const text = key && unseal(key, textContext(roomId), row.sealed);
  const rules = !key || row.rules === undefined ? NO_RULES : openRules(key, roomId, row.rules);
  if (!opened || !key || !text || !rules) throw chatErrors('chat_room_damaged', { attempted });
  const { name, topic } = JSON.parse(text.toString()) as RoomText;
  const { kind, archived, createdMs, retentionDays = 0, forgottenUpTo = 0 } = row;
  const kept = { retentionDays: retentionDays === 0 ? null : retentionDays, forgottenUpTo };
  const facts = { roomId, kind, archived, createdMs, name, topic, ...kept };
  const place = keys.room(roomId);
  return { ...facts, key, wrappedBy: opened.generation, row, rules, members: null, place, revision, roles: new Map() };
}

export function memberRow(
  workspaceKey: ChatKey,
  roomId: string,
  accountId: string,
  { role, sinceMs }: Omit<MemberRow, 'mac'>,
): MemberRow {
  return { role, sinceMs, mac: workspaceKey.mac('chat-member', { roomId, accountId, role, sinceMs }) };
}

/** `null` for what this workspace did not write: writing the database makes nobody a member. */
export function genuineRole(
  workspaceKey: ChatKey,
  roomId: string,
  accountId: string,
  { role, sinceMs, mac }: MemberRow,
): RoomRole | null {
  return workspaceKey.verifyMac('chat-member', { roomId, accountId, role, sinceMs }, mac) ? role : null;
}
