import type { Command } from '../../../base/commands/command.ts';
import { hostErrors } from '../../errors.ts';
import { canReadAny } from '../../firewall/canonical.ts';
import { lookAtRules } from '../../firewall/look.ts';
import type { FirewallRules } from '../../firewall/rules.ts';
import { needLinux } from '../need-linux.ts';
import { stateFolderFrom, stateOption, type OpenLocalHost } from '../local-host.ts';
import { nameOf, rulesDiff, shownDiff } from './rules-lines.ts';

export const diffCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'firewall', 'diff'],
  summary: 'What is different between two states of the rules',
  examples: [
    { run: 'sudo holdfast host firewall diff', does: 'Between those that were kept last and now' },
    { run: 'sudo holdfast host firewall diff 0190f5d2', does: 'Between an earlier state and now' },
    { run: 'sudo holdfast host firewall diff 0190f5d2 0190f6aa', does: 'Between two states' },
  ],
  arguments: [
    { name: 'A', about: 'The earlier one; none: the one that was kept last', optional: true },
    { name: 'B', about: 'The later one; none: what is there now', optional: true },
  ],
  options: [stateOption],
  async run(context, input) {
    const [first, second] = input.args;
    if (second === undefined) needLinux();
    await using local = await openLocal(stateFolderFrom(context, input));
    const { timeline } = local.firewall;
    const before = first === undefined ? await timeline.last() : await timeline.find(first);
    if (!before) throw hostErrors('host_snapshot_not_found', { detail: 'none is kept yet' });
    const kept = second === undefined ? null : await timeline.find(second);
    const rules: FirewallRules = kept ? kept.rules : await lookAtRules(context.signal);
    if (!kept && !canReadAny(rules))
      throw hostErrors('host_needs_root', { attempted: 'Read the rules of the firewall' });
    const after = { name: kept ? nameOf(kept) : 'now', rules };
    const lines = rulesDiff({ name: nameOf(before), rules: before.rules }, after);
    context.terminal.show({ before: before.id, after: kept?.id ?? null, diff: lines }, () =>
      lines.length === 0 ? ['Nothing is different.'] : shownDiff(context, lines),
    );
  },
});
