/** The rules that a room's moderators set: how fast people write, and which words are looked for. */
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { enterRoom } from '../rooms/access.ts';
import { rewriteRoom } from '../rooms/change-room.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { FilterRules } from './filter/filter.ts';
import { flaggedIn, listNames } from './filter/word-lists.ts';
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
  if (filter) checkFilter(deps, filter);
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

/**
 * What a filter finds in a text, before it is set. A moderator may ask.
 * Throws `chat_room_not_found`, `chat_forbidden`, `chat_word_list_unknown`, `chat_words_full`.
 */
export async function tryFilter(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  { filter, text }: { readonly filter: FilterRules; readonly text: string },
): Promise<readonly string[]> {
  await enterRoom(rooms, caller, roomId, 'moderator');
  checkFilter(deps, filter);
  // One that is off finds nothing, and whoever tries it wants to know what it would.
  const mode = filter.mode === 'off' ? 'log' : filter.mode;
  return (await flaggedIn({ ...filter, mode }, text))?.words ?? [];
}

function checkFilter({ settings }: ChatDeps, { lists, words, allowed }: FilterRules): void {
  if (lists.some((name) => !listNames.includes(name)))
    throw chatErrors('chat_word_list_unknown', { detail: `there are ${listNames.join(', ')}` });
  const most = settings.chatFilterWords;
  if (words.length > most || allowed.length > most) {
    throw chatErrors('chat_words_full', { detail: `${most} words and as many that are fine` });
  }
}
