import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Accounts } from '../../accounts/index.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Chat } from '../../chat/index.ts';
import type { Config } from '../../config/index.ts';
import { channelKinds, resolveHost } from '../../notifications/channels/index.ts';
import { type Notifications, type NotificationsDeps, openNotifications } from '../../notifications/index.ts';
import { alertsRoom, chatRooms } from './chat-rooms.ts';
import { NOTICE_KINDS } from './notice-kinds.ts';

export interface NoticesParts extends Pick<
  NotificationsDeps,
  'records' | 'workspaceKey' | 'audit' | 'holder' | 'origin' | 'onNotice'
> {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly accounts: () => Accounts;
  readonly chat: () => Chat;
}

/** Notices with the kinds and channels that there are. `accounts` and `chat` are asked once everything is open. */
export function openNotices({ config, accounts, chat, ...parts }: NoticesParts): Notifications {
  const { settings, dataFolder } = config;
  const { clock } = parts;
  const ofMachine = {
    clock,
    settings: settings.channels,
    hostName: hostname(),
    folder: join(dataFolder, 'notices'),
    resolve: resolveHost,
    allowedNetworks: config.webhookNetworks,
    rooms: chatRooms(chat, settings.chat.chatMessageBytes),
  };
  const kinds = Object.entries(channelKinds).map(([name, kind]) => [
    name,
    { ...kind, open: (config: unknown) => kind.open(config, ofMachine) },
  ]);
  return openNotifications({
    ...parts,
    settings: settings.notifications,
    kinds: NOTICE_KINDS,
    machine: ofMachine,
    channelKinds: Object.fromEntries(kinds) as NotificationsDeps['channelKinds'],
    reader: (accountId) => accounts().recipient(accountId),
    admins: () => accounts().admins(),
    alertsRoom: alertsRoom(accounts, chat),
    guardNoticeNames: async () => (await accounts().settings.values())['guard-notice-names'] === 'on',
  });
}
