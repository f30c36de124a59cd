import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { effectiveRole, enterRoom } from '../rooms/access.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { RoomEvent } from './content.ts';
import type { RoomWriter } from './room-writer.ts';

export interface NewMessage {
  readonly text: string;
  /** The client's own id of it: 8-64 letters, digits, `-` and `_`. The same id again is the same message. */
  readonly messageId?: string | undefined;
}

/**
 * Throws `chat_room_not_found`, `chat_room_archived`, `chat_text_empty`, `chat_text_too_long`, and what
 * {@link RoomWriter.write} throws.
 */
export async function sendMessage(
  deps: ChatDeps,
  { rooms, writer }: { readonly rooms: OpenRooms; readonly writer: RoomWriter },
  caller: Pick<Caller, 'accountId' | 'handle' | 'role'>,
  roomId: string,
  { text, messageId }: NewMessage,
): Promise<RoomEvent> {
  const checked = checkedText(deps, text);
  const { accountId, handle } = caller;
  return await writer.write(roomId, {
    author: { accountId, handle },
    content: { kind: 'message', text: checked, ...(messageId === undefined ? {} : { messageId }) },
    ...(messageId === undefined ? {} : { sentAs: { accountId, messageId } }),
    async mayWrite(room) {
      if ((await effectiveRole(rooms, room, caller)) === null) {
        throw chatErrors('chat_room_not_found', { attempted: 'Send a message' });
      }
      requireOpen(room);
    },
  });
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

/** Throws `chat_room_not_found` for a room that is not open to this person. */
export async function requireReader(rooms: OpenRooms, caller: Pick<Caller, 'accountId' | 'role'>, roomId: string) {
  return (await enterRoom(rooms, caller, roomId)).room;
}

function requireOpen(room: Room): void {
  if (room.archived) throw chatErrors('chat_room_archived', { attempted: 'Send a message' });
}

function checkedText({ settings }: ChatDeps, text: string): string {
  const attempted = 'Send a message';
  const wellFormed = text.toWellFormed();
  if (wellFormed.trim() === '') throw chatErrors('chat_text_empty', { attempted });
  const bytes = Buffer.byteLength(wellFormed);
  if (bytes > settings.chatMessageBytes)
    throw chatErrors('chat_text_too_long', { attempted, detail: `${bytes} bytes` });
  return wellFormed;
}
