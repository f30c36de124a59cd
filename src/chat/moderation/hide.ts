/** Messages that moderators hide: their place stays, their text is shown to moderators alone, and what it was can be proven. */
import { actorOf } from '../../base/audit-event.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { changeMessage, type Place, type WriteParts } from '../messages/change-message.ts';
import { type RoomEvent, textKept } from '../messages/content.ts';
import { readMessage } from '../messages/history.ts';
import { enterRoom } from '../rooms/access.ts';
import { isAtLeast } from '../rooms/roles.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { actOperations } from './acts.ts';
import { proofOf } from './proof.ts';

/** A moderator. Nothing happens to one that is hidden already. Throws what {@link changeMessage} throws, `chat_forbidden`. */
export async function hideMessage(
  deps: ChatDeps,
  parts: WriteParts,
  caller: Caller,
  place: Place,
  reason: string,
): Promise<RoomEvent> {
  return await changeMessage(deps, parts, caller, place, 'hidden', ({ room, role, message, changes }) => {
    if (!isAtLeast(role, 'moderator')) throw chatErrors('chat_forbidden', { detail: 'a moderator may' });
    if (changes.hidden) return null;
    const atMs = deps.clock();
    const proof = proofOf(room, message, changes.text ?? message.content.text);
    return {
      changes: { ...changes, hidden: { by: caller.accountId, atMs, reason, proof } },
      beside: noted(deps, room, caller, message, { what: 'hidden', atMs, reason }),
    };
  });
}

/**
 * A moderator. Its text must be the one that was hidden.
 * Throws what {@link changeMessage} throws, `chat_forbidden`, `chat_message_not_hidden`, `chat_message_altered`.
 */
export async function restoreMessage(
  deps: ChatDeps,
  parts: WriteParts,
  caller: Caller,
  place: Place,
  reason: string,
): Promise<RoomEvent> {
  return await changeMessage(deps, parts, caller, place, 'restored', ({ room, role, message, changes }) => {
    if (!isAtLeast(role, 'moderator')) throw chatErrors('chat_forbidden', { detail: 'a moderator may' });
    const { hidden, ...others } = changes;
    if (!hidden) throw chatErrors('chat_message_not_hidden');
    if (proofOf(room, message, changes.text ?? message.content.text) !== hidden.proof) {
      throw chatErrors('chat_message_altered', { attempted: 'Restore a message' });
    }
    return {
      changes: others,
      beside: noted(deps, room, caller, message, { what: 'restored', atMs: deps.clock(), reason }),
    };
  });
}

export interface HiddenMessage {
  readonly event: RoomEvent;
  /** Handle of the moderator; `null`: the account is gone. */
  readonly by: string | null;
  readonly reason: string;
  readonly atMs: number;
  /** `null`: its author has removed it since. */
  readonly text: string | null;
  /** See {@link proofOf}. */
  readonly proof: string;
  /** Whether the text is the one that was hidden. */
  readonly isSame: boolean;
}

/** What is behind a hidden message, for moderators. Throws `chat_room_not_found`, `chat_forbidden`, `chat_message_not_hidden`. */
export async function readHidden(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  { roomId, sequence }: Place,
): Promise<HiddenMessage> {
  const { room } = await enterRoom(rooms, caller, roomId, 'moderator');
  const event = await readMessage(deps, room, sequence);
  const hidden = event.changes?.hidden;
  if (!hidden) throw chatErrors('chat_message_not_hidden');
  const text = textKept(event);
  const { reason, atMs, proof } = hidden;
  const by = (await deps.person(hidden.by))?.handle ?? null;
  return { event, by, reason, atMs, text, proof, isSame: text !== null && proofOf(room, event, text) === proof };
}

function noted(
  deps: ChatDeps,
  { key, roomId }: Parameters<typeof proofOf>[0],
  caller: Caller,
  { author, sequence }: RoomEvent,
  { what, atMs, reason }: { readonly what: 'hidden' | 'restored'; readonly atMs: number; readonly reason: string },
) {
  const accountId = 'accountId' in author ? author.accountId : null;
  const by = { accountId: caller.accountId, handle: caller.handle };
  return [
    ...actOperations(key, roomId, { what, atMs, by, accountId, name: null, sequence, untilMs: null, reason }),
    ...deps.audit.operations({
      act: `chat_moderation.${what}`,
      ...actorOf(caller),
      subjectIds: accountId === null ? [roomId] : [roomId, accountId],
      facts: { sequence },
    }),
  ];
}
