import type { Command } from '../base/command.ts';
import { listNotices } from './commands/list.ts';
import { readNotices } from './commands/read.ts';

/** The verbs of notifications/. They talk to a server over its API. */
export const notificationCommands: readonly Command[] = [listNotices, readNotices];
