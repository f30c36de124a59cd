import type { Caller, ChatDeps } from './chat-deps.ts';
import { type ChatTalk, type Connection, openTalk } from './delivery/live-talk.ts';
import { openRoomFeeds, type RoomFeeds } from './delivery/room-feeds.ts';
import type { RoomEvent } from './messages/content.ts';
import { type HistoryPage, type HistoryQuery, readHistory, readMessage } from './messages/history.ts';
import { openRoomWriter } from './messages/room-writer.ts';
import { type NewMessage, requireReader, sendAsVisitor, sendMessage } from './messages/send.ts';
import { changeRoom, type RoomChanges } from './rooms/change-room.ts';
import { createRoom, ensureGeneral, type NewRoom } from './rooms/create-room.ts';
import { publicRoomNamed } from './rooms/find-room.ts';
import { listRooms, type RoomFacts, showRoom } from './rooms/list-rooms.ts';
import { listMembers, type Member, removeMember, setMember } from './rooms/members.ts';
import { openRooms } from './rooms/open-rooms.ts';
import type { RoomRole } from './rooms/roles.ts';
import { chatErrors } from './errors.ts';

/** Everything that can be done in rooms. Each function lists its errors where it is defined. */
export interface Chat extends AsyncDisposable {
  /** The room that everybody is in from the start. */
  readonly generalRoomId: string;
  /** See {@link publicRoomNamed}. */
  publicRoom(name: string): Promise<string | null>;
  /** See {@link listRooms}. */
  rooms(caller: Caller): Promise<readonly RoomFacts[]>;
  /** See {@link showRoom}. */
  room(caller: Caller, roomId: string): Promise<RoomFacts>;
  /** See {@link createRoom}. */
  createRoom(caller: Caller, wanted: NewRoom): Promise<RoomFacts>;
  /** See {@link changeRoom}. */
  changeRoom(caller: Caller, roomId: string, changes: RoomChanges): Promise<RoomFacts>;
  /** See {@link listMembers}. */
  members(caller: Caller, roomId: string): Promise<readonly Member[]>;
  /** See {@link setMember}. By handle; throws `chat_member_not_found` as well. */
  setMember(caller: Caller, roomId: string, handle: string, role: RoomRole): Promise<void>;
  /** See {@link removeMember}. */
  removeMember(caller: Caller, roomId: string, accountId: string): Promise<void>;
  /** See {@link sendMessage}. */
  send(caller: Pick<Caller, 'accountId' | 'handle' | 'role'>, roomId: string, message: NewMessage): Promise<RoomEvent>;
  /** See {@link sendAsVisitor}. */
  sendAsVisitor(visitor: string, roomId: string, text: string): Promise<RoomEvent>;
  /** See {@link readHistory}. Throws `chat_room_not_found`. */
  history(caller: Pick<Caller, 'accountId' | 'role'>, roomId: string, query: HistoryQuery): Promise<HistoryPage>;
  /** Throws `chat_room_not_found`, `chat_message_not_found`. */
  message(caller: Pick<Caller, 'accountId' | 'role'>, roomId: string, sequence: number): Promise<RoomEvent>;
  /** What is said in a room from now on. Whoever listens was let in by its caller: see {@link Chat.room}. */
  readonly subscribe: RoomFeeds['subscribe'];
  /** Everything that a live connection says and hears of chat; see {@link openTalk}. */
  talk(listener: Pick<Caller, 'accountId' | 'role'>, connection: Connection): ChatTalk;
  /** Everybody with an account by their handle; see {@link ChatDeps.personOfHandle}. */
  readonly personOfHandle: ChatDeps['personOfHandle'];
}

/** Makes the first room where there is none, and listens. Dispose it before the records. */
export async function openChat(deps: ChatDeps): Promise<Chat> {
  const rooms = openRooms(deps);
  const feeds = openRoomFeeds(deps, rooms);
  const writer = openRoomWriter(deps, rooms, (room, events) => feeds.written(room, events));
  const generalRoomId = await ensureGeneral(deps);
  return {
    generalRoomId,
    publicRoom: (name) => publicRoomNamed(deps, rooms, name),
    rooms: (caller) => listRooms(deps, rooms, caller),
    room: (caller, roomId) => showRoom(deps, rooms, caller, roomId),
    async createRoom(caller, wanted) {
      return await showRoom(deps, rooms, caller, await createRoom(deps, caller, wanted));
    },
    async changeRoom(caller, roomId, changes) {
      await changeRoom(deps, rooms, caller, roomId, changes);
      return await showRoom(deps, rooms, caller, roomId);
    },
    members: (caller, roomId) => listMembers(deps, rooms, caller, roomId),
    async setMember(caller, roomId, handle, role) {
      const person = await deps.personOfHandle(handle);
      if (!person) throw chatErrors('chat_member_not_found', { attempted: 'Add a member' });
      await setMember(deps, rooms, caller, roomId, { person, role });
    },
    removeMember: (caller, roomId, accountId) => removeMember(deps, rooms, caller, roomId, accountId),
    send: (caller, roomId, message) => sendMessage(deps, { rooms, writer }, caller, roomId, message),
    sendAsVisitor: (visitor, roomId, text) => sendAsVisitor(deps, writer, visitor, roomId, text),
    history: async (caller, roomId, query) =>
      await readHistory(deps, await requireReader(rooms, caller, roomId), query),
    message: async (caller, roomId, sequence) =>
      await readMessage(deps, await requireReader(rooms, caller, roomId), sequence),
    subscribe: (roomId, listener) => feeds.subscribe(roomId, listener),
    talk: (listener, connection) => openTalk({ ...deps, rooms, feeds }, listener, connection),
    personOfHandle: (handle) => deps.personOfHandle(handle),
    [Symbol.asyncDispose]: () => feeds[Symbol.asyncDispose](),
  };
}
