import type { Command } from '../../base/commands/command.ts';
import { confirmCommand } from './firewall/confirm.ts';
import { diffCommand } from './firewall/diff.ts';
import { listCommand } from './firewall/list.ts';
import { restoreCommand } from './firewall/restore.ts';
import { saveCommand } from './firewall/save.ts';
import { showRulesCommand } from './firewall/show.ts';
import type { OpenLocalHost } from './local-host.ts';

export function firewallCommands(openLocal: OpenLocalHost): readonly Command[] {
  return [
    listCommand(openLocal),
    saveCommand(openLocal),
    showRulesCommand(openLocal),
    diffCommand(openLocal),
    restoreCommand(openLocal),
    confirmCommand(openLocal),
  ];
}
