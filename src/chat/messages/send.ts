import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { attachmentOf, checkedOffers, type Offers, operationsOf, shareWith, touchedBy } from '../attachments/attach.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { keys } from '../records.ts';
import { effectiveRole, enterRoom } from '../rooms/access.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';
import { messageAt } from './changes.ts';
import type { MessageContent, RoomEvent } from './content.ts';
import { mentionsIn } from './mentions.ts';
import { type RoomWriter, sentBefore } from './room-writer.ts';

export interface NewMessage {
  readonly text: string;
  /** The client's own id of it: 8-64 letters, digits, `-` and `_`. The same id again is the same message. */
  readonly messageId?: string | undefined;
  /** The sequence of the message that it answers. */
  readonly replyTo?: number | undefined;
  /** Files that everyone in the room may open from then on. */
  readonly attachments?: Offers | undefined;
}

/**
 * Throws `chat_room_not_found`, `chat_room_archived`, `chat_text_empty`, `chat_text_too_long`, `chat_attachments_full`,
 * `chat_attachment_gone`, what offering files throws, and what {@link RoomWriter.write} throws.
 */
export async function sendMessage(
  deps: ChatDeps,
  { rooms, writer }: { readonly rooms: OpenRooms; readonly writer: RoomWriter },
  caller: Pick<Caller, 'accountId' | 'handle' | 'role' | 'key'>,
  roomId: string,
  { text, messageId, replyTo, attachments }: NewMessage,
): Promise<RoomEvent> {
  const { accountId, handle } = caller;
  // A conversation is opened with the caller's key before anything is written into it.
  if (caller.key) await rooms.recentFor(roomId, caller);
  const sharing = attachments && (await enterRoom(rooms, caller, roomId)).room;
  if (sharing && messageId !== undefined) {
    const before = await sentBefore(deps, sharing, { accountId, messageId });
    if (before) return before;
  }
  const offers = checkedOffers(deps, (await attachments?.()) ?? []);
  const checked = checkedText(deps, text, { mayBeEmpty: offers.length > 0 });
  const named = await mentionsIn(deps, checked);
  const thread = replyTo === undefined ? undefined : await threadOf(deps, rooms, caller, roomId, replyTo);
  const content: MessageContent = {
    kind: 'message',
    text: checked,
    ...(messageId === undefined ? {} : { messageId }),
    ...(replyTo === undefined || thread === undefined ? {} : { replyTo, thread }),
    ...(named.accountIds.length > 0 ? { mentions: named.accountIds } : {}),
    ...(named.everybody ? { everybody: true } : {}),
    ...(offers.length > 0 ? { attachments: offers.map(attachmentOf) } : {}),
  };
  const atMost = named.accountIds.length + (thread === undefined ? 0 : 1) + operationsOf(offers);
  const operations = ({ sequence, atMs }: { sequence: number; atMs: number }): RecordOperation[] => [
    ...named.accountIds.map((each): RecordOperation => ({
      op: 'put',
      ...keys.mention(each, atMs, roomId, sequence),
      value: {},
    })),
    ...(thread === undefined ? [] : [{ op: 'put', ...keys.reply(roomId, thread, sequence), value: {} } as const]),
    ...(sharing ? shareWith(sharing, offers, sequence) : []),
  ];
  const written = writer.write(roomId, {
    author: { accountId, handle },
    content,
    ...(messageId === undefined ? {} : { sentAs: { accountId, messageId } }),
    ...(atMost === 0 ? {} : { beside: { atMost, operations } }),
    ...(offers.length === 0 ? {} : { touches: touchedBy(offers) }),
    async mayWrite(room) {
      if ((await effectiveRole(rooms, room, caller)) === null) {
        throw chatErrors('chat_room_not_found', { attempted: 'Send a message' });
      }
      requireOpen(room);
    },
  });
  if (offers.length === 0) return await written;
  return await written.catch((cause: unknown) => {
    throw hasCode(cause, 'record_conflict')
      ? chatErrors('chat_attachment_gone', { attempted: 'Send a message', cause })
      : cause;
  });
}

/** The message that a thread began with, to which a reply belongs. Throws `chat_message_not_found`. */
async function threadOf(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Pick<Caller, 'accountId' | 'role' | 'key'>,
  roomId: string,
  replyTo: number,
): Promise<number> {
  const { room } = await enterRoom(rooms, caller, roomId);
  const answered = await messageAt(deps, room, replyTo);
  if (answered?.content?.kind !== 'message') {
    throw chatErrors('chat_message_not_found', { attempted: `Answer message ${replyTo}` });
  }
  return answered.content.thread ?? replyTo;
}

/**
 * What somebody without an account says in a public room: whether they may is the business of the way they came by.
 * Throws as {@link sendMessage}.
 */
export async function sendAsVisitor(
  deps: ChatDeps,
  writer: RoomWriter,
  visitor: string,
  roomId: string,
  text: string,
): Promise<RoomEvent> {
  return await writer.write(roomId, {
    author: { visitor },
    content: { kind: 'message', text: checkedText(deps, text) },
    async mayWrite(room) {
      if (room.kind !== 'public') throw chatErrors('chat_room_not_found', { attempted: 'Send a message' });
      requireOpen(room);
    },
  });
}

/**
 * What a part of the workspace says in a room of any kind, once under one id. Throws as {@link sendMessage}.
 */
export async function sendAsProgram(
  deps: ChatDeps,
  writer: RoomWriter,
  program: string,
  roomId: string,
  { text, messageId }: { readonly text: string; readonly messageId: string },
): Promise<RoomEvent> {
  return await writer.write(roomId, {
    author: { program },
    content: { kind: 'message', text: checkedText(deps, text), messageId },
    sentAs: { accountId: `program ${program}`, messageId },
    async mayWrite(room) {
      if (room.kind === 'direct') throw chatErrors('chat_room_not_found', { attempted: 'Send a message' });
      requireOpen(room);
    },
  });
}

/** Throws `chat_room_not_found` for a room that is not open to this person. */
export async function requireReader(
  rooms: OpenRooms,
  caller: Pick<Caller, 'accountId' | 'role' | 'key'>,
  roomId: string,
) {
  return (await enterRoom(rooms, caller, roomId)).room;
}

export function requireOpen(room: Room): void {
  if (room.archived) throw chatErrors('chat_room_archived', { attempted: 'Send a message' });
}

export function checkedText({ settings }: ChatDeps, text: string, { mayBeEmpty = false } = {}): string {
  const attempted = 'Send a message';
  const wellFormed = text.toWellFormed();
  if (mayBeEmpty && wellFormed.trim() === '') return '';
  if (wellFormed.trim() === '') throw chatErrors('chat_text_empty', { attempted });
  const bytes = Buffer.byteLength(wellFormed);
  if (bytes > settings.chatMessageBytes)
    throw chatErrors('chat_text_too_long', { attempted, detail: `${bytes} bytes` });
  return wellFormed;
}
