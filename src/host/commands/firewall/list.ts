import type { Command } from '../../../base/commands/command.ts';
import { timestamp } from '../../../base/clock.ts';
import { formatTime } from '../../../base/text/quantities.ts';
import { timelineOf, type SavedBy } from '../../firewall/timeline.ts';
import { stateFolderFrom, stateOption, type OpenLocalHost } from '../local-host.ts';
import { waitingLines } from './waiting.ts';

export const listCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'firewall', 'list'],
  summary: 'The rules of this computer over time, each time they were really others',
  description:
    'They are kept at each scan and by holdfast host firewall save. Counters, and what rules put into sets at work, make no\ndifference.',
  examples: [
    { run: 'sudo holdfast host firewall list', does: 'The newest first' },
    { run: 'sudo holdfast host firewall diff 0190f5d2', does: 'What is different from one of them now' },
    { run: 'sudo holdfast host firewall list --json', does: 'For a script' },
  ],
  options: [stateOption],
  async run(context, input) {
    await using local = await openLocal(stateFolderFrom(context, input));
    const { timeline, restores } = local.firewall;
    const entries = await timelineOf(timeline);
    const waiting = await restores.state();
    const value = {
      states: entries.map(({ id, atMs, by, changed }) => ({ id, time: timestamp(atMs), by, changed })),
      restore: waiting && { ...waiting.pending, outcome: waiting.outcome },
    };
    context.terminal.show(value, () => [
      ...(entries.length === 0
        ? ['No rules are kept yet. Keep them now: sudo holdfast host firewall save']
        : context.terminal.table(
            [
              { title: 'Id' },
              { title: 'First seen' },
              { title: 'By' },
              { title: 'New', align: 'right' },
              { title: 'Gone', align: 'right' },
            ],
            entries.map(({ id, atMs, by, changed }) => [
              id,
              formatTime(atMs),
              BY[by],
              changed === null ? '' : String(changed.new),
              changed === null ? '' : String(changed.gone),
            ]),
          )),
      ...waitingLines(context, waiting),
    ]);
  },
});

const BY: { readonly [By in SavedBy]: string } = {
  scan: 'scan',
  facts: 'facts',
  save: 'save',
  restore: 'before a restore',
};
