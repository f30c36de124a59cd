/**
 * Chat over the WebSocket `/api/v1/live`: a client names rooms and how far it has read them, and is told everything
 * after that, in order. See docs/chat.md.
 */
import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { asTheyAre } from '../messages/changes.ts';
import { chatErrors } from '../errors.ts';
import type { RoomEvent } from '../messages/content.ts';
import { readHistory } from '../messages/history.ts';
import { eventsAfter, positionOf } from '../messages/log.ts';
import { topics } from '../records.ts';
import type { Choices } from '../people/choices.ts';
import { leavesOut } from '../people/ignoring.ts';
import type { Presence } from '../presence/presence.ts';
import { enterRoom, KEPT_OUT } from '../rooms/access.ts';
import { conversationRow } from '../rooms/conversations.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { eventText, messageView, presenceText } from '../http/views.ts';
import { chatCloseCodes, type LiveNews } from '../wire.ts';
import type { RoomFeeds } from './room-feeds.ts';
import { openSocketQueue } from './socket-queue.ts';
import { openTyping, type Typing } from './typing.ts';
import { readWanted, type WantedRoom } from './wanted-rooms.ts';

/** The other side, as text frames. */
export interface Connection {
  /** Resolves when the text has left; rejects when the connection is over. */
  send(text: string): Promise<void>;
  close(code: number, reason: string): void;
}

export interface ChatTalk extends Disposable {
  /** False when a message is not understood. */
  hear(message: Readonly<Record<string, unknown>>): boolean;
  /** Ends what the account may not listen to any more. */
  look(): Promise<void>;
}

type Listener = Pick<Caller, 'accountId' | 'role' | 'handle'>;
type TalkDeps = ChatDeps & {
  readonly rooms: OpenRooms;
  readonly feeds: RoomFeeds;
  readonly presence: Presence;
  readonly choices: Pick<Choices, 'of'>;
};

/** Messages of a page that is sent where not everything can be. */
const SNAPSHOT_MESSAGES = 50;

export function openTalk(deps: TalkDeps, listener: Listener, connection: Connection): ChatTalk {
  const { rooms, feeds, pubSub, settings, log } = deps;
  const listening = new Map<string, readonly Disposable[]>();
  /** What was asked for last of each room, and not taken back: whatever is under way for anything else ends. */
  const wished = new Map<string, WantedRoom>();
  const tooSlow = (): void =>
    connection.close(chatCloseCodes.tooSlow, 'too slow: connect again and go on where you were');
  const queue = openSocketQueue(connection, settings.chatSocketBytes, tooSlow);
  let ended = false;
  let turn = Promise.resolve();

  const tell = (news: LiveNews): void => queue.push(JSON.stringify(news));
  // Begun when somebody writes: most connections are idle, and each of them would hold it.
  let writers: Typing | undefined;
  const whoWrites = (): Typing =>
    (writers ??= openTyping(settings.chatTypingMs, (roomId, handles) => {
      // What is gone in a moment is the first to be left out.
      if (queue.isIdle()) tell({ kind: 'typing', roomId, handles });
    }));
  const own = pubSub.subscribe(topics.person(listener.accountId), (news) => {
    const { kind, roomId, sequence, away } = news;
    if (kind === 'rooms' || kind === 'preferences') tell({ kind });
    if (kind === 'away' && typeof away === 'boolean') stay.setAway(away);
    if (kind === 'read' && typeof roomId === 'string' && typeof sequence === 'number') {
      tell({ kind: 'read', roomId, sequence });
    }
    // They are in it since just now, and could not listen to it before.
    if (kind === 'room' && typeof roomId === 'string') void look(roomId);
  });
  const stay = deps.presence.enter(listener, (roomId) => listening.has(roomId));
  let watching: Disposable | undefined;
  const watchPresence = (): void => {
    stay.showAll();
    watching ??= deps.presence.watch({
      person: listener,
      tell(news) {
        if (!queue.isIdle()) return false;
        queue.push(presenceText(news));
        return true;
      },
    });
  };
  const leave = (roomId: string): void => {
    for (const each of listening.get(roomId) ?? []) each[Symbol.dispose]();
    listening.delete(roomId);
  };
  const forget = (roomId: string): void => {
    wished.delete(roomId);
    leave(roomId);
  };

  const sawTyping = async (roomId: string, who: Pick<Listener, 'handle' | 'accountId'>): Promise<void> => {
    if (who.accountId === listener.accountId) return;
    try {
      if (leavesOut(await deps.choices.of(listener.accountId), who.accountId)) return;
    } catch (error) {
      return log.warn(errorFacts(error), 'Whom somebody ignores could not be read');
    }
    if (listening.has(roomId)) whoWrites().saw(roomId, who.handle);
  };

  const typingIn = (roomId: string): Disposable =>
    pubSub.subscribe(topics.typing(roomId), ({ handle, accountId }) => {
      if (typeof handle === 'string' && typeof accountId === 'string') void sawTyping(roomId, { handle, accountId });
    });

  /** No key of a conversation is kept for as long as a connection lasts: only that there is something is told. */
  const joinConversation = async (roomId: string, members: readonly string[]): Promise<void> => {
    if (!members.includes(listener.accountId)) throw chatErrors('chat_room_not_found');
    const hints = pubSub.subscribe(topics.written(roomId), () => {
      void positionOf(deps, roomId).then(
        (position) => tell({ kind: 'sealed', roomId, position }),
        (error: unknown) => log.warn({ roomId, ...errorFacts(error) }, 'A position could not be read'),
      );
    });
    listening.set(roomId, [hints, typingIn(roomId)]);
    tell({ kind: 'sealed', roomId, position: await positionOf(deps, roomId) });
  };

  /** Held until what was missed has been sent. */
  const join = async (wanted: WantedRoom): Promise<void> => {
    const { roomId, position: since } = wanted;
    // What is begun for a client that went, or wants it no more, would be ended by nobody.
    const isOver = (): boolean => wished.get(roomId) !== wanted;
    if (isOver()) return;
    leave(roomId);
    const conversation = await conversationRow(deps, roomId);
    if (isOver()) return;
    if (conversation) return await joinConversation(roomId, conversation.row.members);
    using entering = new DisposableStack();
    // Before it is looked whether they may: who is put out of the room in between hears nothing of it.
    const changes = entering.use(
      pubSub.subscribe(topics.changed(roomId), ({ kicked }) => {
        if (kicked === listener.accountId) shut(roomId);
        else void look(roomId);
      }),
    );
    const { room } = await enterRoom(rooms, listener, roomId);
    let held: string[] | null = [];
    let heldBytes = 0;
    let last = Infinity;
    const subscription = await feeds.subscribe(roomId, (events) => {
      // Some were removed because of their age before they were told: a new page, with a gap before it.
      if ((events[0]?.sequence ?? 0) > last + 1) return joinInTurn({ roomId, position: null });
      last = events.at(-1)?.sequence ?? last;
      if (!held) return events.forEach((event) => queue.push(eventText(event)));
      held.push(...events.map(eventText));
      heldBytes += events.reduce((sum, event) => sum + Buffer.byteLength(eventText(event)), 0);
      // It takes the page more slowly than there is something new: no more waits for it than for one that has the page.
      if (heldBytes <= settings.chatSocketBytes) return;
      forget(roomId);
      queue[Symbol.dispose]();
      tooSlow();
    });
    entering.use(subscription);
    if (isOver()) return;
    // They are let in: it goes on until they leave.
    entering.move();
    listening.set(roomId, [subscription, changes, typingIn(roomId)]);
    const { position } = subscription;
    if (last === Infinity) last = position.sequence;
    // Of what is gone because of its age nothing can be told.
    const isKnown = since?.epoch === position.epoch && since.sequence >= room.forgottenUpTo;
    const missed = isKnown ? position.sequence - since.sequence : -1;
    if (since && missed >= 0 && missed <= settings.chatResumeEvents) {
      tell({ kind: 'subscribed', roomId, recovered: true, position });
      const events =
        missed === 0 ? [] : await asTheyAre(deps, room, await eventsAfter(deps, room, since.sequence, missed));
      if (isOver()) return;
      await queue.send(events.map(eventText));
    } else {
      const { messages, earlier } = await readHistory(deps, room, { limit: SNAPSHOT_MESSAGES });
      if (isOver()) return;
      tell({ kind: 'subscribed', roomId, recovered: false, position, earlier });
      await queue.send(messages.map((message) => snapshotText(message)));
    }
    if (isOver()) return;
    held.forEach((text) => queue.push(text));
    held = null;
  };

  const shut = (roomId: string): void => {
    forget(roomId);
    if (!ended) tell({ kind: 'closed', roomId });
  };

  /** Whether a room may still be listened to. */
  const look = async (roomId: string, isChanged = true): Promise<void> => {
    try {
      // Those in a conversation never change.
      if (!(await conversationRow(deps, roomId))) await enterRoom(rooms, listener, roomId);
      if (isChanged && !ended) tell({ kind: 'room', roomId });
    } catch (error) {
      if (!hasCode(error, ...KEPT_OUT)) {
        log.warn({ roomId, ...errorFacts(error) }, 'Whether a room may be listened to could not be looked at');
      }
      shut(roomId);
    }
  };

  const joinInTurn = (wanted: WantedRoom): void => {
    wished.set(wanted.roomId, wanted);
    turn = turn
      .then(() => join(wanted))
      .catch((error: unknown) => {
        if (wished.get(wanted.roomId) !== wanted) return;
        forget(wanted.roomId);
        tell({ kind: 'closed', roomId: wanted.roomId });
        if (!hasCode(error, ...KEPT_OUT)) {
          log.warn({ roomId: wanted.roomId, ...errorFacts(error) }, 'A room could not be listened to');
        }
      });
  };

  const isNew = ({ roomId }: WantedRoom): boolean => !wished.has(roomId);
  return {
    hear(message) {
      const wanted = readWanted(message);
      if (!wanted) return false;
      if (wanted.type === 'leave') wanted.roomIds.forEach(forget);
      else if (wanted.type === 'presence') watchPresence();
      else if (wanted.type === 'away') stay.setAway(wanted.away);
      else if (wanted.type === 'typing') {
        // Whoever hears a room was let into it.
        if (listening.has(wanted.roomId) && whoWrites().mayTell(wanted.roomId)) {
          const { handle, accountId } = listener;
          pubSub.publish(topics.typing(wanted.roomId), { handle, accountId });
        }
      } else if (wished.size + wanted.rooms.filter(isNew).length > settings.chatSubscriptions) return false;
      else wanted.rooms.forEach(joinInTurn);
      return true;
    },
    async look() {
      for (const roomId of [...listening.keys()]) await look(roomId, false);
    },
    [Symbol.dispose]() {
      ended = true;
      wished.clear();
      queue[Symbol.dispose]();
      writers?.[Symbol.dispose]();
      own[Symbol.dispose]();
      watching?.[Symbol.dispose]();
      stay[Symbol.dispose]();
      for (const roomId of [...listening.keys()]) leave(roomId);
    },
  };
}

function snapshotText(event: RoomEvent): string {
  return JSON.stringify({ kind: 'message', message: messageView(event) } satisfies LiveNews);
}
