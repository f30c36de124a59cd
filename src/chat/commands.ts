import type { Command } from '../base/command.ts';
import { addBot, addHook, listBots, removeBot, removeHook } from './commands/bots.ts';
import { chat } from './commands/chat.ts';

/** The verbs of chat/. They talk to a server over its API. */
export const chatCommands: readonly Command[] = [chat, listBots, addBot, addHook, removeBot, removeHook];
