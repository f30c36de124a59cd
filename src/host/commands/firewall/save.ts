import type { Command } from '../../../base/commands/command.ts';
import { formatTime } from '../../../base/text/quantities.ts';
import { hostErrors } from '../../errors.ts';
import { lookAtRules } from '../../firewall/look.ts';
import { saveRules } from '../../firewall/timeline.ts';
import { stateFolderFrom, stateOption, type OpenLocalHost } from '../local-host.ts';
import { shownLine } from './rules-lines.ts';
import { needLinux } from '../need-linux.ts';

export const saveCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'firewall', 'save'],
  summary: 'Keep the rules that are there now, if they are others than the last ones',
  examples: [
    { run: 'sudo holdfast host firewall save', does: 'Before you change them' },
    { run: 'sudo holdfast host firewall save --state /var/lib/holdfast', does: 'Keep them elsewhere' },
    { run: 'sudo holdfast host firewall save --json', does: 'For a script' },
  ],
  options: [stateOption],
  async run(context, input) {
    needLinux();
    await using local = await openLocal(stateFolderFrom(context, input));
    const rules = await lookAtRules(context.signal);
    const saved = await saveRules(local.firewall.timeline, { atMs: context.clock(), by: 'save', rules });
    const unread = Object.entries(rules.tools).flatMap(([tool, own]) =>
      own.state === 'unread' ? [{ tool, why: own.why }] : [],
    );
    if (saved === null) {
      const why = unread.map((each) => `${each.tool}: ${each.why}`).join('; ');
      throw hostErrors('host_needs_root', {
        attempted: 'Read the rules of the firewall',
        detail: why === '' ? 'no nft, iptables, ufw or firewalld is there' : shownLine(why),
        ...(why === '' ? { remedy: 'There is nothing to keep.' } : {}),
      });
    }
    const { kept, isSame } = saved;
    context.terminal.show({ id: kept.id, isSame, unread }, () => [
      isSame ? `They are those of ${formatTime(kept.atMs)}: ${kept.id}` : `Kept as ${kept.id}`,
      ...unread.map(({ tool, why }) => shownLine(`${tool} could not be asked: ${why}`)),
    ]);
    return unread.length > 0 ? 3 : 0;
  },
});
