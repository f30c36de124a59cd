/**
 * Words that people watch for, held ready for whoever says something: looking into everybody's choices at each message
 * would cost more than writing it.
 */
import type { ChatDeps } from '../chat-deps.ts';
import { MOST_NAMED } from '../messages/mentions.ts';
import { topics } from '../records.ts';
import { membersIn } from '../rooms/members.ts';
import type { Room } from '../rooms/room-rows.ts';
import { folded, holdsOne, type Preferences, readPreferences } from './preferences.ts';

export interface WatchedWords extends Disposable {
  /**
   * Members of a room who watch for a word of the text and do not ignore its author: at most {@link MOST_NAMED}, and
   * nobody in rooms with more members than `@room` would tell. In conversations everybody is told anyway.
   */
  watching(room: Room, text: string, authorId: string): Promise<readonly string[]>;
  /** Somebody chose otherwise: on this server, and by way of the others' ears on those. */
  changed(accountId: string): void;
}

type Watcher = Pick<Preferences, 'ignored' | 'keywords'> & { readonly accountId: string };
type RoomWatchers = {
  readonly membersVersion: number;
  readonly age: number;
  readonly watchers: Promise<readonly Watcher[]>;
};

/** Rooms and people of whom it is remembered. */
const KEPT_ROOMS = 1000;
const KEPT_PEOPLE = 10_000;
/** Who chose otherwise on a server that was not heard counts from then on. */
const KEPT_MS = 10 * 60_000;
/** Choices that are read at the same time. */
const AT_ONCE = 20;

const NOBODY: readonly string[] = [];

export function openWatchedWords(deps: ChatDeps): WatchedWords {
  const rooms = new Map<string, RoomWatchers>();
  const people = new Map<string, Watcher>();
  // Another age, and everything that was put together before is put together anew.
  let age = 0;
  let forgetAtMs = deps.clock() + KEPT_MS;

  const forget = (accountId: string): void => {
    people.delete(accountId);
    age += 1;
  };
  const heard = deps.pubSub.subscribe(topics.words, ({ accountId }) => {
    if (typeof accountId === 'string') forget(accountId);
  });

  const watcher = async (accountId: string): Promise<Watcher> => {
    const known = people.get(accountId);
    if (known) return known;
    const asked = age;
    const { ignored, keywords } = await readPreferences(deps, accountId);
    const found = { accountId, ignored, keywords };
    // What was read before somebody chose otherwise is not remembered.
    if (age === asked) remember(people, accountId, found, KEPT_PEOPLE);
    return found;
  };
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
    if (deps.clock() >= forgetAtMs) {
      people.clear();
      age += 1;
      forgetAtMs = deps.clock() + KEPT_MS;
    }
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
        .filter(({ accountId, ignored, keywords }) => {
          return accountId !== authorId && !ignored.includes(authorId) && holdsOne(said, keywords);
        })
        .slice(0, MOST_NAMED)
        .map(({ accountId }) => accountId);
    },
    changed(accountId) {
      forget(accountId);
      deps.pubSub.publish(topics.words, { accountId });
    },
    [Symbol.dispose]: () => heard[Symbol.dispose](),
  };
}

/** The oldest makes room. */
function remember<Value>(kept: Map<string, Value>, key: string, value: Value, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  const oldest = kept.keys().next();
  if (kept.size > most && !oldest.done) kept.delete(oldest.value);
}
