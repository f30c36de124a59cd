/** What was just said, for whoever hears the page read out and for whoever looks elsewhere. */
import { createStore } from '../../../base/store.ts';
import type { MessageView, RoomView } from '../api.ts';
import { names, type Reader } from './rooms-news.ts';

export interface Announcement {
  readonly message: MessageView;
  readonly room: RoomView;
  /** It is for this person: a conversation, or it names them. */
  readonly isForMe: boolean;
}

/** The last one. */
export const announced = createStore<Announcement | null>(null);

/** Nothing of what this person wrote or leaves out. */
export function announce(message: MessageView, rooms: readonly RoomView[], reader: Reader): void {
  const room = rooms.find(({ roomId }) => roomId === message.roomId);
  const { accountId } = message.author;
  if (!room || message.state !== 'whole' || accountId === reader.accountId) return;
  if (accountId !== null && reader.ignored.includes(accountId)) return;
  const isNamed = names(message, reader);
  const isForMe =
    room.level === 'none' ? false : room.level === 'mentions' ? isNamed : isNamed || room.kind === 'direct';
  announced.set({ message, room, isForMe });
}
