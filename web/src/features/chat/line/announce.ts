/** What was just said, for whoever hears the page read out and for whoever looks elsewhere. */
import { createStore } from '../../../base/store.ts';
import { isIgnored } from '../ignoring/left-out.ts';
import type { MessageView, RoomView } from '../api.ts';
import { names, type Reader } from './rooms-news.ts';

export interface Announcement {
  readonly message: MessageView;
  readonly room: RoomView;
  /** It is for this person: a conversation, or it names them. */
  readonly isForMe: boolean;
}

/** As many are kept to be read out: more at once nobody listens to. */
const KEPT = 10;

/** The last one; of what came together, what is for this person before anything else. */
export const announced = createStore<Announcement | null>(null);
/** The last ones in their order, each by itself: what is said twice is read out twice. */
export const lately = createStore<readonly Announcement[]>([]);

/** What was said in one room, in its order. Nothing of what this person wrote or leaves out. */
export function announce(said: readonly MessageView[], rooms: readonly RoomView[], reader: Reader): void {
  const all = said.flatMap((message) => announcementOf(message, rooms, reader) ?? []);
  const last = all.at(-1);
  if (!last) return;
  // What is read again after a break was told before.
  const isNew = ({ message }: Announcement): boolean => !lately.get().some((each) => isSame(each.message, message));
  lately.set((now) => [...now, ...all.filter(isNew)].slice(-KEPT));
  announced.set(all.findLast(({ isForMe }) => isForMe) ?? last);
}

function isSame(one: MessageView, other: MessageView): boolean {
  return one.roomId === other.roomId && one.sequence === other.sequence && one.time === other.time;
}

function announcementOf(message: MessageView, rooms: readonly RoomView[], reader: Reader): Announcement | null {
  const room = rooms.find(({ roomId }) => roomId === message.roomId);
  const { accountId } = message.author;
  if (!room || message.state !== 'whole' || accountId === reader.accountId) return null;
  if (isIgnored(accountId, reader.ignored)) return null;
  const isNamed = names(message, reader);
  const isForMe =
    room.level === 'none' ? false : room.level === 'mentions' ? isNamed : isNamed || room.kind === 'direct';
  return { message, room, isForMe };
}
