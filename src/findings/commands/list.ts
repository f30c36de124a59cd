import { wholeNumber, type Command, type CommandContext } from '../../base/commands/command.ts';
import { count, formatRelative } from '../../base/text/quantities.ts';
import { isAtLeast, severities } from '../finding.ts';
import type { FindingsPlace } from '../place.ts';
import type { FilterText } from '../query.ts';
import type { FindingSummary, TotalsReply } from '../wire.ts';
import { exitCodeIn, failOnFrom, failOnOptions } from './fail-on.ts';
import { shortId } from './found.ts';
import { severityCell } from './severity-style.ts';
import { filterFrom, filterOptions, inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const listFindings = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'list'],
  summary: 'What the guards found, worst first',
  description:
    'What is open, unless --in says otherwise. Exit code 1 when something open that fits the filter is at least as bad\nas --fail-on (high unless told otherwise; none: never), or could not be looked at with --fail-on-unknown.',
  examples: [
    { run: 'holdfast findings list', does: 'What is open' },
    {
      run: "holdfast findings list --severity critical,high --resource 'logs-*'",
      does: 'The worst, of some resources',
    },
    { run: 'holdfast findings list --fail-on medium --fail-on-unknown --quiet', does: 'For a pipeline' },
    { run: 'holdfast findings list --in accepted', does: 'What people decided to live with' },
  ],
  options: [
    ...filterOptions,
    { name: 'limit', value: 'N', about: 'At most so many, default 100' },
    ...failOnOptions(),
    ...placeOptions,
  ],
  async run(context, input) {
    const failOn = failOnFrom(input);
    const limit = wholeNumber(input.text('limit') ?? '100', { option: 'limit', min: 1, max: 100_000 });
    const filter = filterFrom(input);
    return await inPlace(context, input, openLocal, async (place) => {
      const { found, more } = await collect(place, filter, limit);
      const totals = await place.totals();
      context.terminal.show({ findings: found, more, totals }, () => [
        ...lines(context, found, more),
        ...(isNarrowed(filter) ? [fitting(found.length, more)] : []),
        sentence(totals, context.terminal.styles),
      ]);
      return await exitCodeIn(place, filter, failOn);
    });
  },
});

function isNarrowed({ state: _, ...narrow }: FilterText): boolean {
  return Object.values(narrow).some((value) => value !== undefined);
}

function fitting(shown: number, more: boolean): string {
  if (shown === 0) return 'Nothing fits the filter. In all:';
  return `${more ? 'More than ' : ''}${count(shown, 'finding')} ${shown === 1 ? 'fits' : 'fit'} the filter. In all:`;
}

async function collect(
  place: FindingsPlace,
  filter: FilterText,
  limit: number,
): Promise<{ readonly found: readonly FindingSummary[]; readonly more: boolean }> {
  const found: FindingSummary[] = [];
  let after: string | undefined;
  do {
    const page = await place.list({ ...filter, after, limit: Math.min(1000, limit - found.length) });
    found.push(...page.findings);
    after = page.next;
  } while (after !== undefined && found.length < limit);
  return { found, more: after !== undefined };
}

function lines({ terminal, clock }: CommandContext, found: readonly FindingSummary[], more: boolean): string[] {
  const now = clock();
  const table = terminal.table(
    [
      { title: 'Severity' },
      { title: 'Finding', cut: true },
      { title: 'Resource', cut: true },
      { title: 'State' },
      { title: 'Since' },
      { title: 'Id' },
    ],
    found.map((each) => [
      severityCell(each.severity, each.verdict),
      each.title,
      each.resource.name,
      each.reopened > 0 ? `${each.state}, came back` : each.state,
      formatRelative(Date.parse(each.firstSeenTime), now),
      shortId(each.findingId),
    ]),
  );
  return [
    ...(found.length > 0 ? [...table, ''] : []),
    ...(more ? [terminal.styles.faint('There are more: raise --limit, or narrow the filter.')] : []),
  ];
}

function sentence({ open, states }: TotalsReply, styles: CommandContext['terminal']['styles']): string {
  const wrong = severities.reduce((sum, severity) => sum + open[severity].fail, 0);
  const unseen = severities.reduce((sum, severity) => sum + open[severity].unknown, 0);
  const worst = severities.find((severity) => open[severity].fail > 0);
  const rest = [
    ...(unseen > 0 ? [`${count(unseen, 'thing')} could not be looked at`] : []),
    ...(states.accepted > 0 ? [`${states.accepted} accepted`] : []),
    ...(states.suppressed > 0 ? [`${states.suppressed} suppressed`] : []),
    ...(states.fixed > 0 ? [`${states.fixed} fixed`] : []),
  ];
  const tail = rest.length > 0 ? ` ${rest.join(', ')}.` : '';
  const known = states.open + states.accepted + states.suppressed + states.fixed + states.clear;
  if (known === 0) return 'No guard has looked yet, so nothing is known.';
  if (worst === undefined) {
    const said = 'Nothing is known to be wrong.';
    return `${unseen > 0 ? styles.attention(said) : styles.good(said)}${tail}`;
  }
  const said = `${count(wrong, 'open finding')}, the worst ${worst}.`;
  return `${isAtLeast(worst, 'high') ? styles.danger(said) : styles.attention(said)}${tail}`;
}
