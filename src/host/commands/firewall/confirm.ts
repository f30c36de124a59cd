import type { Command } from '../../../base/commands/command.ts';
import { stateFolderFrom, stateOption, type OpenLocalHost } from '../local-host.ts';

export const confirmCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'firewall', 'confirm'],
  summary: 'Keep the rules that a restore has loaded',
  description: 'Say so from a new connection: one that was there before may live on where a new one is refused.',
  examples: [
    { run: 'sudo holdfast host firewall confirm', does: 'They stay until the next start' },
    { run: 'ssh server sudo holdfast host firewall confirm', does: 'From outside, which shows that you get in' },
    { run: 'sudo holdfast host firewall confirm --json', does: 'For a script' },
  ],
  options: [stateOption],
  async run(context, input) {
    await using local = await openLocal(stateFolderFrom(context, input));
    const { snapshotId, beforeId } = await local.firewall.restores.confirm();
    context.terminal.show({ snapshotId, beforeId, state: 'kept' }, () => [KEPT]);
  },
});

export const KEPT =
  'They stay, until the next start of this computer: what it loads then is in the files of nftables, iptables, ufw or firewalld.';
