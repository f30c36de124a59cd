import { hasCode } from '../../base/errors.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { messageAt } from '../messages/changes.ts';
import type { WriteParts } from '../messages/change-message.ts';
import type { Author, Content } from '../messages/content.ts';
import { enterRoom } from '../rooms/access.ts';
import { isAtLeast } from '../rooms/roles.ts';
import { holderOf } from './holder.ts';

/**
 * Takes a file back that was shared with a room: whoever shared it may, and a moderator. It goes from what was said before
 * as well; who has downloaded it has it. Throws `chat_room_not_found`, `share_not_found`, `chat_forbidden`.
 */
export async function endAttachment(
  deps: ChatDeps,
  parts: WriteParts,
  caller: Caller,
  roomId: string,
  shareId: string,
): Promise<void> {
  const { role } = await enterRoom(parts.rooms, caller, roomId);
  const { byId, reference } = await deps.shares.facts(holderOf(roomId), shareId);
  if (byId !== caller.accountId && !isAtLeast(role, 'moderator')) {
    throw chatErrors('chat_forbidden', { attempted: 'Take a file back', detail: 'who shared it may, and a moderator' });
  }
  await deps.shares.end(holderOf(roomId), shareId, caller);
  const { accountId, handle } = caller;
  await tellEnded(deps, parts, roomId, Number(reference), { accountId, handle });
}

/** The author of what is done to messages from outside of the room. */
export const FILES: Author = { program: 'files' };

/**
 * Tells whoever listens that a message's attachments are not what they were. What can be had does not depend on it: a
 * conversation that no member has open at the moment, say, is told nothing.
 */
export async function tellEnded(
  deps: ChatDeps,
  { rooms, writer }: WriteParts,
  roomId: string,
  sequence: number,
  author: Author,
): Promise<void> {
  try {
    const message = await messageAt(deps, await rooms.recent(roomId), sequence);
    if (message?.content?.kind !== 'message') return;
    const content: Content = { kind: 'change', of: sequence, what: 'attachments' };
    await writer.write(roomId, { author, content, about: message, mayWrite: async () => {} });
  } catch (error) {
    if (!hasCode(error, 'chat_key_needed', 'chat_room_not_found')) throw error;
  }
}
