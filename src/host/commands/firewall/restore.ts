import { wholeNumber, type Command, type CommandContext, type CommandInput } from '../../../base/commands/command.ts';
import { count } from '../../../base/text/quantities.ts';
import { hostErrors } from '../../errors.ts';
import { lookAtRules } from '../../firewall/look.ts';
import { planRestore, type RestorePlan } from '../../firewall/restoring/plan.ts';
import type { FirewallRules } from '../../firewall/rules.ts';
import { saveRules, type SavedRules } from '../../firewall/timeline.ts';
import { needTrustedState } from '../../trusted.ts';
import { needLinux } from '../need-linux.ts';
import { stateFolderFrom, stateOption, type LocalHost, type OpenLocalHost } from '../local-host.ts';
import { KEPT } from './confirm.ts';
import { nameOf, rulesDiff, shownDiff } from './rules-lines.ts';

export const restoreCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'firewall', 'restore'],
  summary: 'Show what would make the rules those of an earlier state, and load them with --yes',
  description:
    'With --yes the rules that are there now are kept first. Those that are loaded go back by themselves, also when your\nconnection is cut off, unless you confirm them in time: here, or with holdfast host firewall confirm.',
  examples: [
    {
      run: 'sudo holdfast host firewall restore 0190f5d2',
      does: 'What would change; the tools say whether they take it',
    },
    { run: 'sudo holdfast host firewall restore 0190f5d2 --yes', does: 'Load them' },
    {
      run: 'sudo holdfast host firewall restore 0190f5d2 --yes --within 300',
      does: 'With five minutes to confirm them',
    },
  ],
  arguments: [{ name: 'ID', about: 'One of holdfast host firewall list' }],
  options: [
    { name: 'yes', about: 'Load the rules' },
    { name: 'within', value: 'SECONDS', about: 'They go back after so long unless confirmed: 1 to 3600' },
    stateOption,
  ],
  async run(context, input) {
    needLinux();
    await using local = await openLocal(stateFolderFrom(context, input));
    const withinS = withinFrom(local, input);
    const goal = await local.firewall.timeline.find(input.args[0] ?? '');
    if (process.getuid?.() !== 0) throw hostErrors('host_needs_root', { attempted: `Restore ${goal.id}` });
    needTrustedState(local.stateFolder);
    const now = await lookAtRules(context.signal);
    const diff = rulesDiff({ name: 'now', rules: now }, { name: nameOf(goal), rules: goal.rules });
    const plan = planRestore(now, goal.rules);
    const shown = { snapshotId: goal.id, diff, left: plan.left };
    if (diff.length === 0) {
      context.terminal.show({ ...shown, state: 'same' }, () => ['These are the rules that are there now.']);
      return 0;
    }
    await local.firewall.restores.check(plan);
    const lines = [...shownDiff(context, diff), '', ...plan.left];
    if (!input.flag('yes')) {
      context.terminal.show({ ...shown, state: 'planned' }, () => [
        ...lines,
        'The tools would take these rules. Nothing is changed without --yes.',
      ]);
      return 0;
    }
    return await load(context, local, { goal, now, plan, withinS, lines, shown });
  },
});

/** Throws `usage_invalid`. */
function withinFrom({ settings }: LocalHost, input: CommandInput): number {
  const text = input.text('within');
  if (text === undefined) return Math.ceil(settings.hostConfirmMs / 1000);
  return wholeNumber(text, { option: 'within', min: 1, max: 3600 });
}

interface Loading {
  /** The rules to be loaded. */
  readonly goal: SavedRules;
  readonly now: FirewallRules;
  readonly plan: RestorePlan;
  readonly withinS: number;
  readonly lines: readonly string[];
  readonly shown: object;
}

async function load(
  context: CommandContext,
  { firewall: { timeline, restores } }: LocalHost,
  { goal, now, plan, withinS, lines, shown }: Loading,
): Promise<0 | 3> {
  const { terminal, prompts } = context;
  const before = await saveRules(timeline, { atMs: context.clock(), by: 'restore', rules: now });
  // What was read a moment ago can be kept.
  const beforeId = before?.kept.id ?? '';
  await restores.begin(plan, { snapshotId: goal.id, beforeId, withinS });
  const time = count(withinS, 'second');
  if (!prompts.interactive || terminal.json) {
    terminal.show({ ...shown, beforeId, withinS, state: 'waiting' }, () => [
      ...lines,
      `The rules are loaded. They go back in ${time} unless you confirm them: sudo holdfast host firewall confirm`,
    ]);
    return 0;
  }
  for (const line of lines) terminal.warn(line);
  terminal.warn(`The rules are loaded, and go back in ${time}. Try from elsewhere whether you still get in.`);
  const isKept = (await prompts.line('Type keep to keep them')).toLowerCase() === 'keep';
  await (isKept ? restores.confirm() : restores.goBack());
  terminal.show({ ...shown, beforeId, withinS, state: isKept ? 'kept' : 'back' }, () => [
    isKept ? KEPT : 'The rules are those of before again.',
  ]);
  return isKept ? 0 : 3;
}
