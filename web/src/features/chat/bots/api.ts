/** What is asked of the server about bots of a room, and webhooks. */
import { queryOptions } from '@tanstack/react-query';
import type {
  BotsReply,
  BotTokenReply,
  BotView,
  HookView,
  MadeBotReply,
  MadeHookReply,
} from '../../../../../src/chat/bots/wire.ts';
import type { MadeOutgoingReply, OutgoingReply } from '../../../../../src/chat/outgoing/wire.ts';
import { request } from '../../../base/requests/api.ts';

export type { BotView, HookView, MadeBotReply, MadeHookReply, MadeOutgoingReply };
export type Outgoing = OutgoingReply['hooks'][number];
export type GivenUp = OutgoingReply['dead'][number];

const room = (roomId: string): string => `/chat/rooms/${encodeURIComponent(roomId)}`;
const bot = (roomId: string, botId: string): string => `${room(roomId)}/bots/${encodeURIComponent(botId)}`;

/** Everything about the bots of a room. */
export const everyBot = (roomId: string) => ['chat', 'bots', roomId] as const;

export const botsOptions = (roomId: string) =>
  queryOptions({
    queryKey: [...everyBot(roomId), 'list'],
    queryFn: ({ signal }) => request<BotsReply>('GET', `${room(roomId)}/bots`, { signal }),
  });

export const outgoingOptions = (roomId: string) =>
  queryOptions({
    queryKey: [...everyBot(roomId), 'outgoing'],
    queryFn: ({ signal }) => request<OutgoingReply>('GET', `${room(roomId)}/outgoing`, { signal }),
  });

export interface NewBot {
  readonly name: string;
  readonly access: BotView['access'];
  readonly token: boolean;
}

export function makeBot(roomId: string, json: NewBot): Promise<MadeBotReply> {
  return request('POST', `${room(roomId)}/bots`, { json });
}

export function removeBot(roomId: string, botId: string): Promise<void> {
  return request('DELETE', bot(roomId, botId));
}

/** The one before is worth nothing from then on. */
export function renewToken(roomId: string, botId: string): Promise<BotTokenReply> {
  return request('POST', `${bot(roomId, botId)}/token`);
}

export function addHook(
  roomId: string,
  botId: string,
  json: { readonly label: string; readonly signed: boolean },
): Promise<MadeHookReply> {
  return request('POST', `${bot(roomId, botId)}/hooks`, { json });
}

export function removeHook(roomId: string, hookId: string): Promise<void> {
  return request('DELETE', `${room(roomId)}/hooks/${encodeURIComponent(hookId)}`);
}

export interface NewOutgoing {
  readonly url: string;
  readonly label: string;
  readonly triggers: readonly string[];
}

export function addOutgoing(roomId: string, botId: string, json: NewOutgoing): Promise<MadeOutgoingReply> {
  return request('POST', `${bot(roomId, botId)}/outgoing`, { json });
}

export function enableOutgoing(roomId: string, hookId: string): Promise<void> {
  return request('POST', `${room(roomId)}/outgoing/${encodeURIComponent(hookId)}/enable`);
}

export function removeOutgoing(roomId: string, hookId: string): Promise<void> {
  return request('DELETE', `${room(roomId)}/outgoing/${encodeURIComponent(hookId)}`);
}
