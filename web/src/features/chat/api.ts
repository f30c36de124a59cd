/** What the pages of chat ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  ChatPreferences,
  HistoryReply,
  ListReply,
  LiveNews,
  MembersReply,
  MessageView,
  Position,
  RoomsReply,
  RoomView,
} from '../../../../src/chat/wire.ts';
import { request } from '../../base/api.ts';

export type { ChatPreferences, HistoryReply, LiveNews, MessageView, Position, RoomView };
export type Member = MembersReply['members'][number];

/** Every room that this person may enter. Kept right by what the live connection tells; see chat-line.ts. */
export const roomsOptions = queryOptions({
  queryKey: ['chat', 'rooms'],
  queryFn: async ({ signal }) => (await request<RoomsReply>('GET', '/chat/rooms', { signal })).rooms,
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
}

export function sendMessage(roomId: string, json: NewMessage): Promise<MessageView> {
  return request('POST', `${room(roomId)}/messages`, { json });
}

export function editMessage(id: MessageId, text: string): Promise<MessageView> {
  return request('POST', message(id), { json: { text } });
}

export function removeMessage(id: MessageId): Promise<MessageView> {
  return request('DELETE', message(id));
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
  return request('POST', `${room(roomId)}/read`, { json: { sequence } });
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

export const preferencesOptions = queryOptions({
  queryKey: ['chat', 'preferences'],
  queryFn: ({ signal }) => request<ChatPreferences>('GET', '/chat/preferences', { signal }),
  staleTime: 5 * 60_000,
});

export function setPreferences(json: ChatPreferences): Promise<ChatPreferences> {
  return request('POST', '/chat/preferences', { json });
}
