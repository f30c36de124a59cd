/** Who watches for a word of what is said, put together once for a room and its members. */
import { remember } from '../../base/memory/remember.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { MOST_NAMED } from '../messages/mentions.ts';
import { membersIn } from '../rooms/members.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { Choices } from './choices.ts';
import { leavesOut } from './ignoring.ts';
import { folded, holdsOne, type Preferences } from './preferences.ts';

export interface WatchedWords {
  /**
   * Members of a room who watch for a word of the text and do not ignore its author: at most {@link MOST_NAMED}, and
   * nobody in rooms with more members than `@room` would tell. In conversations everybody is told anyway.
   */
  watching(room: Room, text: string, authorId: string): Promise<readonly string[]>;
}

type Watcher = Preferences & { readonly accountId: string };
type RoomWatchers = {
  readonly membersVersion: number;
  readonly age: number;
  readonly watchers: Promise<readonly Watcher[]>;
};

/** Rooms of which it is remembered. */
const KEPT_ROOMS = 1000;
/** Choices that are read at the same time. */
const AT_ONCE = 20;

const NOBODY: readonly string[] = [];

export function openWatchedWords(deps: ChatDeps, choices: Pick<Choices, 'of' | 'age'>): WatchedWords {
  const rooms = new Map<string, RoomWatchers>();

  const watcher = async (accountId: string): Promise<Watcher> => ({ accountId, ...(await choices.of(accountId)) });
  const watchersIn = async (roomId: string): Promise<Watcher[]> => {
    const members = await membersIn(deps, roomId);
    const found: Watcher[] = [];
    for (let from = 0; from < members.length; from += AT_ONCE) {
      const some = members.slice(from, from + AT_ONCE).map(({ accountId }) => watcher(accountId));
      found.push(...(await Promise.all(some)).filter(({ keywords }) => keywords.length > 0));
    }
    return found;
  };
  const watchersOf = (roomId: string, membersVersion: number): Promise<readonly Watcher[]> => {
    const age = choices.age();
    const known = rooms.get(roomId);
    if (known?.membersVersion === membersVersion && known.age === age) return known.watchers;
    const watchers = watchersIn(roomId);
    const entry = { membersVersion, age, watchers };
    remember(rooms, roomId, entry, KEPT_ROOMS);
    watchers.catch(() => {
      if (rooms.get(roomId) === entry) rooms.delete(roomId);
    });
    return watchers;
  };

  return {
    async watching({ roomId, row }, text, authorId) {
      if (!row || row.memberCount === 0 || row.memberCount > deps.settings.chatEverybodyNotices) return NOBODY;
      const watchers = await watchersOf(roomId, row.membersVersion);
      if (watchers.length === 0) return NOBODY;
      const said = folded(text);
      return watchers
        .filter((each) => each.accountId !== authorId && !leavesOut(each, authorId) && holdsOne(said, each.keywords))
        .slice(0, MOST_NAMED)
        .map(({ accountId }) => accountId);
    },
  };
}
