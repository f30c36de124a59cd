import type { Command } from '../base/commands/command.ts';
import type { OpenLocalHost } from './commands/local-host.ts';
import { factsCommand } from './commands/facts.ts';
import { forgetHostCommand, revokeHostCommand } from './commands/fleet/end-host.ts';
import { enrolCommand } from './commands/fleet/enrol.ts';
import { listHostsCommand } from './commands/fleet/list-hosts.ts';
import { firewallCommands } from './commands/firewall.ts';
import { fixCommand } from './commands/fix.ts';
import { reportCommand } from './commands/report.ts';
import { scanCommand } from './commands/scan.ts';
import { showCommand } from './commands/show.ts';
import { undoCommand } from './commands/undo.ts';

export { checkOptions, checksFrom } from './commands/choose-checks.ts';
export type { LocalHost, OpenLocalHost } from './commands/local-host.ts';
export { needLinux } from './commands/need-linux.ts';

/**
 * The verbs of host/: they run in this process with the rights of whoever calls them, and need no server; those of the fleet
 * ask one.
 */
export function hostCommands(openLocal: OpenLocalHost): readonly Command[] {
  return [
    scanCommand(openLocal),
    showCommand,
    fixCommand(openLocal),
    undoCommand(openLocal),
    reportCommand(openLocal),
    factsCommand(openLocal),
    ...firewallCommands(openLocal),
    enrolCommand,
    listHostsCommand,
    revokeHostCommand,
    forgetHostCommand,
  ];
}
