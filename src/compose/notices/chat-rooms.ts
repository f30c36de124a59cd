import { hasCode } from '../../base/errors.ts';
import type { Chat } from '../../chat/index.ts';
import type { ChatRooms } from '../../notifications/channels/index.ts';

/** What notices are said by. It is reserved: neither an account nor a visitor can be called so. */
export const NOTICES_NAME = 'Holdfast';

/** Rooms for notices. `chat` is asked once everything is open. */
export function chatRooms(chat: () => Chat, maxBytes: number): ChatRooms {
  const look: ChatRooms['look'] = async (name) => {
    const room = await chat().roomNamed(name);
    if (!room) return 'missing';
    return room.archived ? 'archived' : 'open';
  };
  return {
    maxBytes,
    look,
    async say(name, { id, text }) {
      const room = await chat().roomNamed(name);
      if (!room) return 'missing';
      try {
        await chat().sendAsProgram(NOTICES_NAME, room.roomId, { messageId: id, text });
        return 'said';
      } catch (error) {
        // Archived or gone since it was looked for.
        if (hasCode(error, 'chat_room_archived')) return 'archived';
        if (hasCode(error, 'chat_room_not_found')) return 'missing';
        throw error;
      }
    },
  };
}
