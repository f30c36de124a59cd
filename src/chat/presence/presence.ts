/**
 * Who is here just now, on whichever server: from live connections and from the line. It is gathered and told once in a
 * while, kept nowhere, and the first to be left out when there is much else to tell.
 */
import type { KeyObject } from 'node:crypto';
import { repeat } from '../../base/timing/repeat.ts';
import type { PubSub } from '../../storage/index.ts';
import type { Person } from '../chat-deps.ts';
import { type Here, openOtherServers } from './other-servers.ts';
import type { PresenceState } from './states.ts';

/** What somebody is to the others. */
export type Seen = Pick<Person, 'accountId' | 'handle' | 'role'> & { readonly state: PresenceState };

export interface Presence extends AsyncDisposable {
  /** Somebody is here, with one more client. `hears`: whether it shows what is said in a room. */
  enter(person: Pick<Person, 'accountId' | 'handle' | 'role'>, hears: (roomId: string) => boolean): Stay;
  stateOf(accountId: string): PresenceState;
  /** Whether somebody sees what is said in a room without being told of it: they are here, and not away. */
  attends(accountId: string, roomId: string): boolean;
  /** Tells a client who is here: all of them soon, and from then on who comes, goes and is away. */
  watch(watcher: Watcher): Disposable;
}

/** One client of somebody. Disposing: it is gone. */
export interface Stay extends Disposable {
  setAway(away: boolean): void;
  /** It shows all rooms of this person, those that it does not listen to with a count. */
  showAll(): void;
}

export interface Watcher {
  readonly person: Pick<Person, 'accountId' | 'role'>;
  /** `whole`: all who are here, in place of what was told before. False: not now. */
  tell(news: { readonly whole: boolean; readonly people: readonly Seen[] }): boolean;
}

export interface PresenceDeps {
  readonly pubSub: PubSub;
  readonly log: Parameters<typeof openOtherServers>[0]['log'];
  /** The same on every server, for this alone. */
  readonly key: KeyObject;
  /** How often changes are told. */
  readonly everyMs: number;
  /** How often servers tell each other everybody who is there; one that is silent for three times as long is gone. */
  readonly othersEveryMs: number;
  /** Of whom a reader may know: see circles.ts. */
  readonly circles: (people: readonly Seen[]) => Promise<(reader: Watcher['person']) => Promise<readonly Seen[]>>;
  readonly onFailed: (error: unknown) => void;
}

interface Present {
  readonly person: Omit<Seen, 'state'>;
  readonly clients: Set<Client>;
}

/** There are thousands: each is one small object. */
class Client implements Stay {
  readonly hears: (roomId: string) => boolean;
  readonly #present: Present;
  readonly #onChanged: (present: Present) => void;
  away = false;
  showsAll = false;

  constructor(present: Present, hears: Client['hears'], onChanged: (present: Present) => void) {
    this.hears = hears;
    this.#present = present;
    this.#onChanged = onChanged;
    present.clients.add(this);
    onChanged(present);
  }

  setAway(away: boolean): void {
    this.away = away;
    this.#onChanged(this.#present);
  }

  showAll(): void {
    this.showsAll = true;
    this.#onChanged(this.#present);
  }

  [Symbol.dispose](): void {
    this.#present.clients.delete(this);
    this.#onChanged(this.#present);
  }
}

export function openPresence(deps: PresenceDeps): Presence {
  const here = new Map<string, Present>();
  /** What watchers know. */
  const told = new Map<string, Seen>();
  /** Those who may be other than what was told. */
  const changed = new Set<string>();
  /** With whether they know of everything. */
  const watchers = new Map<Watcher, boolean>();

  const clientsChanged = (present: Present): void => {
    const { accountId } = present.person;
    if (present.clients.size === 0 && here.get(accountId) === present) here.delete(accountId);
    changed.add(accountId);
  };
  const hereOf = (accountId: string): Here | null => {
    const present = here.get(accountId);
    if (!present) return null;
    const online = [...present.clients].filter(({ away }) => !away);
    const state = online.length > 0 ? 'online' : 'away';
    return { ...present.person, state, showsAll: online.some(({ showsAll }) => showsAll) };
  };
  const others = openOtherServers({
    ...{ pubSub: deps.pubSub, key: deps.key, log: deps.log, everyMs: deps.othersEveryMs },
    everybodyHere: () => [...here.keys()].flatMap((accountId) => hereOf(accountId) ?? []),
    onChanged: (accountId) => void changed.add(accountId),
  });
  const seen = (accountId: string): Here | null => {
    const found = [hereOf(accountId), ...others.find(accountId)].filter((each) => each !== null);
    return found.find(({ state }) => state === 'online') ?? found[0] ?? null;
  };

  const news = (): Seen[] => {
    const people: Seen[] = [];
    for (const accountId of changed) {
      const [before, now] = [told.get(accountId), seen(accountId)];
      if (now) told.set(accountId, plain(now));
      else told.delete(accountId);
      if (now ? now.state !== before?.state : before) {
        people.push(now ? plain(now) : { ...(before as Seen), state: 'offline' });
      }
    }
    changed.clear();
    return people;
  };
  const round = async (): Promise<void> => {
    others.tell([...changed].flatMap((accountId) => hereOf(accountId) ?? { accountId, gone: true }));
    const people = news();
    const watching = [...watchers];
    if (people.length === 0 && !watching.some(([, knowsAll]) => !knowsAll)) return;
    try {
      const changes = await deps.circles(people);
      const all = await deps.circles([...told.values()]);
      for (const [watcher, knowsAll] of watching) {
        let isTold = false;
        try {
          const some = await (knowsAll ? changes : all)(watcher.person);
          if (knowsAll && some.length === 0) continue;
          isTold = watcher.tell({ whole: !knowsAll, people: some });
        } catch (error) {
          // What cannot be read for one keeps it from no other.
          deps.onFailed(error);
        }
        // It may have left in between.
        if (watchers.has(watcher)) watchers.set(watcher, isTold);
      }
    } catch (error) {
      // What is new was taken, and no other round tells of it: they hear everything in the next.
      for (const [watcher] of watching) if (watchers.has(watcher)) watchers.set(watcher, false);
      throw error;
    }
  };
  const rounds = repeat(deps.everyMs, () => round().catch(deps.onFailed));

  return {
    enter({ accountId, handle, role }, hears) {
      const present = here.get(accountId) ?? { person: { accountId, handle, role }, clients: new Set() };
      here.set(accountId, present);
      return new Client(present, hears, clientsChanged);
    },
    stateOf: (accountId) => seen(accountId)?.state ?? 'offline',
    attends(accountId, roomId) {
      const now = seen(accountId);
      if (now?.state !== 'online') return false;
      const clients = [...(here.get(accountId)?.clients ?? [])];
      return (
        clients.some(({ away, hears }) => !away && hears(roomId)) ||
        [hereOf(accountId), ...others.find(accountId)].some((each) => each?.showsAll)
      );
    },
    watch(watcher) {
      watchers.set(watcher, false);
      return { [Symbol.dispose]: () => void watchers.delete(watcher) };
    },
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      await others[Symbol.asyncDispose]();
      watchers.clear();
    },
  };
}

const plain = ({ accountId, handle, role, state }: Here): Seen => ({ accountId, handle, role, state });
