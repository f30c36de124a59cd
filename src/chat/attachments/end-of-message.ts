import { hasCode } from '../../base/errors.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import type { RoomEvent } from '../messages/content.ts';
import { holderOf } from './holder.ts';

export function hasAttachments({ content }: RoomEvent): boolean {
  return content?.kind === 'message' && content.attachments !== undefined;
}

/** What was sent with a message that goes is shared no more. `null`: nobody does it, its room forgets it. */
export async function endAttachmentsOf(
  { shares }: Pick<ChatDeps, 'shares'>,
  actor: Pick<Caller, 'accountId' | 'sessionId'> | null,
  { roomId, content }: RoomEvent,
): Promise<void> {
  if (content?.kind !== 'message') return;
  for (const { shareId } of content.attachments ?? []) {
    await shares.end(holderOf(roomId), shareId, actor).catch((error: unknown) => {
      if (!hasCode(error, 'share_not_found')) throw error;
    });
  }
}
