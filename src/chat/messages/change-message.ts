/** Everything that can be done to a message that was sent. Each is an event of the room, so that whoever listens hears of it. */
import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { visible } from '../../base/text/visible.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { endAttachmentsOf } from '../attachments/end-of-message.ts';
import type { Pace } from '../moderation/pace.ts';
import { flaggedIn } from '../moderation/filter/word-lists.ts';
import { keys, logOf, RUNS, runAt, type RunRow } from '../records.ts';
import { enterRoom, needsRole, requireOpen, requireRole, requireWriter } from '../rooms/access.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { isAtLeast, type RoomRole } from '../rooms/roles.ts';
import type { Room } from '../rooms/room-rows.ts';
import { messageAt, readChanges, sealChanges } from './changes.ts';
import { authorOf, type ChangeContent, type Changes, type MessageContent, type RoomEvent } from './content.ts';
import { sealEdit } from './edits.ts';
import type { RoomWriter } from './room-writer.ts';
import { withEvent } from './run-rows.ts';
import { checkedText } from './send.ts';

export interface WriteParts {
  readonly rooms: OpenRooms;
  readonly writer: RoomWriter;
}

/** For what people may do as often as they like, which is told to everybody in the room each time. */
export interface PacedParts extends WriteParts {
  readonly pace: Pick<Pace, 'takeChange'>;
}

export interface Place {
  readonly roomId: string;
  readonly sequence: number;
}

/** The message as it is now, in the room as it is now, to somebody of this role. */
export interface Found {
  readonly room: Room;
  readonly role: RoomRole;
  readonly message: RoomEvent & { readonly content: MessageContent };
  readonly changes: Changes;
}

export interface Change {
  readonly changes: Changes;
  /** Of the message itself, where it is another one from now on. */
  readonly content?: MessageContent;
  readonly beside?: readonly RecordOperation[];
  readonly touches?: readonly string[];
}

const ATTEMPTS = 20;
/** Different reactions to one message, and people with the same one. */
const REACTIONS = 50;
const PEOPLE = 1000;

/**
 * Its author, as often as the setting allows; the texts before it are kept. Throws `chat_forbidden`, `chat_edits_full`,
 * `chat_too_fast`.
 */
export async function editMessage(
  deps: ChatDeps,
  parts: PacedParts,
  caller: Caller,
  place: Place,
  text: string,
): Promise<RoomEvent> {
  const checked = checkedText(deps, text);
  const takePace = pacing(parts, caller, place);
  return await changeMessage(deps, parts, caller, place, 'edited', async ({ room, message, changes }) => {
    requireAuthor(message, caller);
    if (changes.hidden) throw chatErrors('chat_message_hidden', { attempted: 'Edit a message' });
    const before = changes.text ?? message.content.text;
    if (before === checked) return null;
    const edits = (changes.edits ?? 0) + 1;
    if (edits > deps.settings.chatEdits) throw chatErrors('chat_edits_full', { attempted: 'Edit a message' });
    takePace();
    const at = keys.edit(place.roomId, place.sequence, edits);
    const replaced = { text: before, atMs: changes.editedMs ?? message.atMs };
    return {
      changes: {
        ...changes,
        text: checked,
        editedMs: deps.clock(),
        edits,
        flagged: await flaggedIn(room.rules.filter, checked),
      },
      beside: [{ op: 'put', ...at, value: sealEdit(room.key, at, replaced) }],
    };
  });
}

/** Its author, or a moderator. Its text, those before it and its attachments are gone; its place stays. */
export async function removeMessage(
  deps: ChatDeps,
  parts: WriteParts,
  caller: Caller,
  place: Place,
): Promise<RoomEvent> {
  const { roomId, sequence } = place;
  return await changeMessage(deps, parts, caller, place, 'removed', async ({ room, role, message, changes }) => {
    if (!isAtLeast(role, 'moderator')) requireAuthor(message, caller);
    // Before it is gone: after a crash in between its author sees so.
    await endAttachmentsOf(deps, caller, message);
    const run = await runWith(deps, roomId, sequence);
    const { messageId, thread, replyTo } = message.content;
    const content: MessageContent = {
      kind: 'message',
      text: '',
      removed: true,
      ...(messageId === undefined ? {} : { messageId }),
      ...(thread === undefined ? {} : { thread }),
      ...(replyTo === undefined ? {} : { replyTo }),
    };
    const value = withEvent(room, run, { ...message, content });
    const edits = Array.from({ length: changes.edits ?? 0 }, (_, each) => keys.edit(roomId, sequence, each + 1));
    const event = {
      act: 'chat_message.removed',
      ...actorOf(caller),
      subjectIds: [roomId],
      facts: { sequence, own: isAuthor(message, caller) },
    } as const;
    return {
      // What a moderator hid stays provable.
      changes: {
        ...(changes.hidden ? { hidden: changes.hidden } : {}),
        removed: { by: caller.accountId, atMs: deps.clock() },
      },
      content,
      beside: [
        { op: 'put', pk: run.pk, sk: run.sk, value, if: { revision: run.revision } },
        ...edits.map((at): RecordOperation => ({ op: 'delete', ...at })),
        { op: 'delete', ...keys.pin(roomId, sequence) },
        ...deps.audit.operations(event),
      ],
      touches: ['run'],
    };
  });
}

/** Anybody in the room: with an emoji or a word, or without it again. Throws `chat_reaction_invalid`, `chat_reactions_full`, `chat_too_fast`. */
export async function react(
  deps: ChatDeps,
  parts: PacedParts,
  caller: Caller,
  place: Place,
  { reaction, on }: { readonly reaction: string; readonly on: boolean },
): Promise<RoomEvent> {
  const word = checkedReaction(reaction);
  const takePace = pacing(parts, caller, place);
  return await changeMessage(deps, parts, caller, place, 'reactions', ({ changes }) => {
    const { reactions: given = {} } = changes;
    const { [word]: _, ...others } = given;
    // Words like `constructor` are there in every object.
    const before = (Object.hasOwn(given, word) && given[word]) || [];
    if (before.includes(caller.accountId) === on) return null;
    const isNew = before.length === 0;
    if (on && (before.length >= PEOPLE || (isNew && Object.keys(others).length >= REACTIONS))) {
      throw chatErrors('chat_reactions_full', { attempted: 'React to a message' });
    }
    takePace();
    const people = on ? [...before, caller.accountId] : before.filter((each) => each !== caller.accountId);
    const reactions = people.length === 0 ? others : { ...others, [word]: people };
    return { changes: { ...changes, reactions } };
  });
}

/** A moderator. Throws `chat_forbidden`, `chat_too_fast`. */
export async function pinMessage(
  deps: ChatDeps,
  parts: PacedParts,
  caller: Caller,
  place: Place,
  on: boolean,
): Promise<RoomEvent> {
  const at = keys.pin(place.roomId, place.sequence);
  const takePace = pacing(parts, caller, place);
  return await changeMessage(deps, parts, caller, place, 'pinned', ({ role, changes }) => {
    if (!isAtLeast(role, 'moderator')) throw needsRole('moderator', caller);
    if ((changes.pinned !== undefined) === on) return null;
    takePace();
    const { pinned: _, ...others } = changes;
    return {
      changes: on ? { ...others, pinned: { by: caller.accountId, atMs: deps.clock() } } : others,
      beside: [on ? { op: 'put', ...at, value: {} } : { op: 'delete', ...at }],
    };
  });
}

/**
 * Throws `chat_room_not_found`, `chat_room_archived`, `chat_message_not_found` (also for one that was removed), and what
 * `change` throws; `null` of it: there is nothing to do.
 */
export async function changeMessage(
  deps: ChatDeps,
  { rooms, writer }: WriteParts,
  caller: Caller,
  { roomId, sequence }: Place,
  what: ChangeContent['what'],
  change: (found: Found) => Change | null | Promise<Change | null>,
): Promise<RoomEvent> {
  for (let attempt = 1; ; attempt += 1) {
    const { room, role } = await enterRoom(rooms, caller, roomId);
    requireOpen(room, 'Change a message');
    // The changes first: what is read after them is as new.
    const { changes, condition } = await readChanges(deps, room, sequence);
    const message = await messageAt(deps, room, sequence);
    const content = message?.content;
    if (!message || content?.kind !== 'message' || content.removed) {
      throw chatErrors('chat_message_not_found', { attempted: `Change message ${sequence}` });
    }
    const changed = await change({ room, role, message: { ...message, content }, changes });
    if (!changed) return message;
    const about = { ...message, content: changed.content ?? content, changes: changed.changes };
    const value = sealChanges(room.key, roomId, sequence, changed.changes);
    const beside: RecordOperation[] = [
      { op: 'put', ...keys.changes(roomId, sequence), value, if: condition },
      ...(changed.beside ?? []),
    ];
    try {
      await writer.write(roomId, {
        author: authorOf(caller),
        content: { kind: 'change', of: sequence, what },
        about,
        touches: [`message ${sequence}`, ...(changed.touches ?? [])],
        beside: { atMost: beside.length, operations: () => beside },
        async mayWrite(now) {
          // Whoever is muted may still take back what they said.
          if (what === 'removed') {
            await requireRole(rooms, now, caller, 'Change a message');
            requireOpen(now, 'Change a message');
          } else await requireWriter(rooms, now, caller, 'Change a message');
        },
      });
      return about;
    } catch (error) {
      if (!hasCode(error, 'record_conflict') || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Takes one change once, however often a conflict makes it begin anew. */
function pacing({ pace }: PacedParts, { accountId }: Caller, { roomId }: Place): () => void {
  let isTaken = false;
  return () => {
    if (!isTaken) pace.takeChange(roomId, accountId);
    isTaken = true;
  };
}

async function runWith({ records }: ChatDeps, roomId: string, sequence: number): Promise<RecordItem<RunRow>> {
  const options = { prefix: RUNS, after: runAt(sequence - 1), limit: 1 };
  const [run] = (await records.query<RunRow>(logOf(roomId), options)).items;
  if (!run) throw chatErrors('chat_message_not_found', { attempted: `Change message ${sequence}` });
  return run;
}

function isAuthor({ author }: RoomEvent, { accountId }: Caller): boolean {
  return 'bot' in author ? author.bot === accountId : 'accountId' in author && author.accountId === accountId;
}

function requireAuthor(message: RoomEvent, caller: Caller): void {
  if (!isAuthor(message, caller)) throw chatErrors('chat_forbidden', { detail: 'its author may' });
}

function checkedReaction(reaction: string): string {
  const word = reaction.trim().normalize('NFC');
  const isGood = word !== '' && !/\s/.test(word) && Array.from(word).length <= 32 && visible(word) === word;
  if (!isGood || word === '__proto__') throw chatErrors('chat_reaction_invalid');
  return word;
}
