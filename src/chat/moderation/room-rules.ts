/** The rules that a room's moderators set: how fast people write, and which words are looked for. */
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { rewriteRoom } from '../rooms/change-room.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { FilterRules } from './filter/filter.ts';
import { listNames } from './filter/word-lists.ts';
import { changed } from './restrict.ts';
import type { Rules } from './rules.ts';

export interface RuleChanges {
  /** `null`: as fast as anybody likes. */
  readonly slowSeconds?: number | null | undefined;
  readonly filter?: FilterRules | undefined;
  readonly reason: string;
}

/** Throws `chat_room_not_found`, `chat_forbidden`, `chat_word_list_unknown`. */
export async function changeRules(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { slowSeconds, filter, reason }: RuleChanges,
): Promise<void> {
  const unknown = filter?.lists.find((name) => !listNames.includes(name));
  if (unknown !== undefined)
    throw chatErrors('chat_word_list_unknown', { detail: `there are ${listNames.join(', ')}` });
  const most = deps.settings.chatFilterWords;
  if (filter && (filter.words.length > most || filter.allowed.length > most)) {
    throw chatErrors('chat_words_full', { detail: `${most} words and as many that are fine` });
  }
  await rewriteRoom(deps, rooms, caller, { roomId, needed: 'moderator' }, async (room) => {
    const { slowMs: before, ...others } = room.rules;
    const slowMs = slowSeconds === undefined ? before : slowSeconds === null ? undefined : slowSeconds * 1000;
    const rules: Rules = {
      ...others,
      ...(slowMs === undefined ? {} : { slowMs }),
      ...(filter === undefined ? {} : { filter }),
    };
    return changed(caller, room, rules, {
      ...{ what: 'rules', atMs: deps.clock(), accountId: null, name: null, sequence: null, untilMs: null, reason },
    });
  });
}
