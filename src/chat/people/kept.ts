/** Lists of messages that belong to a person: those they saved, and those that name them. */
import { hasCode } from '../../base/errors.ts';
import type { RecordPage } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { messageAt } from '../messages/changes.ts';
import type { RoomEvent } from '../messages/content.ts';
import { readMessage } from '../messages/history.ts';
import { keys, mentionsOf, savedOf, sequenceIn } from '../records.ts';
import { enterRoom, KEPT_OUT } from '../rooms/access.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';

export interface KeptQuery {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** 1-100. */
  readonly limit: number;
}

export interface KeptPage {
  readonly messages: readonly RoomEvent[];
  readonly next: string | null;
}

/** Keeps a message for later, or does not any more. Throws `chat_room_not_found`, `chat_message_not_found`. */
export async function saveMessage(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  { roomId, sequence, on }: { readonly roomId: string; readonly sequence: number; readonly on: boolean },
): Promise<void> {
  const at = keys.saved(caller.accountId, roomId, sequence);
  if (on) {
    const { room } = await enterRoom(rooms, caller, roomId);
    await readMessage(deps, room, sequence);
    await deps.records.transact([{ op: 'put', ...at, value: { atMs: deps.clock() } }]);
  } else await deps.records.transact([{ op: 'delete', ...at }]);
}

/** By room. What lies in a room that the person may not enter any more is left out. */
export async function listSaved(deps: ChatDeps, rooms: OpenRooms, caller: Caller, query: KeptQuery): Promise<KeptPage> {
  const { after, limit } = query;
  const page = await deps.records.query(savedOf(caller.accountId), {
    limit,
    ...(after === undefined ? {} : { after }),
  });
  return await opened(deps, rooms, caller, page);
}

/** Newest first. */
export async function listMentions(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  { after, limit }: KeptQuery,
): Promise<KeptPage> {
  const from = after === undefined ? {} : { after };
  return await opened(
    deps,
    rooms,
    caller,
    await deps.records.query(mentionsOf(caller.accountId), { limit, reverse: true, ...from }),
  );
}

async function opened(deps: ChatDeps, rooms: OpenRooms, caller: Caller, page: RecordPage): Promise<KeptPage> {
  const messages: RoomEvent[] = [];
  for (const { sk } of page.items) {
    const roomId = sk.split('#').at(-2) ?? '';
    try {
      const { room } = await enterRoom(rooms, caller, roomId);
      const message = await messageAt(deps, room, sequenceIn(sk));
      if (message) messages.push(message);
    } catch (error) {
      if (!hasCode(error, ...KEPT_OUT)) throw error;
    }
  }
  return { messages, next: page.next ?? null };
}
