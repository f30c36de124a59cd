import type { Command } from '../base/commands/command.ts';
import { nameAddress, removeAddress, confirmAddress } from './commands/addresses.ts';
import { addChannel, changeChannel, listChannels, removeChannel, testChannel } from './commands/channels.ts';
import { listDeadLetters, retryDeadLetter } from './commands/dead-letters.ts';
import { setHours } from './commands/hours.ts';
import { listNotices } from './commands/list.ts';
import { readNotices } from './commands/read.ts';
import { setRule, showRules } from './commands/rules.ts';

/** The verbs of notifications/. They talk to a server over its API. */
export const notificationCommands: readonly Command[] = [
  listNotices,
  readNotices,
  showRules,
  setRule,
  setHours,
  nameAddress,
  confirmAddress,
  removeAddress,
];

/** `admin channels …` */
export const channelCommands: readonly Command[] = [
  addChannel,
  listChannels,
  testChannel,
  changeChannel,
  removeChannel,
  listDeadLetters,
  retryDeadLetter,
];
