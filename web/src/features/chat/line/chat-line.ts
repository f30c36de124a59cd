/**
 * Chat over the live connection: one for this browser tab, whichever page is open. It listens to every room of the list, keeps
 * the counts in the side bar right, and the part of a room that is on the screen. After a break it goes on where it was, by
 * epoch and sequence, so that nothing is missed and nothing comes twice.
 */
import { showToast } from '../../../app/toasts.ts';
import { queryClient } from '../../../app/query-client.ts';
import { type Frame, hear, lineState, reconnections, speak } from '../../../base/requests/connection.ts';
import { changingSession, sessionEnded } from '../../../base/requests/session.ts';
import { createStore } from '../../../base/store.ts';
import { meOptions } from '../../accounts/api.ts';
import { finishBeforeSessionEnds } from '../../accounts/leave.ts';
import { announce } from './announce.ts';
import { showAnnounced } from './browser-notices.ts';
import {
  fetchHistory,
  fetchRoom,
  type LiveNews,
  markRead,
  messageOptions,
  type MessageView,
  type Position,
  preferencesOptions,
  roomsOptions,
  type RoomView,
  sendMessage,
  threadOptions,
} from '../api.ts';
import { newMessageId } from './message-id.ts';
import { openOutbox, type Outgoing } from './outbox.ts';
import { isBefore, type Reader, withEventIn, withRead, withRoom } from './rooms-news.ts';
import { openAt, type Place, readAnew, timelines } from '../timeline/timelines.ts';
import { withReply } from '../timeline/thread-pages.ts';
import { withBreak, withEvent, withMessage } from '../timeline/timeline.ts';

/** What was written here and is not with the server yet. */
export const outgoing = createStore<readonly Outgoing[]>([]);
/** Who writes just now, by room. */
export const typing = createStore<Readonly<Record<string, readonly string[]>>>({});

const TYPING_MS = 6_000;
/** People scroll past more than one message at once. */
const READ_AFTER_MS = 400;
/** As many rooms as go into one message to the server. */
const LISTENED_AT_ONCE = 100;
/** The server lets one connection listen to 500; some of them are for rooms that are opened later. */
const MOST_LISTENED = 400;
const MOST_OPENED = 90;

export const outbox = openOutbox({
  // Whoever logs in next in this browser may be somebody else: this page is told only once it is known.
  maySend: () => !sessionEnded.get() && !changingSession.get(),
  async send(roomId, message) {
    const { flagged, ...sent } = await sendMessage(roomId, message);
    if (flagged) showToast({ text: flagged.explanation });
    return sent;
  },
  onSent(message) {
    timelines.change(message.roomId, (timeline) => withMessage(timeline, message, true));
    changeOpened(message);
  },
  onChange: () => outgoing.set(outbox.outgoing()),
  later: (run, ms) => setTimeout(run, ms),
  newId: () => newMessageId(Date.now()),
  now: () => Date.now(),
});

/** How far each room has been heard. */
const heard = new Map<string, Position>();

const rooms = (): readonly RoomView[] => queryClient.getQueryData(roomsOptions.queryKey) ?? [];
function changeRooms(change: (now: readonly RoomView[]) => readonly RoomView[]): void {
  queryClient.setQueryData(roomsOptions.queryKey, (now: RoomView[] | undefined) => now && [...change(now)]);
}

export function reader(): Reader {
  const { ignored = [], keywords = [] } = queryClient.getQueryData(preferencesOptions.queryKey) ?? {};
  const accountId = queryClient.getQueryData(meOptions.queryKey)?.accountId ?? '';
  return { accountId, ignored, keywords };
}

/** Those that this connection listens to. */
const listened = new Set<string>();

function listen(list: readonly RoomView[], most = MOST_LISTENED): void {
  if (lineState.get() !== 'open') return;
  const wanted = list
    .filter(({ roomId, archived }) => !archived && !listened.has(roomId))
    .slice(0, Math.max(most - listened.size, 0));
  for (let at = 0; at < wanted.length; at += LISTENED_AT_ONCE) {
    const part = wanted.slice(at, at + LISTENED_AT_ONCE).map(({ roomId, position }) => {
      const from = heard.get(roomId) ?? position;
      heard.set(roomId, from);
      listened.add(roomId);
      return { roomId, ...from };
    });
    speak({ type: 'chat.listen', rooms: part });
  }
}

/** Listens to those of the list that it does not listen to yet; those in use come first. */
export function listenToNew(list: readonly RoomView[]): void {
  const rank = ({ member, kind, read }: RoomView): number => (member || kind === 'direct' ? 0 : read > 0 ? 1 : 2);
  listen(list.toSorted((a, b) => rank(a) - rank(b)));
}

/** Listens to a room that is on the screen, however many there are. */
export function listenTo(room: RoomView): void {
  listen([room], MOST_LISTENED + MOST_OPENED);
}

/**
 * Puts the part of a room around a place into memory. What was told while it was on its way found nothing that it could be put into:
 * it is read then.
 */
export async function openRoomAt(roomId: string, place: Place, signal: AbortSignal): Promise<void> {
  await openAt(roomId, place, signal);
  const shown = timelines.get(roomId)?.position;
  const told = heard.get(roomId);
  if (shown && told && isBefore(shown, told)) void readAnew(roomId, told);
}

/** Told to the others from time to time while somebody writes. */
export function tellTyping(roomId: string): void {
  if (listened.has(roomId)) speak({ type: 'chat.typing', roomId });
}

/** Rooms that are asked for just now; true: once more, because something happened since. */
const asking = new Map<string, boolean>();
/** Asks for one room: its name, members or counts may be others. */
export async function lookAtRoom(roomId: string): Promise<void> {
  if (asking.has(roomId)) {
    asking.set(roomId, true);
    return;
  }
  try {
    do {
      asking.set(roomId, false);
      const room = await fetchRoom(roomId);
      const now = rooms().find((each) => each.roomId === roomId);
      const isNew = now === undefined;
      // Something was heard while the answer was on its way: its counts are for the server to tell.
      if (now && isBefore(room.position, now.position)) asking.set(roomId, true);
      changeRooms((now) => withRoom(now, room));
      listenToNew([room]);
      // What a conversation began with was said before anybody could listen to it.
      if (isNew && room.kind === 'direct' && room.unread.messages > 0) void tellUnseen(roomId, room.read);
    } while (asking.get(roomId));
  } catch {
    // Whoever opens the room is told why; the list is asked for again.
    void queryClient.invalidateQueries(roomsOptions);
  } finally {
    asking.delete(roomId);
  }
}

/** The server tells of new rooms from when a connection first asks about any: what was made since the list was read is in the next one. */
let isHearing = false;
function takeFirst(): void {
  if (isHearing) return;
  isHearing = true;
  void queryClient.invalidateQueries(roomsOptions);
}

function take(news: LiveNews): void {
  takeFirst();
  if (news.kind === 'presence') return;
  if (news.kind === 'rooms') {
    void queryClient.invalidateQueries(roomsOptions);
    return;
  }
  if (news.kind === 'preferences') {
    void queryClient.invalidateQueries(preferencesOptions);
    void queryClient.invalidateQueries(roomsOptions);
    return;
  }
  const { roomId } = news.kind === 'message' ? news.message : news;
  switch (news.kind) {
    case 'subscribed':
      takeSubscribed(news);
      return;
    case 'message':
      arrived(news.message);
      timelines.change(roomId, (timeline) => withMessage(timeline, news.message, true));
      return;
    case 'event': {
      const from = heard.get(roomId);
      if (from && news.sequence > from.sequence) heard.set(roomId, { ...from, sequence: news.sequence });
      const isNew = from !== undefined && news.sequence > from.sequence;
      if (news.message) arrived(news.message);
      timelines.change(roomId, (timeline) => withEvent(timeline, news));
      changeOpened(news.message);
      changeRooms((now) => withEventIn(now, news, reader()));
      if (news.what === 'said' && news.message) stopTyping(roomId, news.message.author.handle);
      if (isNew && news.what === 'said' && news.message) announce([news.message], rooms(), reader());
      if (news.message?.thread != null) {
        void queryClient.invalidateQueries({ queryKey: ['chat', 'thread', roomId, news.message.thread] });
      }
      if (news.what === 'pinned') void queryClient.invalidateQueries({ queryKey: ['chat', 'pins', roomId] });
      return;
    }
    case 'read':
      takeRead(roomId, news.sequence);
      return;
    case 'typing':
      takeTyping(roomId, news.handles);
      return;
    case 'room':
      void lookAtRoom(roomId);
      void queryClient.invalidateQueries({ queryKey: ['chat', 'members', roomId] });
      void queryClient.invalidateQueries({ queryKey: ['chat', 'moderation', roomId] });
      return;
    case 'sealed':
      takeSealed(roomId, news.position);
      return;
    case 'closed':
      heard.delete(roomId);
      listened.delete(roomId);
      clearTimeout(reading.get(roomId)?.timer);
      reading.delete(roomId);
      void queryClient.invalidateQueries(roomsOptions);
  }
}

/** A message outside its timeline: shown by itself, as the first one of a thread is, or among the replies of one. */
export function changeOpened(message: MessageView | null): void {
  if (!message) return;
  queryClient.setQueryData(messageOptions(message).queryKey, (now) => now && message);
  const { roomId, thread } = message;
  if (thread === null) return;
  const { queryKey } = threadOptions({ roomId, sequence: thread });
  queryClient.setQueryData(queryKey, (now) => now && withReply(now, message));
}

function takeSubscribed(news: Extract<LiveNews, { kind: 'subscribed' }>): void {
  const { roomId, position } = news;
  if (news.recovered) return;
  const isSame = heard.get(roomId)?.epoch === position.epoch;
  heard.set(roomId, position);
  // In another epoch the sequences are others: what is known of the room is worth nothing.
  if (isSame) timelines.change(roomId, (timeline) => withBreak(timeline, position, news.earlier));
  else timelines.drop(roomId);
  void lookAtRoom(roomId);
  if (isSame) void readAnew(roomId);
}

/** Of a conversation it is only told how far it has come; what was said is asked for. */
function takeSealed(roomId: string, position: Position): void {
  const from = heard.get(roomId);
  heard.set(roomId, position);
  const shown = timelines.get(roomId)?.position;
  if (shown && shown.epoch !== position.epoch) timelines.drop(roomId);
  // What is shown, and not what was heard, says what is to be read: reading it may have failed before.
  else if (shown && shown.sequence < position.sequence) {
    void readAnew(roomId, position).then((said) => {
      said.forEach(arrived);
      said.forEach(({ author }) => stopTyping(roomId, author.handle));
      announce(said, rooms(), reader());
    });
  }
  if (from?.epoch === position.epoch && from.sequence >= position.sequence) return;
  if (!shown && from?.epoch === position.epoch) void tellUnseen(roomId, from.sequence);
  for (const what of ['thread', 'message', 'pins']) {
    void queryClient.invalidateQueries({ queryKey: ['chat', what, roomId] });
  }
  void lookAtRoom(roomId);
}

/** As many as can be said between two tellings, and more. */
const UNSEEN = 50;
/** Of a conversation that is not in memory, for whoever looks elsewhere. */
async function tellUnseen(roomId: string, after: number): Promise<void> {
  // Where it fails, the count beside the conversation tells.
  const page = await fetchHistory(roomId, { after, limit: UNSEEN }).catch(() => null);
  announce(page?.messages ?? [], rooms(), reader());
}

function takeRead(roomId: string, sequence: number): void {
  changeRooms((now) => withRead(now, roomId, sequence));
  const room = rooms().find((each) => each.roomId === roomId);
  if (room && sequence < room.position.sequence && room.unread.messages > 0) void lookAtRoom(roomId);
}

function arrived({ messageId, author }: MessageView): void {
  if (messageId !== null && author.accountId === reader().accountId) outbox.arrived(messageId);
}

const forgetting = new Map<string, ReturnType<typeof setTimeout>>();
function takeTyping(roomId: string, handles: readonly string[]): void {
  typing.set((now) => ({ ...now, [roomId]: handles }));
  clearTimeout(forgetting.get(roomId));
  forgetting.set(
    roomId,
    setTimeout(() => typing.set((now) => ({ ...now, [roomId]: [] })), TYPING_MS),
  );
}
function stopTyping(roomId: string, handle: string): void {
  const those = typing.get()[roomId];
  if (those?.includes(handle)) typing.set((now) => ({ ...now, [roomId]: those.filter((each) => each !== handle) }));
}

/** What is seen and not told yet, by room: each tells it at once. */
const reading = new Map<
  string,
  { readonly timer: ReturnType<typeof setTimeout>; readonly tell: () => Promise<void> }
>();
/** This person has seen everything up to here. */
export function readUpTo(roomId: string, sequence: number): void {
  const room = rooms().find((each) => each.roomId === roomId);
  // What is seen while the session ends would be told when it is over.
  if (!room || sequence <= room.read || changingSession.get()) return;
  changeRooms((now) => withRead(now, roomId, sequence));
  clearTimeout(reading.get(roomId)?.timer);
  const tell = async (): Promise<void> => {
    reading.delete(roomId);
    // Where it fails, the next message that is seen tells it.
    await markRead(roomId, sequence).catch(() => undefined);
  };
  reading.set(roomId, { timer: setTimeout(() => void tell(), READ_AFTER_MS), tell });
}
/** Before it would be refused, or nobody is there to tell it. */
async function tellRead(): Promise<void> {
  await Promise.all(
    [...reading.values()].map(async ({ timer, tell }) => {
      clearTimeout(timer);
      await tell();
    }),
  );
}
addEventListener('pagehide', () => void tellRead());
finishBeforeSessionEnds(tellRead);

showAnnounced(() => reader().accountId);
hear('chat', (frame) => {
  for (const news of (frame as Frame & { readonly news: readonly LiveNews[] }).news) take(news);
});
lineState.subscribe(() => {
  listened.clear();
  isHearing = false;
  if (lineState.get() === 'open') listenToNew(rooms());
});
reconnections.subscribe(() => {
  void queryClient.invalidateQueries(preferencesOptions);
  void queryClient.invalidateQueries(roomsOptions);
  outbox.goOn();
});
for (const state of [sessionEnded, changingSession]) {
  state.subscribe(() => {
    if (!state.get()) outbox.goOn();
  });
}
addEventListener('online', () => outbox.goOn());
/** Leaving now would lose what is not sent; the browser asks first. */
addEventListener('beforeunload', (event) => {
  if (outbox.outgoing().length > 0) event.preventDefault();
});
