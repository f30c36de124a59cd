import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { attachmentOf, checkedOffers, type Offers, operationsOf, shareWith, touchedBy } from '../attachments/attach.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { keys } from '../records.ts';
import { flaggedIn } from '../moderation/filter/word-lists.ts';
import { jobOperations, toldTo } from '../outgoing/triggers.ts';
import type { Pace } from '../moderation/pace.ts';
import { toldOf } from '../people/told.ts';
import type { WatchedWords } from '../people/watched-words.ts';
import { wordMentionsOperation } from '../people/word-mentions.ts';
import type { Presence } from '../presence/presence.ts';
import { visitorPlace } from '../moderation/place.ts';
import { effectiveRole, enterRoom, requireOpen, requireWriter, restricted } from '../rooms/access.ts';
import { isAtLeast } from '../rooms/roles.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';
import { messageAt } from './changes.ts';
import { authorOf, type MessageContent, type RoomEvent } from './content.ts';
import { type Mentions, mentionsIn } from './mentions.ts';
import { MAX_BESIDE, type RoomWriter, sentBefore } from './room-writer.ts';
import type { Turns } from './turns.ts';

export interface NewMessage {
  readonly text: string;
  /** The client's own id of it: 8-64 letters, digits, `-` and `_`. The same id again is the same message. */
  readonly messageId?: string | undefined;
  /** The sequence of the message that it answers. */
  readonly replyTo?: number | undefined;
  /** Files that everyone in the room may open from then on. */
  readonly attachments?: Offers | undefined;
}

export interface SendParts {
  readonly rooms: OpenRooms;
  readonly writer: RoomWriter;
  readonly pace: Pace;
  readonly turns: Turns;
  /** Something was said that programs elsewhere are to be told. */
  readonly onTold: () => void;
  readonly presence: Pick<Presence, 'attends'>;
  readonly words: Pick<WatchedWords, 'watching'>;
}

/**
 * Throws what {@link requireWriter} throws, `chat_text_empty`, `chat_text_too_long`, `chat_too_fast`,
 * `chat_attachments_full`, `chat_attachment_gone`, what offering files throws, and what {@link RoomWriter.write} throws.
 */
export async function sendMessage(
  deps: ChatDeps,
  parts: SendParts,
  caller: Pick<Caller, 'accountId' | 'handle' | 'role' | 'key' | 'bot'>,
  roomId: string,
  { text, messageId, replyTo, attachments }: NewMessage,
): Promise<RoomEvent> {
  const { rooms, writer, onTold } = parts;
  const { accountId } = caller;
  using turn = parts.turns.take(`${roomId} ${accountId}`);
  // A conversation is opened with the caller's key before anything is written into it.
  const recent = await rooms.recentFor(roomId, caller);
  const sharing = attachments && (await enterRoom(rooms, caller, roomId)).room;
  if (sharing && messageId !== undefined) {
    const before = await sentBefore(deps, sharing, { accountId, messageId });
    if (before) return before;
  }
  await takePace(deps, parts, recent, caller, messageId);
  const offers = checkedOffers(deps, (await attachments?.()) ?? []);
  const checked = checkedText(deps, text, { mayBeEmpty: offers.length > 0 });
  const flagged = await flaggedIn(recent.rules.filter, checked);
  // What a bot says sets no other one off.
  const told = caller.bot === undefined ? toldTo(recent.rules, checked) : [];
  const named = await knownMentions(deps, rooms, recent, caller, await mentionsIn(deps, checked));
  const thread = replyTo === undefined ? undefined : await threadOf(deps, rooms, caller, roomId, replyTo);
  const content: MessageContent = {
    kind: 'message',
    text: checked,
    ...(messageId === undefined ? {} : { messageId }),
    ...(replyTo === undefined || thread === undefined ? {} : { replyTo, thread }),
    ...(named.accountIds.length > 0 ? { mentions: named.accountIds } : {}),
    ...(named.everybody ? { everybody: true } : {}),
    ...(offers.length > 0 ? { attachments: offers.map(attachmentOf) } : {}),
    ...(flagged ? { flagged } : {}),
  };
  const others = (thread === undefined ? 0 : 1) + operationsOf(offers) + told.length;
  // Not in the message: what somebody watches for is nobody's business. So it is not refused because of them either: where
  // no more fits beside it, they are the ones who are left out.
  const left = Math.max(0, MAX_BESIDE - 2 - others - named.accountIds.length);
  const byWord = (await parts.words.watching(recent, checked, accountId)).slice(0, left);
  const mentioned = byWord.length === 0 ? named.accountIds : [...new Set([...named.accountIds, ...byWord])];
  const isForSomebody = recent.members !== null || named.everybody || mentioned.length > 0;
  const noticed = isForSomebody ? await toldOf(deps, parts, recent, accountId, { ...named, byWord }) : null;
  const atMost = mentioned.length + (byWord.length > 0 ? 1 : 0) + (noticed ? 1 : 0) + others;
  if (atMost > MAX_BESIDE) {
    const detail = 'it names too many people, or tells too many programs, to carry this many files as well';
    throw chatErrors('chat_attachments_full', { attempted: 'Send a message', detail });
  }
  const operations = ({ sequence, atMs }: { sequence: number; atMs: number }): RecordOperation[] => [
    ...mentioned.map((each): RecordOperation => ({
      op: 'put',
      ...keys.mention(each, atMs, roomId, sequence),
      value: {},
    })),
    ...(byWord.length > 0 ? [wordMentionsOperation(recent, sequence, { atMs, accountIds: byWord })] : []),
    ...(thread === undefined ? [] : [{ op: 'put', ...keys.reply(roomId, thread, sequence), value: {} } as const]),
    ...(noticed ? [deps.tell(noticed)] : []),
    ...(sharing ? shareWith(sharing, offers, sequence) : []),
    ...jobOperations(told, { roomId, sequence, atMs }),
  ];
  await turn.come;
  const written = writer.write(roomId, {
    author: authorOf(caller),
    content,
    ...(messageId === undefined ? {} : { sentAs: { accountId, messageId } }),
    ...(atMost === 0 ? {} : { beside: { atMost, operations } }),
    ...(offers.length === 0 ? {} : { touches: touchedBy(offers) }),
    mayWrite: async (room) => void (await requireWriter(rooms, room, caller, 'Send a message')),
  });
  turn[Symbol.dispose]();
  if (told.length > 0) void written.then(onTold, () => undefined);
  if (offers.length === 0) return await written;
  return await written.catch((cause: unknown) => {
    throw hasCode(cause, 'record_conflict')
      ? chatErrors('chat_attachment_gone', { attempted: 'Send a message', cause })
      : cause;
  });
}

/** A guest, or a bot, names those alone who may enter the room: by a name that is typed they find out of nobody else. */
async function knownMentions(
  deps: ChatDeps,
  rooms: OpenRooms,
  room: Room,
  { role }: Pick<Caller, 'role'>,
  named: Mentions,
): Promise<Mentions> {
  if (role !== 'guest') return named;
  const accountIds: string[] = [];
  for (const each of named.accountIds) {
    const person = await deps.person(each);
    if (person && (await effectiveRole(rooms, room, person)) !== null) accountIds.push(each);
  }
  return { ...named, accountIds };
}

/** What was sent before is answered again, however fast. */
async function takePace(
  { records }: ChatDeps,
  { rooms, pace }: Pick<SendParts, 'rooms' | 'pace'>,
  room: Room,
  caller: Pick<Caller, 'accountId' | 'role'>,
  messageId: string | undefined,
): Promise<void> {
  const { slowMs } = room.rules;
  const isSlow = slowMs !== undefined && !isAtLeast(await effectiveRole(rooms, room, caller), 'moderator');
  try {
    pace.take(room.roomId, caller.accountId, isSlow ? slowMs : undefined);
  } catch (error) {
    const sent = messageId === undefined ? null : keys.sent(room.roomId, caller.accountId, messageId);
    if (!sent || !(await records.get(sent.pk, sent.sk))) throw error;
  }
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

/** Somebody without an account: the name they gave, and the address they are connected from. */
export interface Visitor {
  readonly name: string;
  readonly address: string;
}

/**
 * What somebody without an account says in a public room: whether they may is the business of the way they came by.
 * Throws as {@link sendMessage}.
 */
export async function sendAsVisitor(
  deps: ChatDeps,
  { rooms, writer, pace, turns, onTold }: SendParts,
  { name, address }: Visitor,
  roomId: string,
  text: string,
): Promise<RoomEvent> {
  const attempted = 'Send a message';
  const checked = checkedText(deps, text);
  using turn = turns.take(`${roomId} visitor ${name}`);
  const recent = await rooms.recent(roomId);
  const from = visitorPlace(recent.key, address);
  pace.take(roomId, `visitor ${from}`, recent.rules.slowMs);
  const flagged = await flaggedIn(recent.rules.filter, checked);
  const told = toldTo(recent.rules, checked);
  const author = { visitor: name, from };
  await turn.come;
  const writing = writer.write(roomId, {
    author,
    content: { kind: 'message', text: checked, ...(flagged ? { flagged } : {}) },
    ...(told.length === 0
      ? {}
      : { beside: { atMost: told.length, operations: (at) => jobOperations(told, { roomId, ...at }) } }),
    async mayWrite(room) {
      if (room.kind !== 'public') throw chatErrors('chat_room_not_found', { attempted });
      const against = rooms.restrictionOn(room, 'ban', author) ?? rooms.restrictionOn(room, 'mute', author);
      if (against) throw restricted(against, attempted);
      requireOpen(room, attempted);
    },
  });
  turn[Symbol.dispose]();
  const written = await writing;
  if (told.length > 0) onTold();
  return written;
}

/** Whether a visitor is banned from a room: by name, or by where they come from. */
export async function isBannedVisitor(rooms: OpenRooms, { name, address }: Visitor, roomId: string): Promise<boolean> {
  const room = await rooms.read(roomId);
  return rooms.restrictionOn(room, 'ban', { visitor: name, from: visitorPlace(room.key, address) }) !== null;
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
      requireOpen(room, 'Send a message');
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
