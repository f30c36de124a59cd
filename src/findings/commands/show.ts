import type { Command, Terminal } from '../../base/commands/command.ts';
import { formatTime } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { FindingReply, FindingView } from '../wire.ts';
import { findingIdFrom } from './found.ts';
import { inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const showFinding = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'show'],
  summary: 'One finding: evidence, why it matters, what to do, and its history',
  examples: [
    { run: 'holdfast findings show 3fa4b2c1', does: 'By the first digits of its id' },
    { run: 'holdfast findings show 3fa4b2c1 --json', does: 'For a script' },
    { run: 'holdfast findings show 3fa4b2c1 --local', does: 'What this computer knows' },
  ],
  arguments: [{ name: 'ID', about: 'Id of the finding, or the beginning of it' }],
  options: placeOptions,
  async run(context, input) {
    await inPlace(context, input, openLocal, async (place) => {
      const reply = await place.show(await findingIdFrom(place, input.args[0] ?? ''));
      context.terminal.show(reply, () => lines(reply, context.terminal));
    });
  },
});

function lines({ finding, history }: FindingReply, terminal: Terminal): string[] {
  const { styles } = terminal;
  const { title, severity, verdict, resource, evidence, rationale, remedy, references } = finding;
  const told = (label: string, text: string): string[] =>
    text === '' ? [] : ['', styles.strong(label), visible(text)];
  return [
    styles.strong(visible(title)),
    `${severity}, ${verdict === 'unknown' ? 'could not be looked at' : verdict}; ${stateOf(finding)}`,
    '',
    `Resource  ${visible(resource.name)} (${visible(resource.type)})`,
    `Uid       ${visible(resource.uid)}`,
    ...(resource.path === undefined ? [] : [`Path      ${visible(resource.path)}`]),
    `Check     ${visible(finding.check)}, by ${visible(finding.source)}`,
    `Id        ${finding.findingId}`,
    `Seen      ${formatTime(Date.parse(finding.firstSeenTime))} to ${formatTime(Date.parse(finding.lastSeenTime))}`,
    ...(evidence.length > 0 ? ['', styles.strong('Evidence')] : []),
    ...evidence.map(({ label, value }) => `${visible(label)}: ${visible(value)}`),
    ...told('Why it matters', rationale),
    ...told('What to do', remedy),
    ...(references.length > 0 ? ['', styles.strong('References')] : []),
    ...references.map(({ standard, id, url }) => visible(`${standard} ${id}${url === undefined ? '' : `  ${url}`}`)),
    '',
    styles.strong('History'),
    ...terminal.table(
      [{ title: 'When' }, { title: 'What' }, { title: 'By' }, { title: 'Why', cut: true }],
      history.map(({ time, change, by, reason }) => [
        formatTime(Date.parse(time)),
        change.replaceAll('_', ' '),
        by ?? '',
        reason ?? '',
      ]),
    ),
  ];
}

function stateOf({ state, acceptance, ruleId, reopened }: FindingView): string {
  const back = reopened > 0 ? `, came back ${reopened === 1 ? 'once' : `${reopened} times`}` : '';
  if (acceptance) {
    const end = acceptance.until === null ? 'for good' : `until ${formatTime(Date.parse(acceptance.until))}`;
    return visible(`accepted ${end} by ${acceptance.by}: ${acceptance.reason}${back}`);
  }
  return `${state}${ruleId === null ? '' : ` by the rule ${ruleId}`}${back}`;
}
