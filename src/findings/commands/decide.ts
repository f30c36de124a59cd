import type { Command } from '../../base/command.ts';
import { formatTime } from '../../base/quantities.ts';
import { quoted } from '../../base/visible-text.ts';
import { findingIdFrom } from './found.ts';
import { reasonFrom, reasonOption } from './reason.ts';
import { untilFrom } from './times.ts';
import { inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const acceptFinding = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'accept'],
  summary: 'Live with a finding, until a day or for good',
  description: 'It is out of the list of open findings, and opens again by itself on that day if it is still so.',
  examples: [
    { run: 'holdfast findings accept 3fa4b2c1 --reason "Public on purpose: the web site"', does: 'For good' },
    { run: 'holdfast findings accept 3fa4b2c1 --reason "Moves in spring" --until 2027-04-30', does: 'Until a day' },
    { run: 'holdfast findings accept 3fa4b2c1 --reason "Ticket 812" --until 30d', does: 'For 30 days' },
  ],
  arguments: [{ name: 'ID', about: 'Id of the finding, or the beginning of it' }],
  options: [
    reasonOption,
    { name: 'until', value: 'DAY', about: 'When it opens again: 2026-12-31, or 30d' },
    ...placeOptions,
  ],
  async run(context, input) {
    const body = { reason: await reasonFrom(context, input), until: untilFrom(input.text('until'), context.clock()) };
    await inPlace(context, input, openLocal, async (place) => {
      const finding = await place.accept(await findingIdFrom(place, input.args[0] ?? ''), body);
      const end = body.until === null ? 'for good' : `until ${formatTime(Date.parse(body.until))}`;
      context.terminal.show(finding, () => [`Accepted ${end}: ${quoted(finding.title)}`]);
    });
  },
});

export const reopenFinding = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'reopen'],
  summary: 'Take an acceptance back',
  examples: [
    { run: 'holdfast findings reopen 3fa4b2c1 --reason "The site has moved"', does: 'It is open again' },
    { run: 'holdfast findings list --in accepted', does: 'What is accepted' },
    { run: 'holdfast findings show 3fa4b2c1', does: 'Who accepted it, when and why' },
  ],
  arguments: [{ name: 'ID', about: 'Id of the finding, or the beginning of it' }],
  options: [reasonOption, ...placeOptions],
  async run(context, input) {
    const reason = await reasonFrom(context, input);
    await inPlace(context, input, openLocal, async (place) => {
      const finding = await place.reopen(await findingIdFrom(place, input.args[0] ?? ''), { reason });
      context.terminal.show(finding, () => [`Open again: ${quoted(finding.title)}`]);
    });
  },
});
