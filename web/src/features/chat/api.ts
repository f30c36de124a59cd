/** What the pages of chat ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  ChatPreferences,
  CommandReply,
  CommandsReply,
  HistoryReply,
  KeptReply,
  ListReply,
  LiveNews,
  MembersReply,
  MessageView,
  PeopleReply,
  Position,
  RoomsReply,
  SentReply,
  RoomView,
} from '../../../../src/chat/wire.ts';
import type { AttachmentView, UploadedView } from '../../../../src/chat/attachments/wire.ts';
import { request, requestLines } from '../../base/requests/api.ts';
import { withList } from './line/rooms-news.ts';
import type { UploadWatch } from '../files/uploads/queue.ts';
import { checked } from '../files/uploads/send-checked.ts';
import { postFile } from '../files/uploads/send-file.ts';

export type { AttachmentView, ChatPreferences, HistoryReply, ListReply, LiveNews, MessageView, Position, RoomView };
export type Member = MembersReply['members'][number];
export type Person = PeopleReply['people'][number];
export type Role = RoomView['role'];
export type Level = RoomView['level'];

/** Every room that this person may enter. Kept right by what the live connection tells; see line/chat-line.ts. */
export const roomsOptions = queryOptions({
  queryKey: ['chat', 'rooms'],
  queryFn: async ({ signal, client, queryKey }) => {
    const { rooms } = await request<RoomsReply>('GET', '/chat/rooms', { signal });
    return withList(client.getQueryData<RoomView[]>(queryKey) ?? [], rooms);
  },
  staleTime: 5 * 60_000,
});

const room = (roomId: string): string => `/chat/rooms/${encodeURIComponent(roomId)}`;
const message = ({ roomId, sequence }: MessageId): string => `${room(roomId)}/messages/${sequence}`;

export type MessageId = Pick<MessageView, 'roomId' | 'sequence'>;

export function fetchRoom(roomId: string): Promise<RoomView> {
  return request('GET', room(roomId));
}

export interface PageOfHistory {
  readonly before?: number;
  readonly after?: number;
  /** RFC 3339. */
  readonly at?: string;
  /** 1-200. */
  readonly limit: number;
}

export function fetchHistory(roomId: string, page: PageOfHistory, signal?: AbortSignal): Promise<HistoryReply> {
  const query = new URLSearchParams(Object.entries(page).map(([name, value]) => [name, String(value)]));
  return request('GET', `${room(roomId)}/messages?${query}`, signal === undefined ? {} : { signal });
}

export interface NewMessage {
  readonly text: string;
  readonly messageId: string;
  readonly replyTo?: number;
  /** Everyone in the room can open them from then on. */
  readonly attachments?: readonly FileRef[];
}

/** A version of a file; without one the newest. */
export interface FileRef {
  readonly driveId: string;
  readonly entryId: string;
  readonly versionId?: string;
}

export function sendMessage(roomId: string, json: NewMessage): Promise<SentReply> {
  return request('POST', `${room(roomId)}/messages`, { json });
}

/** Below `/api/v1`. */
export function attachmentPath(roomId: string, shareId: string): string {
  return `${room(roomId)}/attachments/${encodeURIComponent(shareId)}/content`;
}

/** The address of a plain link: the browser saves what is there. */
export function attachmentUrl(roomId: string, shareId: string): string {
  return `/api/v1${attachmentPath(roomId, shareId)}`;
}

/** For a message that is still to be sent: until then nobody else can open it. */
export function uploadAttachment(
  roomId: string,
  file: File,
  idempotencyKey: string,
  watch: UploadWatch,
): Promise<UploadedView> {
  return checked(
    file,
    watch,
    (more) => postFile<UploadedView>(`${room(roomId)}/attachments`, { file, idempotencyKey }, watch, more),
    ({ sha256 }) => sha256,
  );
}

/** Nobody opens it through this room any more. */
export function endAttachment(roomId: string, shareId: string): Promise<void> {
  return request('DELETE', `${room(roomId)}/attachments/${encodeURIComponent(shareId)}`);
}

/** What may stand behind a slash at the beginning of a line. */
export const commandsOptions = queryOptions({
  queryKey: ['chat', 'commands'],
  queryFn: async ({ signal }) => (await request<CommandsReply>('GET', '/chat/commands', { signal })).commands,
  staleTime: Infinity,
});

export function runCommand(roomId: string, line: string): Promise<CommandReply> {
  return request('POST', `${room(roomId)}/commands`, { json: { line } });
}

export function editMessage(id: MessageId, text: string): Promise<SentReply> {
  return request('POST', message(id), { json: { text } });
}

export function removeMessage(id: MessageId): Promise<MessageView> {
  return request('DELETE', message(id), { keepalive: true });
}

export function reactTo(id: MessageId, reaction: string, on: boolean): Promise<MessageView> {
  return request('POST', `${message(id)}/reactions`, { json: { reaction, on } });
}

export function pinMessage(id: MessageId, on: boolean): Promise<MessageView> {
  return request('POST', `${message(id)}/pin`, { json: { on } });
}

export function saveMessage(id: MessageId, on: boolean): Promise<void> {
  return request('POST', `${message(id)}/saved`, { json: { on } });
}

export function markRead(roomId: string, sequence: number): Promise<void> {
  return request('POST', `${room(roomId)}/read`, { json: { sequence }, keepalive: true });
}

export function setLevel(roomId: string, level: Level): Promise<void> {
  return request('POST', `${room(roomId)}/level`, { json: { level } });
}

export type RoomChanges = Partial<Pick<RoomView, 'name' | 'topic' | 'archived' | 'retentionDays'>> & {
  readonly kind?: 'public' | 'private';
};

export function changeRoom(roomId: string, json: RoomChanges): Promise<RoomView> {
  return request('POST', room(roomId), { json });
}

/** The address of a plain link, for its owners: everything that stands in the room, as the browser saves it. */
export function exportUrl(roomId: string): string {
  return `/api/v1${room(roomId)}/export`;
}

export function makeRoom(json: { name: string; kind: 'public' | 'private'; topic?: string }): Promise<RoomView> {
  return request('POST', '/chat/rooms', { json });
}

export function startConversation(handles: readonly string[]): Promise<RoomView> {
  return request('POST', '/chat/conversations', { json: { handles } });
}

export const membersOptions = (roomId: string) =>
  queryOptions({
    queryKey: ['chat', 'members', roomId],
    queryFn: async ({ signal }) => (await request<MembersReply>('GET', `${room(roomId)}/members`, { signal })).members,
    staleTime: 5 * 60_000,
  });

const nextOf = <Next>({ next }: { readonly next: Next }): Next => next;

/** Also gives a member another role; naming oneself joins. */
export function setMember(roomId: string, handle: string, role: Role = 'member'): Promise<void> {
  return request('POST', `${room(roomId)}/members`, { json: { handle, role } });
}

/** Naming oneself leaves. */
export function removeMember(roomId: string, accountId: string): Promise<void> {
  return request('DELETE', `${room(roomId)}/members/${encodeURIComponent(accountId)}`);
}

/** More people than that are found by writing their handle. */
const MOST_PEOPLE = 1_000;

/** Everybody who shares a room with this person. */
export const peopleOptions = queryOptions({
  queryKey: ['chat', 'people'],
  queryFn: async ({ signal }) => {
    const all: Person[] = [];
    for (let after: string | null = ''; after !== null && all.length < MOST_PEOPLE;) {
      const query: string = new URLSearchParams({ limit: '200', ...(after === '' ? {} : { after }) }).toString();
      const page: PeopleReply = await request<PeopleReply>('GET', `/chat/people?${query}`, { signal });
      all.push(...page.people);
      after = page.next;
    }
    return all;
  },
  staleTime: 5 * 60_000,
});

/** Messages that hold all words, newest first, as they are found. */
export function searchMessages(
  words: { readonly query: string; readonly roomId?: string; readonly limit: number },
  signal: AbortSignal,
): AsyncGenerator<MessageView> {
  const query = new URLSearchParams(Object.entries(words).map(([name, value]) => [name, String(value)]));
  return requestLines<MessageView>(`/chat/search?${query}`, signal);
}

/** What was answered in the thread that a message began. */
export const threadOptions = (id: MessageId) =>
  infiniteQueryOptions({
    queryKey: ['chat', 'thread', id.roomId, id.sequence],
    queryFn: ({ pageParam, signal }) =>
      request<ListReply>(
        'GET',
        `${message(id)}/replies?${new URLSearchParams({ limit: '200', after: `${pageParam}` })}`,
        {
          signal,
        },
      ),
    initialPageParam: 0,
    getNextPageParam: nextOf,
  });

export const messageOptions = (id: MessageId) =>
  queryOptions({
    queryKey: ['chat', 'message', id.roomId, id.sequence],
    queryFn: ({ signal }) => request<MessageView>('GET', message(id), { signal }),
  });

export const pinsOptions = (roomId: string) =>
  infiniteQueryOptions({
    queryKey: ['chat', 'pins', roomId],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: `${PAGE}`, after: `${pageParam}` });
      return request<ListReply>('GET', `${room(roomId)}/pins?${query}`, { signal });
    },
    initialPageParam: 0,
    getNextPageParam: nextOf,
  });

const PAGE = 50;

/** `saved`: what I keep for later; `mentions`: what names me. */
export const keptOptions = (which: 'saved' | 'mentions') =>
  infiniteQueryOptions({
    queryKey: ['chat', which],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: `${PAGE}`, ...(pageParam === '' ? {} : { after: pageParam }) });
      return request<KeptReply>('GET', `/chat/${which}?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: nextOf,
  });

export const preferencesOptions = queryOptions({
  queryKey: ['chat', 'preferences'],
  queryFn: ({ signal }) => request<ChatPreferences>('GET', '/chat/preferences', { signal }),
  staleTime: 5 * 60_000,
});

export function setPreferences(json: ChatPreferences): Promise<ChatPreferences> {
  return request('POST', '/chat/preferences', { json });
}
