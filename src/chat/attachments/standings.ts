import type { ChatDeps } from '../chat-deps.ts';
import type { RoomEvent } from '../messages/content.ts';
import { holderOf } from './holder.ts';

/** The same message with what can be had of its attachments now. */
export async function withStandings({ shares }: Pick<ChatDeps, 'shares'>, event: RoomEvent): Promise<RoomEvent> {
  const { content, roomId } = event;
  if (content?.kind !== 'message' || !content.attachments) return event;
  const holder = holderOf(roomId);
  const standings = await Promise.all(content.attachments.map(({ shareId }) => shares.standing(holder, shareId)));
  return { ...event, standings };
}
