import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { enterRoom } from '../rooms/access.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Outbox } from './outbox.ts';
import { addOutgoing, listOutgoing, type NewOutgoing, removeOutgoing } from './outgoing-hooks.ts';
import { outgoingKeys } from './records.ts';

/** Everything about outgoing webhooks. Each function lists its errors where it is defined. */
export interface OutgoingHooks {
  /** See {@link listOutgoing}. */
  list(caller: Caller, roomId: string): ReturnType<typeof listOutgoing>;
  /** See {@link addOutgoing}. */
  add(caller: Caller, roomId: string, wanted: NewOutgoing): ReturnType<typeof addOutgoing>;
  /** Tells one again that failed too often. Throws `chat_room_not_found`, `chat_forbidden`, `chat_hook_not_found`. */
  enable(caller: Caller, roomId: string, hookId: string): Promise<void>;
  /** See {@link removeOutgoing}. */
  remove(caller: Caller, roomId: string, hookId: string): Promise<void>;
  /** See {@link Outbox.deliver}. */
  deliver(): Promise<void>;
}

export function openOutgoing(deps: ChatDeps, rooms: OpenRooms, outbox: Outbox): OutgoingHooks {
  return {
    list: (caller, roomId) => listOutgoing(deps, rooms, caller, roomId),
    add: (caller, roomId, wanted) => addOutgoing(deps, rooms, caller, roomId, wanted),
    async enable(caller, roomId, hookId) {
      const { room } = await enterRoom(rooms, caller, roomId, 'moderator');
      if (!room.rules.outgoing?.some((each) => each.hookId === hookId)) throw chatErrors('chat_hook_not_found');
      await deps.records.transact([{ op: 'delete', ...outgoingKeys.state(hookId) }]);
    },
    remove: (caller, roomId, hookId) => removeOutgoing(deps, rooms, caller, roomId, hookId),
    deliver: () => outbox.deliver(),
  };
}
