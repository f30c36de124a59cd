import type { RoomView } from '../api.ts';

export interface UnreadTotal {
  readonly messages: number;
  /** Of these, what names the person or was said in a conversation. */
  readonly forMe: number;
}

/** What is not read in all rooms together. Of a room of which somebody wants to hear nothing, or only what names them, just that counts. */
export function unreadIn(rooms: readonly Pick<RoomView, 'archived' | 'kind' | 'level' | 'unread'>[]): UnreadTotal {
  let [messages, forMe] = [0, 0];
  for (const { archived, kind, level, unread } of rooms) {
    if (archived) continue;
    const all = level === 'all' ? unread.messages : unread.mentions;
    messages += all;
    forMe += kind === 'direct' ? all : unread.mentions;
  }
  return { messages, forMe };
}
