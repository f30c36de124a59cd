import type { Command } from '../../../base/commands/command.ts';
import { timestamp } from '../../../base/clock.ts';
import { hostErrors } from '../../errors.ts';
import { canonicalLines } from '../../firewall/canonical.ts';
import { tools } from '../../firewall/rules.ts';
import { stateFolderFrom, stateOption, type OpenLocalHost } from '../local-host.ts';
import { shownLine } from './rules-lines.ts';

export const showRulesCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'firewall', 'show'],
  summary: 'The rules of one state as text',
  examples: [
    { run: 'sudo holdfast host firewall show', does: 'Those that were kept last' },
    { run: 'sudo holdfast host firewall show 0190f5d2-7b1e', does: 'Those of an id, or of one that begins so' },
    { run: 'sudo holdfast host firewall show 0190f5d2-7b1e --whole', does: 'As the tools told them, with counters' },
  ],
  arguments: [{ name: 'ID', about: 'One of holdfast host firewall list', optional: true }],
  options: [{ name: 'whole', about: 'As the tools told them, with counters and all that is in sets' }, stateOption],
  async run(context, input) {
    await using local = await openLocal(stateFolderFrom(context, input));
    const { timeline } = local.firewall;
    const [word] = input.args;
    const kept = word === undefined ? await timeline.last() : await timeline.find(word);
    if (!kept) throw hostErrors('host_snapshot_not_found', { detail: 'none is kept yet' });
    const { id, atMs, by, rules } = kept;
    context.terminal.show({ id, time: timestamp(atMs), by, ...rules }, () => {
      const lines = input.flag('whole')
        ? tools.flatMap((tool) => {
            const own = rules.tools[tool];
            if (own === undefined) return [];
            return [`# ${tool}`, ...(own.state === 'read' ? own.text : own.why).trimEnd().split('\n'), ''];
          })
        : canonicalLines(rules);
      return lines.map(shownLine);
    });
  },
});
