/** What the page about channels asks of the server. Secrets go there and never come back. */
import { queryOptions } from '@tanstack/react-query';
import type { ChannelsReply, ChannelView, DeadLettersReply, TestReply } from '../../../../../src/notifications/wire.ts';
import { request } from '../../../base/requests/api.ts';

export type { ChannelView };
export type DeadLetter = DeadLettersReply['letters'][number];

/** Of a field that is secret, `null` drops what is kept. */
export type ConfigValue = string | number | boolean | null;

export interface ChannelForm {
  readonly name: string;
  readonly config: Readonly<Record<string, ConfigValue>>;
  readonly destination?: string;
  /** `null`: all that admins hear. */
  readonly kinds?: readonly string[] | null;
}

const channels = 'channels';

/** Health changes with every letter, whoever it is for. */
const REFRESH_MS = 10_000;

export const channelsOptions = queryOptions({
  queryKey: [channels, 'list'],
  queryFn: ({ signal }) => request<ChannelsReply>('GET', '/admin/channels', { signal }),
  refetchInterval: REFRESH_MS,
});

export const deadLettersOptions = queryOptions({
  queryKey: [channels, 'dead'],
  queryFn: async ({ signal }) => (await request<DeadLettersReply>('GET', '/admin/dead-letters', { signal })).letters,
  refetchInterval: REFRESH_MS,
});

export const everyChannel = { queryKey: [channels] } as const;

export function addChannel(kind: string, { kinds, ...form }: ChannelForm): Promise<ChannelView> {
  const json = { ...form, ...(kinds ? { kinds } : {}) };
  return request('POST', `/admin/channels/${encodeURIComponent(kind)}`, { json });
}

export function changeChannel({ kind, channelId }: ChannelView, form: ChannelForm): Promise<ChannelView> {
  return request('POST', `/admin/channels/${encodeURIComponent(kind)}/${encodeURIComponent(channelId)}`, {
    json: form,
  });
}

export function testChannel(channelId: string): Promise<TestReply> {
  return request('POST', `/admin/channels/${encodeURIComponent(channelId)}/test`);
}

export function removeChannel(channelId: string): Promise<void> {
  return request('DELETE', `/admin/channels/${encodeURIComponent(channelId)}`);
}

export function retryLetter(letterId: string): Promise<void> {
  return request('POST', `/admin/dead-letters/${encodeURIComponent(letterId)}/retry`);
}
