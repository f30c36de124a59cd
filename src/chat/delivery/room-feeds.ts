import { errorFacts } from '../../base/error-facts.ts';
import { repeat } from '../../base/timing/repeat.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { asTheyAre } from '../messages/changes.ts';
import type { RoomEvent } from '../messages/content.ts';
import { eventsAfter, type Position, positionOf } from '../messages/log.ts';
import { topics } from '../records.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';

/** Events that are read in one go when they were missed. */
const PAGE = 500;

export interface Subscription extends Disposable {
  /** Every event after it is told; all up to it can be read. */
  readonly position: Position;
}

/**
 * Tells whoever listens what is written in a room, on whichever server: each event once, in order and without a gap.
 * The records say what there is. What other servers publish only says that there is something, and when that is lost,
 * a look at the records every few seconds finds it.
 */
export interface RoomFeeds extends AsyncDisposable {
  /**
   * Who may listen is decided by whoever calls. The listener must return at once, and is called with events that follow
   * each other; those before them are missing only where they were removed because of their age.
   */
  subscribe(roomId: string, listener: (events: readonly RoomEvent[]) => void): Promise<Subscription>;
  /** What this server has just written. */
  written(room: Room, events: readonly RoomEvent[]): void;
}

interface Feed {
  readonly roomId: string;
  readonly epoch: string;
  /** The last sequence that was told. */
  last: number;
  /** The highest sequence that is known of. */
  known: number;
  filling: boolean;
  readonly listeners: Set<Listening>;
  readonly hints: Disposable;
}

/** One listener of a feed, who may be there twice. There are thousands: each is one small object. */
class Listening implements Subscription {
  readonly position: Position;
  readonly listener: (events: readonly RoomEvent[]) => void;
  readonly #feed: Feed;
  readonly #onLast: (feed: Feed) => void;

  /** `onLast`: called when nobody listens any more. */
  constructor(feed: Feed, listener: Listening['listener'], onLast: (feed: Feed) => void) {
    this.position = { epoch: feed.epoch, sequence: feed.last };
    this.listener = listener;
    this.#feed = feed;
    this.#onLast = onLast;
    feed.listeners.add(this);
  }

  [Symbol.dispose](): void {
    this.#feed.listeners.delete(this);
    if (this.#feed.listeners.size === 0) this.#onLast(this.#feed);
  }
}

export function openRoomFeeds(deps: ChatDeps, rooms: OpenRooms): RoomFeeds {
  const { pubSub, log } = deps;
  const feeds = new Map<string, Promise<Feed>>();
  const open = new Map<string, Feed>();
  let ended = false;

  const tell = (feed: Feed, events: readonly RoomEvent[]): void => {
    const news = events.filter(({ sequence }) => sequence > feed.last);
    const [first] = news;
    if (!first || first.sequence !== feed.last + 1) return;
    feed.last = news.at(-1)?.sequence ?? feed.last;
    for (const each of feed.listeners) {
      try {
        each.listener(news);
      } catch (error) {
        log.error({ roomId: feed.roomId, ...errorFacts(error) }, 'A listener failed at what was said in a room');
      }
    }
  };

  const end = (feed: Feed): void => {
    if (open.get(feed.roomId) !== feed) return;
    open.delete(feed.roomId);
    feeds.delete(feed.roomId);
    feed.hints[Symbol.dispose]();
  };

  const fill = async (feed: Feed): Promise<void> => {
    if (feed.filling) return;
    feed.filling = true;
    try {
      while (feed.last < feed.known && open.get(feed.roomId) === feed) {
        const room = await rooms.recent(feed.roomId);
        const events = await asTheyAre(deps, room, await eventsAfter(deps, room, feed.last, PAGE));
        const [first] = events;
        if (!first) break;
        // What lies between is gone because of its age: whoever listens sees that by the sequence.
        feed.last = Math.max(feed.last, first.sequence - 1);
        tell(feed, events);
      }
    } catch (error) {
      // The next look at the position tries again.
      log.warn({ roomId: feed.roomId, ...errorFacts(error) }, 'What was said in a room could not be read');
    }
    feed.filling = false;
  };
  const heard = (feed: Feed, sequence: number): void => {
    feed.known = Math.max(feed.known, sequence);
    if (feed.last < feed.known) void fill(feed);
  };

  const start = async (roomId: string): Promise<Feed> => {
    let early = 0;
    let feed: Feed | undefined;
    // Before the position is read, so that nothing is written in between unheard.
    const hints = pubSub.subscribe(topics.written(roomId), ({ sequence }) => {
      if (typeof sequence !== 'number') return;
      if (feed) heard(feed, sequence);
      else early = Math.max(early, sequence);
    });
    try {
      const { epoch, sequence } = await positionOf(deps, roomId);
      feed = { roomId, epoch, last: sequence, known: sequence, filling: false, listeners: new Set(), hints };
      open.set(roomId, feed);
      heard(feed, early);
      return feed;
    } catch (error) {
      hints[Symbol.dispose]();
      feeds.delete(roomId);
      throw error;
    }
  };

  const checks = repeat(deps.settings.chatPositionCheckMs, async () => {
    for (const feed of open.values()) {
      try {
        heard(feed, (await positionOf(deps, feed.roomId)).sequence);
      } catch (error) {
        log.warn({ roomId: feed.roomId, ...errorFacts(error) }, 'The position of a room could not be read');
      }
    }
  });

  return {
    async subscribe(roomId, listener) {
      let feed: Feed;
      do {
        const started = feeds.get(roomId) ?? start(roomId);
        feeds.set(roomId, started);
        feed = await started;
        // The last one who listened may have left in between, and its feed hears of nothing any more.
      } while (!ended && open.get(roomId) !== feed);
      return new Listening(feed, listener, end);
    },
    written({ roomId }, events) {
      const last = events.at(-1)?.sequence ?? 0;
      const feed = open.get(roomId);
      if (feed) {
        // Those who are here hear of it first, without a look at the records.
        if (!feed.filling) tell(feed, events);
        heard(feed, last);
      }
      pubSub.publish(topics.written(roomId), { sequence: last });
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      await checks[Symbol.asyncDispose]();
      for (const feed of open.values()) feed.hints[Symbol.dispose]();
      open.clear();
      feeds.clear();
    },
  };
}
