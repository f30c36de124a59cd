import type { Command, CommandContext, CommandInput, ExitCode } from '../../base/commands/command.ts';
import { count, formatTime } from '../../base/text/quantities.ts';
import { quoted } from '../../base/text/visible.ts';
import type { FindingsPlace } from '../place.ts';
import type { DecidedReply, FindingView } from '../wire.ts';
import { findingIdFrom, shortId } from './found.ts';
import { reasonFrom, reasonOption } from './reason.ts';
import { untilFrom } from './times.ts';
import { inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

const idArguments = [{ name: 'ID', about: 'Ids of findings, or their beginnings', many: true }] as const;

export const acceptFinding = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'accept'],
  summary: 'Live with findings, until a day or for good',
  description:
    'They are out of the list of open findings, and open again by themselves on that day if they are still so. Of several,\nthose that were fixed meanwhile are told; the exit code is then 3.',
  examples: [
    { run: 'holdfast findings accept 3fa4b2c1 --reason "Public on purpose: the web site"', does: 'For good' },
    { run: 'holdfast findings accept 3fa4b2c1 --reason "Moves in spring" --until 2027-04-30', does: 'Until a day' },
    { run: 'holdfast findings accept 3fa4b2c1 9d1e2f07 --reason "Ticket 812" --until 30d', does: 'Two, for 30 days' },
  ],
  arguments: idArguments,
  options: [
    reasonOption,
    { name: 'until', value: 'DAY', about: 'When they open again: 2026-12-31, or 30d' },
    ...placeOptions,
  ],
  async run(context, input) {
    const body = { reason: await reasonFrom(context, input), until: untilFrom(input.text('until'), context.clock()) };
    const end = body.until === null ? 'for good' : `until ${formatTime(Date.parse(body.until))}`;
    return await inPlace(context, input, openLocal, (place) =>
      decide(context, input, place, {
        said: `Accepted ${end}`,
        one: (findingId) => place.accept(findingId, body),
        each: (findingIds) => place.acceptEach({ ...body, findingIds }),
      }),
    );
  },
});

export const reopenFinding = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'reopen'],
  summary: 'Take acceptances back',
  examples: [
    { run: 'holdfast findings reopen 3fa4b2c1 --reason "The site has moved"', does: 'It is open again' },
    { run: 'holdfast findings reopen 3fa4b2c1 9d1e2f07 --reason "Not any more"', does: 'Two' },
    { run: 'holdfast findings list --in accepted', does: 'What is accepted' },
    { run: 'holdfast findings show 3fa4b2c1', does: 'Who accepted it, when and why' },
  ],
  arguments: idArguments,
  options: [reasonOption, ...placeOptions],
  async run(context, input) {
    const reason = await reasonFrom(context, input);
    return await inPlace(context, input, openLocal, (place) =>
      decide(context, input, place, {
        said: 'Open again',
        one: (findingId) => place.reopen(findingId, { reason }),
        each: (findingIds) => place.reopenEach({ findingIds, reason }),
      }),
    );
  },
});

interface Decision {
  readonly said: string;
  readonly one: (findingId: string) => Promise<FindingView>;
  readonly each: (findingIds: readonly string[]) => Promise<DecidedReply>;
}

/** Every id is known to be one before anything is changed. */
async function decide(
  { terminal }: CommandContext,
  { args }: CommandInput,
  place: FindingsPlace,
  { said, one, each }: Decision,
): Promise<ExitCode> {
  const findingIds: string[] = [];
  for (const text of args) findingIds.push(await findingIdFrom(place, text));
  const [only] = findingIds;
  if (only !== undefined && findingIds.length === 1) {
    const finding = await one(only);
    terminal.show(finding, () => [`${said}: ${quoted(finding.title)}`]);
    return 0;
  }
  const reply = await each(findingIds);
  terminal.show(reply, () => [`${said}: ${count(reply.changed.length, 'finding')}.`]);
  for (const { findingId, reason } of reply.unchanged) terminal.warn(`Left as it is: ${shortId(findingId)}: ${reason}`);
  return reply.unchanged.length > 0 ? 3 : 0;
}
