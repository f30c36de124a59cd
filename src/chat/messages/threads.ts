import type { ChatDeps } from '../chat-deps.ts';
import { logOf, PINS, repliesTo, sequenceIn } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';
import { messageAt } from './changes.ts';
import type { RoomEvent } from './content.ts';

export interface ListQuery {
  /** The sequence behind which the page begins. */
  readonly after?: number | undefined;
  /** 1-200. */
  readonly limit: number;
}

export interface ListPage {
  readonly messages: readonly RoomEvent[];
  /** There when more may follow: pass it as `after`. */
  readonly next: number | null;
}

/** What was answered in a thread, in order; the message that it began with is not in it. */
export async function readThread(deps: ChatDeps, room: Room, thread: number, query: ListQuery): Promise<ListPage> {
  return await readListed(deps, room, repliesTo(thread), query);
}

/** The messages that are pinned, in the order they were said. */
export async function readPins(deps: ChatDeps, room: Room, query: ListQuery): Promise<ListPage> {
  return await readListed(deps, room, PINS, query);
}

async function readListed(deps: ChatDeps, room: Room, prefix: string, { after, limit }: ListQuery): Promise<ListPage> {
  const page = await deps.records.query(logOf(room.roomId), {
    prefix,
    limit,
    ...(after === undefined ? {} : { after: `${prefix}${String(after).padStart(15, '0')}` }),
  });
  const messages: RoomEvent[] = [];
  for (const { sk } of page.items) {
    const message = await messageAt(deps, room, sequenceIn(sk));
    if (message) messages.push(message);
  }
  const last = page.items.at(-1);
  return { messages, next: page.next !== undefined && last ? sequenceIn(last.sk) : null };
}
