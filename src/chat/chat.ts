import { createSecretKey } from 'node:crypto';
import { errorFacts } from '../base/error-facts.ts';
import type { SharedDownload } from '../files/index.ts';
import { endAttachment, FILES, tellEnded } from './attachments/end-attachment.ts';
import { mayStillOpen, openAttachment } from './attachments/open-attachment.ts';
import { actOnAlert, type Decision } from './alerts/act-on-alert.ts';
import { type NewAlert, postAlert } from './alerts/post-alert.ts';
import { openAlertsRoomTo, ownAlertsRoom } from './alerts/own-alerts-room.ts';
import { roomForAlerts } from './alerts/room-for-alerts.ts';
import { botPerson } from './bots/bot-caller.ts';
import { removeBot } from './bots/bots.ts';
import { type Bots, openBots } from './bots/bots-in-rooms.ts';
import type { Caller, ChatDeps, Person } from './chat-deps.ts';
import { type ChatTalk, type Connection, openTalk } from './delivery/live-talk.ts';
import { openRoomFeeds, type RoomFeeds } from './delivery/room-feeds.ts';
import type { RoomEvent } from './messages/content.ts';
import { type HistoryPage, type HistoryQuery, readHistory, readMessage } from './messages/history.ts';
import { openBlocks } from './messages/blocks.ts';
import { exportRoom } from './messages/export.ts';
import { searchRoom, searchRooms, wordsOf } from './messages/search.ts';
import { editMessage, pinMessage, type Place, react, removeMessage } from './messages/change-message.ts';
import { type Edit, readEditsAs } from './messages/edits.ts';
import { type ListPage, type ListQuery, readPins, readThread } from './messages/threads.ts';
import { forgetPerson } from './people/forget.ts';
import { type KeptPage, type KeptQuery, listMentions, listSaved, saveMessage } from './people/kept.ts';
import { openChoices, watchIgnored } from './people/choices.ts';
import { changePreferences, type Preferences, readPreferences } from './people/preferences.ts';
import { markRead, setLevel } from './people/readers.ts';
import { openWatchedWords } from './people/watched-words.ts';
import { circlesOf, knownTo } from './presence/circles.ts';
import { listPeople, type PeoplePage, type PeopleQuery } from './presence/people.ts';
import { openPresence, type Presence } from './presence/presence.ts';
import { openModeration, type Moderation } from './moderation/moderation.ts';
import { openPace } from './moderation/pace.ts';
import { type Audience, type Level, topics } from './records.ts';
import { openRoomWriter } from './messages/room-writer.ts';
import { openTurns } from './messages/turns.ts';
import {
  isBannedVisitor,
  type NewMessage,
  requireReader,
  sendAsProgram,
  sendAsVisitor,
  sendMessage,
  type Visitor,
} from './messages/send.ts';
import { startRetentionSweep } from './retention/sweep.ts';
import { openOutbox } from './outgoing/outbox.ts';
import { openOutgoing, type OutgoingHooks } from './outgoing/outgoing.ts';
import { changeRoom, type RoomChanges } from './rooms/change-room.ts';
import { startConversation, wrapForNext } from './rooms/conversations.ts';
import { createRoom, ensureGeneral, type NewRoom } from './rooms/create-room.ts';
import { isPublicRoom, mayEnterRoom, publicRoomNamed, roomNamed } from './rooms/find-room.ts';
import { enterRoom, requireOpen } from './rooms/access.ts';
import { enterableRooms, listRooms, type RoomFacts, showRoom } from './rooms/list-rooms.ts';
import { listMembers, type Member, removeMember, setMember } from './rooms/members.ts';
import { renewEpochs } from './rooms/renew-epochs.ts';
import { openRooms } from './rooms/open-rooms.ts';
import type { RoomRole } from './rooms/roles.ts';
import type { Room } from './rooms/room-rows.ts';
import { chatErrors } from './errors.ts';

export interface SearchQuery {
  readonly query: string;
  readonly roomId?: string | undefined;
  /** With a room: only messages before this sequence. */
  readonly before?: number | undefined;
}

/** Everything that can be done in rooms. Each function lists its errors where it is defined. */
export interface Chat extends AsyncDisposable {
  /** The room that everybody is in from the start. */
  readonly generalRoomId: string;
  /** See {@link publicRoomNamed}. */
  publicRoom(name: string): Promise<string | null>;
  /** See {@link isPublicRoom}. */
  isPublic(roomId: string): Promise<boolean>;
  /** See {@link mayEnterRoom}. */
  mayEnter(person: Pick<Caller, 'accountId' | 'role'>, roomId: string): Promise<boolean>;
  /** See {@link listRooms}. */
  rooms(caller: Caller): Promise<readonly RoomFacts[]>;
  /** See {@link showRoom}. */
  room(caller: Caller, roomId: string): Promise<RoomFacts>;
  /** See {@link createRoom}. */
  createRoom(caller: Caller, wanted: NewRoom): Promise<RoomFacts>;
  /** See {@link startConversation}. By handles. */
  startConversation(caller: Caller, handles: readonly string[]): Promise<RoomFacts>;
  /** See {@link wrapForNext}. */
  wrapForNext(caller: Caller, nextRecipient: string): Promise<void>;
  /** See {@link changeRoom}. */
  changeRoom(caller: Caller, roomId: string, changes: RoomChanges): Promise<RoomFacts>;
  /** See {@link listMembers}. */
  members(caller: Caller, roomId: string): Promise<readonly Member[]>;
  /** See {@link listPeople}. */
  people(caller: Caller, query: PeopleQuery): Promise<PeoplePage>;
  /** Who is here: see {@link Presence}. Whoever asks for somebody's state shares a room with them. */
  readonly presence: Pick<Presence, 'enter' | 'stateOf'>;
  /** Somebody is away, or here again, with all clients that they have just now. */
  setAway(accountId: string, away: boolean): void;
  readonly person: ChatDeps['person'];
  /** See {@link setMember}. By handle; throws `chat_member_not_found` as well. */
  setMember(caller: Caller, roomId: string, handle: string, role?: RoomRole): Promise<void>;
  /** See {@link removeMember}; of a bot {@link removeBot}. */
  removeMember(caller: Caller, roomId: string, accountId: string): Promise<void>;
  /** See {@link sendMessage}. */
  send(
    caller: Pick<Caller, 'accountId' | 'handle' | 'role' | 'key' | 'bot'>,
    roomId: string,
    message: NewMessage,
  ): Promise<RoomEvent>;
  /** See {@link sendAsVisitor}. */
  sendAsVisitor(visitor: Visitor, roomId: string, text: string): Promise<RoomEvent>;
  /** See {@link isBannedVisitor}. */
  isBannedVisitor(visitor: Visitor, roomId: string): Promise<boolean>;
  /** Calls when what holds in a room may be otherwise, and with whom was put out of it just now. */
  onRoomChanged(roomId: string, listener: (kicked: string | null) => void): Disposable;
  /** See {@link postAlert}. */
  postAlert(program: string, roomId: string, alert: NewAlert): Promise<void>;
  /** See {@link actOnAlert}. */
  actOnAlert(caller: Caller, place: Place, decision: Decision): Promise<RoomEvent>;
  /** See {@link roomForAlerts}. */
  roomForAlerts(name: string, audience: Audience): Promise<Pick<Room, 'roomId' | 'archived'> | null>;
  /** See {@link ownAlertsRoom}. */
  ownAlertsRoom(audience: Audience): Promise<Pick<Room, 'roomId' | 'archived'>>;
  /** See {@link openAlertsRoomTo}. */
  openAlertsRoomTo(audience: Audience, by: Caller): Promise<void>;
  /** Programs elsewhere that are told what is said. */
  readonly outgoing: OutgoingHooks;
  /** Programs with a name of their own. */
  readonly bots: Bots;
  /** What moderators do. */
  readonly moderation: Moderation;
  /** See {@link sendAsProgram}. */
  sendAsProgram(
    program: string,
    roomId: string,
    message: { readonly text: string; readonly messageId: string },
  ): Promise<RoomEvent>;
  /** See {@link roomNamed}. */
  roomNamed(name: string): Promise<Pick<Room, 'roomId' | 'archived'> | null>;
  /** See {@link readHistory}. Throws `chat_room_not_found`. */
  history(
    caller: Pick<Caller, 'accountId' | 'role' | 'key'>,
    roomId: string,
    query: HistoryQuery,
  ): Promise<HistoryPage>;
  /** Throws `chat_room_not_found`, `chat_message_not_found`. */
  message(caller: Pick<Caller, 'accountId' | 'role' | 'key'>, roomId: string, sequence: number): Promise<RoomEvent>;
  /** See {@link editMessage}. */
  edit(caller: Caller, place: Place, text: string): Promise<RoomEvent>;
  /** See {@link removeMessage}. */
  remove(caller: Caller, place: Place): Promise<RoomEvent>;
  /** See {@link react}. */
  react(caller: Caller, place: Place, reaction: Parameters<typeof react>[4]): Promise<RoomEvent>;
  /** See {@link pinMessage}. */
  pin(caller: Caller, place: Place, on: boolean): Promise<RoomEvent>;
  /** See {@link readEditsAs}. */
  edits(caller: Caller, roomId: string, sequence: number): Promise<readonly Edit[]>;
  /** See {@link readThread}. */
  thread(caller: Caller, roomId: string, sequence: number, query: ListQuery): Promise<ListPage>;
  /** See {@link readPins}. */
  pins(caller: Caller, roomId: string, query: ListQuery): Promise<ListPage>;
  /** See {@link markRead}. Answers what is read by now. */
  markRead(caller: Caller, roomId: string, sequence: number): Promise<number>;
  /** See {@link setLevel}. */
  setLevel(caller: Caller, roomId: string, level: Level): Promise<void>;
  /** See {@link saveMessage}. */
  save(caller: Caller, wanted: Parameters<typeof saveMessage>[3]): Promise<void>;
  /** See {@link listSaved}. */
  saved(caller: Caller, query: KeptQuery): Promise<KeptPage>;
  /** See {@link listMentions}. */
  mentions(caller: Caller, query: KeptQuery): Promise<KeptPage>;
  /** See {@link forgetPerson}. */
  forget(accountId: string): Promise<void>;
  preferences(caller: Caller): Promise<Preferences>;
  /** See {@link changePreferences}. */
  changePreferences(caller: Caller, change: (now: Preferences) => Preferences): Promise<Preferences>;
  /** See {@link watchIgnored}. */
  watchIgnored(accountId: string, listener: (ignored: readonly string[]) => void): Disposable;
  /** Messages that hold all words of a query, newest first: of one room, or of all that the caller may enter. Throws `chat_query_invalid`. */
  search(caller: Caller, query: SearchQuery): Promise<AsyncIterable<RoomEvent>>;
  /** See {@link startRetentionSweep}: removes what rooms keep no longer, now. */
  forgetOld(): Promise<void>;
  /** See {@link openAttachment}. */
  attachment(caller: Caller, roomId: string, shareId: string): Promise<SharedDownload>;
  /** Whether somebody may go on reading what they were let open. Throws as {@link openAttachment}. */
  mayStillOpen(caller: Pick<Caller, 'accountId' | 'role'>, roomId: string, shareId: string): Promise<void>;
  /** See {@link endAttachment}. */
  endAttachment(caller: Caller, roomId: string, shareId: string): Promise<void>;
  /** See {@link tellEnded}: a file of the message was taken back by way of its drive. */
  attachmentEnded(roomId: string, sequence: number): Promise<void>;
  /** Throws `chat_room_archived`. */
  requireOpen(room: Room): void;
  /** See {@link exportRoom}. Its owners may. Throws `chat_room_not_found`, `chat_forbidden`. */
  export(caller: Caller, roomId: string): Promise<AsyncIterable<string>>;
  /** What is said in a room from now on. Whoever listens was let in by its caller: see {@link Chat.room}. */
  readonly subscribe: RoomFeeds['subscribe'];
  /** Everything that a live connection says and hears of chat; see {@link openTalk}. */
  talk(listener: Pick<Caller, 'accountId' | 'role' | 'handle'>, connection: Connection): ChatTalk;
  /** Everybody with an account by their handle; see {@link ChatDeps.personOfHandle}. */
  readonly personOfHandle: ChatDeps['personOfHandle'];
  /** The same, as far as the caller may know of them; `null` else. */
  personKnownTo(caller: Caller, handle: string): Promise<Person | null>;
}

/** How often servers tell each other who is on them. */
const OTHERS_EVERY_MS = 20_000;

/** Makes the first room where there is none, and listens. Dispose it before the records. */
export async function openChat(deps: ChatDeps): Promise<Chat> {
  const rooms = openRooms(deps);
  const feeds = openRoomFeeds(deps, rooms);
  const blocks = openBlocks(deps, rooms);
  const writer = openRoomWriter(deps, rooms, (room, events) => {
    feeds.written(room, events);
    blocks.written(room.roomId, events.at(-1)?.sequence ?? 0);
  });
  const pace = openPace({ count: deps.settings.chatMessagesPerMinute, everyMs: 60_000 }, deps.clock);
  if (deps.recordsAreOlder) await renewEpochs(deps);
  const generalRoomId = await ensureGeneral(deps);
  const retention = startRetentionSweep(deps, rooms);
  const presence = openPresence({
    ...{ pubSub: deps.pubSub, log: deps.log, everyMs: deps.settings.chatPresenceMs, othersEveryMs: OTHERS_EVERY_MS },
    key: createSecretKey(deps.workspaceKey.derive('chat-presence', 1)),
    circles: (people) => circlesOf(deps, rooms, people),
    onFailed: (error) => deps.log.warn(errorFacts(error), 'Who is here could not be told'),
  });
  const choices = openChoices(deps);
  const words = openWatchedWords(deps, choices);
  const parts = { rooms, writer, pace, turns: openTurns(), presence, words, onTold: () => outbox.notify() };
  const outbox = openOutbox(deps, parts);
  return {
    generalRoomId,
    publicRoom: (name) => publicRoomNamed(deps, rooms, name),
    isPublic: (roomId) => isPublicRoom(rooms, roomId),
    mayEnter: (person, roomId) => mayEnterRoom(rooms, person, roomId),
    rooms: (caller) => listRooms(deps, rooms, caller),
    room: (caller, roomId) => showRoom(deps, rooms, caller, roomId),
    async createRoom(caller, wanted) {
      return await showRoom(deps, rooms, caller, await createRoom(deps, caller, wanted));
    },
    async startConversation(caller, handles) {
      return await showRoom(deps, rooms, caller, await startConversation(deps, caller, handles));
    },
    wrapForNext: (caller, nextRecipient) => wrapForNext(deps, caller, nextRecipient),
    async changeRoom(caller, roomId, changes) {
      await changeRoom(deps, rooms, caller, roomId, changes);
      if (changes.retentionDays !== undefined) retention.notify();
      return await showRoom(deps, rooms, caller, roomId);
    },
    members: (caller, roomId) => listMembers(deps, rooms, caller, roomId),
    people: (caller, query) => listPeople(deps, rooms, caller, query),
    presence,
    setAway: (accountId, away) => deps.pubSub.publish(topics.person(accountId), { kind: 'away', away }),
    person: (accountId) => deps.person(accountId),
    async setMember(caller, roomId, handle, role) {
      // Before any name is looked up: nobody learns by it which there are.
      const { room } = await enterRoom(rooms, caller, roomId);
      if (room.kind === 'direct') {
        throw chatErrors('chat_forbidden', { attempted: 'Add a member', detail: 'a conversation stays as it is' });
      }
      const person = await deps.personOfHandle(handle);
      if (!person) {
        // Whether there is somebody of this name is told to those alone who may add them.
        await enterRoom(rooms, caller, roomId, role === undefined || role === 'member' ? 'moderator' : 'owner');
        throw chatErrors('chat_member_not_found', { attempted: 'Add a member' });
      }
      await setMember(deps, rooms, caller, roomId, { person, role });
    },
    async removeMember(caller, roomId, accountId) {
      const remove = (await botPerson(deps, accountId)) ? removeBot : removeMember;
      await remove(deps, rooms, caller, roomId, accountId);
    },
    send: (caller, roomId, message) => sendMessage(deps, parts, caller, roomId, message),
    sendAsVisitor: (visitor, roomId, text) => sendAsVisitor(deps, parts, visitor, roomId, text),
    isBannedVisitor: (visitor, roomId) => isBannedVisitor(rooms, visitor, roomId),
    onRoomChanged: (roomId, listener) =>
      deps.pubSub.subscribe(topics.changed(roomId), ({ kicked }) =>
        listener(typeof kicked === 'string' ? kicked : null),
      ),
    postAlert: (program, roomId, alert) => postAlert(deps, parts, program, roomId, alert),
    actOnAlert: (caller, place, decision) => actOnAlert(deps, parts, caller, place, decision),
    roomForAlerts: (name, audience) => roomForAlerts(deps, rooms, name, audience),
    ownAlertsRoom: (audience) => ownAlertsRoom(deps, rooms, audience),
    openAlertsRoomTo: (audience, by) => openAlertsRoomTo(deps, rooms, audience, by),
    outgoing: openOutgoing(deps, rooms, outbox),
    bots: openBots(deps, parts),
    moderation: openModeration(deps, parts),
    sendAsProgram: (program, roomId, message) => sendAsProgram(deps, writer, program, roomId, message),
    roomNamed: (name) => roomNamed(deps, rooms, name),
    history: async (caller, roomId, query) =>
      await readHistory(deps, await requireReader(rooms, caller, roomId), query),
    message: async (caller, roomId, sequence) =>
      await readMessage(deps, await requireReader(rooms, caller, roomId), sequence),
    edit: (caller, place, text) => editMessage(deps, parts, caller, place, text),
    remove: (caller, place) => removeMessage(deps, parts, caller, place),
    react: (caller, place, reaction) => react(deps, parts, caller, place, reaction),
    pin: (caller, place, on) => pinMessage(deps, parts, caller, place, on),
    edits: (caller, roomId, sequence) => readEditsAs(deps, rooms, caller, { roomId, sequence }),
    thread: async (caller, roomId, sequence, query) =>
      await readThread(deps, await requireReader(rooms, caller, roomId), sequence, query),
    pins: async (caller, roomId, query) => await readPins(deps, await requireReader(rooms, caller, roomId), query),
    markRead: async (caller, roomId, sequence) =>
      await markRead(deps, caller, await requireReader(rooms, caller, roomId), sequence),
    setLevel: async (caller, roomId, level) =>
      await setLevel(deps, caller, await requireReader(rooms, caller, roomId), level),
    save: (caller, wanted) => saveMessage(deps, rooms, caller, wanted),
    saved: (caller, query) => listSaved(deps, rooms, caller, query),
    mentions: (caller, query) => listMentions(deps, rooms, caller, query),
    forget: (accountId) => forgetPerson(deps, accountId),
    preferences: (caller) => readPreferences(deps, caller.accountId),
    async changePreferences({ accountId }, change) {
      const written = await changePreferences(deps, accountId, change);
      choices.changed(accountId);
      return written;
    },
    watchIgnored: (accountId, listener) => watchIgnored({ choices, log: deps.log }, accountId, listener),
    async search(caller, { query, roomId, before }) {
      const words = wordsOf(query);
      if (roomId !== undefined) {
        return searchRoom(deps, await requireReader(rooms, caller, roomId), words, before);
      }
      return searchRooms(deps, await enterableRooms(deps, rooms, caller), words);
    },
    forgetOld: () => retention.sweep(),
    attachment: (caller, roomId, shareId) => openAttachment(deps, rooms, caller, roomId, shareId),
    mayStillOpen: (caller, roomId, shareId) => mayStillOpen(deps, rooms, caller, roomId, shareId),
    endAttachment: (caller, roomId, shareId) => endAttachment(deps, parts, caller, roomId, shareId),
    attachmentEnded: (roomId, sequence) => tellEnded(deps, parts, roomId, sequence, FILES),
    requireOpen,
    export: async (caller, roomId) => exportRoom(deps, (await enterRoom(rooms, caller, roomId, 'owner')).room),
    subscribe: (roomId, listener) => feeds.subscribe(roomId, listener),
    talk: (listener, connection) => openTalk({ ...deps, rooms, feeds, presence, choices }, listener, connection),
    personOfHandle: (handle) => deps.personOfHandle(handle),
    personKnownTo: async (caller, handle) => await knownTo(deps, rooms, caller, await deps.personOfHandle(handle)),
    async [Symbol.asyncDispose]() {
      await outbox[Symbol.asyncDispose]();
      choices[Symbol.dispose]();
      await retention[Symbol.asyncDispose]();
      await presence[Symbol.asyncDispose]();
      await feeds[Symbol.asyncDispose]();
      await blocks[Symbol.asyncDispose]();
      await rooms[Symbol.asyncDispose]();
    },
  };
}
