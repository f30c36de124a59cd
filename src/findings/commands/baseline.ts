import type { Command } from '../../base/commands/command.ts';
import { count } from '../../base/text/quantities.ts';
import { reasonFrom, reasonOption } from './reason.ts';
import { untilFrom } from './times.ts';
import { narrowFrom, narrowOptions, inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const approveFindings = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'baseline'],
  summary: 'Approve the present state: only what comes new is open',
  description: 'Accepts everything that is open and fits the filter, in one go and with one reason.',
  examples: [
    { run: 'holdfast findings baseline --reason "State at hand-over" --until 90d', does: 'All that is open' },
    { run: 'holdfast findings baseline --severity low,info --reason "Later"', does: 'Only the small ones' },
    { run: 'holdfast findings list --in accepted', does: 'What was approved' },
  ],
  options: [
    ...narrowOptions,
    reasonOption,
    { name: 'until', value: 'DAY', about: 'When they open again: 2026-12-31, or 30d' },
    ...placeOptions,
  ],
  async run(context, input) {
    const reason = await reasonFrom(context, input);
    const until = untilFrom(input.text('until'), context.clock());
    await inPlace(context, input, openLocal, async (place) => {
      const reply = await place.baseline({ ...narrowFrom(input), reason, until });
      context.terminal.show(reply, () => [`Accepted ${count(reply.accepted, 'finding')}.`]);
    });
  },
});
