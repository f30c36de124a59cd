import type { Command } from '../base/commands/command.ts';
import { alertsCommand } from './commands/alerts.ts';
import { archiveKeyCommand } from './commands/archive-key.ts';
import { blockCommand } from './commands/block.ts';
import { captureCommand } from './commands/capture.ts';
import { flowsCommand } from './commands/flows.ts';
import type { OpenLocalNetwork } from './commands/local-network.ts';
import { readCommand } from './commands/read.ts';
import { reportCommand } from './commands/report.ts';
import { unblockCommand } from './commands/unblock.ts';

export type { LocalNetwork, OpenLocalNetwork } from './commands/local-network.ts';

/** The verbs of network/: they run in this process with the rights of whoever calls them, and need no server. */
export function networkCommands(openLocal: OpenLocalNetwork): readonly Command[] {
  return [
    captureCommand(openLocal),
    readCommand(openLocal),
    flowsCommand(openLocal),
    blockCommand(openLocal),
    unblockCommand,
    alertsCommand(openLocal),
    reportCommand(openLocal),
    archiveKeyCommand(openLocal),
  ];
}
