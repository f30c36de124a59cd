import type { Command } from '../base/commands/command.ts';
import { addBot, addHook, listBots, removeBot, removeHook, renewToken } from './commands/bots.ts';
import { chat } from './commands/chat.ts';
import { hideMessage, restoreMessage } from './commands/moderation/hide.ts';
import { addOutgoing, enableOutgoing, listOutgoing, removeOutgoing } from './commands/outgoing.ts';
import { listReports, resolveReport } from './commands/moderation/reports.ts';
import { ban, kick, lift, mute } from './commands/moderation/restrict.ts';
import { setFilter, showActs, showRules } from './commands/moderation/room-rules.ts';

/** The verbs of chat/. They talk to a server over its API. */
export const chatCommands: readonly Command[] = [
  ...[chat],
  ...[listBots, addBot, renewToken, addHook, removeBot, removeHook],
  ...[listOutgoing, addOutgoing, enableOutgoing, removeOutgoing],
  ...[listReports, resolveReport, hideMessage, restoreMessage, mute, ban, kick, lift, showRules, setFilter, showActs],
];
