/**
 * channels/ are the ways by which notices leave the workspace: mail, SNS, webhooks, syslog, a file. A channel sends one
 * letter and says whether the other side took it; what goes out, to whom, when, and how often it is tried again is the
 * outbox's. Start reading in channel.ts, the port.
 */
import { channelKind, type ChannelKind } from './channel.ts';
import { JsonLinesConfig, openJsonLinesChannel } from './json-lines.ts';
import { openRoomChannel, RoomConfig } from './room.ts';
import { openSmtpChannel, SmtpConfig } from './smtp.ts';
import { openSnsChannel, SnsConfig } from './sns.ts';
import { openSyslogChannel, SyslogConfig } from './syslog.ts';
import { openWebhookChannel, WebhookConfig } from './webhook.ts';

export type { Channel, ChannelDeps, ChannelKind, ChatRooms, Letter, LetterNotice, RoomAudience } from './channel.ts';
export { openSignedPosts } from './signed-posts.ts';
export { resolveHost } from './webhook-address.ts';

/** By the name that stands in `Channel.kind`. */
export const channelKinds: Readonly<Record<string, ChannelKind>> = {
  jsonl: channelKind({ schema: JsonLinesConfig, destination: 'none', readers: 'programs', open: openJsonLinesChannel }),
  room: channelKind({
    schema: RoomConfig,
    destination: 'none',
    readers: 'people',
    freeFields: ['audience'],
    open: openRoomChannel,
  }),
  smtp: channelKind({
    schema: SmtpConfig,
    destination: 'person',
    readers: 'people',
    freeFields: ['from', 'fromName'],
    open: openSmtpChannel,
  }),
  // Which signs for AWS alone, wherever in it.
  sns: channelKind({
    schema: SnsConfig,
    destination: 'optional',
    readers: 'people',
    freeFields: ['topic', 'region'],
    open: openSnsChannel,
  }),
  syslog: channelKind({ schema: SyslogConfig, destination: 'none', readers: 'programs', open: openSyslogChannel }),
  webhook: channelKind({
    schema: WebhookConfig,
    destination: 'optional',
    readers: 'programs',
    open: openWebhookChannel,
  }),
};
