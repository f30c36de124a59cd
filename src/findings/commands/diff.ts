import type { Command, Terminal } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { count, formatTime } from '../../base/text/quantities.ts';
import type { FindingsPlace } from '../place.ts';
import type { CompareReply, RunView } from '../wire.ts';
import { exitCodeOf, failOnFrom, failOnOptions } from './fail-on.ts';
import { shortId } from './found.ts';
import { severityCell } from './severity-style.ts';
import { inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const compareFindingRuns = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'diff'],
  summary: 'What changed between two runs',
  description:
    'Of one guard at one place. Without ids: the newest run against the one before it at the same place. Exit code 1 when\nsomething new that is still open is at least as bad as --fail-on, or could not be looked at with --fail-on-unknown.',
  examples: [
    { run: 'holdfast findings diff', does: 'The newest run against the one before' },
    {
      run: 'holdfast findings diff 0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f 0190f6a4-1c2d-7e3f-8a9b-0c1d2e3f4a5b',
      does: 'Two runs by their ids',
    },
    { run: 'holdfast findings diff --fail-on none', does: 'To read only' },
    { run: 'holdfast findings runs', does: 'Where the ids are' },
  ],
  arguments: [
    { name: 'FROM', about: 'Id of the earlier run', optional: true },
    { name: 'TO', about: 'Id of the later run', optional: true },
  ],
  options: [...failOnOptions(), ...placeOptions],
  async run(context, input) {
    const failOn = failOnFrom(input);
    return await inPlace(context, input, openLocal, async (place) => {
      const [from, to] = await chosen(place, input.args);
      const reply = await place.compare(from, to);
      context.terminal.show(reply, () => lines(reply, context.terminal));
      // What was accepted or suppressed since is nobody's trouble any more.
      const open = [...reply.opened, ...reply.changed].filter(({ state }) => state === 'open');
      return exitCodeOf(
        open.map(({ severity, after }) => ({ severity, verdict: after })),
        failOn,
      );
    });
  },
});

async function chosen(place: FindingsPlace, [from, to]: readonly string[]): Promise<readonly [string, string]> {
  if (from !== undefined && to !== undefined) return [from, to];
  const { runs } = await place.runs({ limit: 1000 });
  const newest = runs.find(({ endedTime }) => endedTime !== null);
  const before = runs.find(
    ({ runId, source, scope, endedTime }) =>
      newest && runId < newest.runId && endedTime !== null && source === newest.source && scope === newest.scope,
  );
  if (from === undefined && newest && before) return [before.runId, newest.runId];
  throw commandErrors('usage_invalid', {
    attempted: 'Compare two runs',
    detail: from === undefined ? 'there are no two runs of one guard at one place yet' : 'the later run is missing',
    remedy: 'Name both: holdfast findings runs lists them.',
  });
}

function lines({ from, to, opened, fixed, changed, same }: CompareReply, terminal: Terminal): string[] {
  const { styles } = terminal;
  const rows = (title: string, differences: CompareReply['opened']): string[] =>
    differences.length === 0
      ? []
      : [
          styles.strong(title),
          ...terminal.table(
            [{ title: 'Severity' }, { title: 'Finding', cut: true }, { title: 'Resource', cut: true }, { title: 'Id' }],
            differences.map((each) => [
              severityCell(each.severity, each.after ?? each.before ?? 'fail'),
              each.title,
              each.resource,
              shortId(each.findingId),
            ]),
          ),
          '',
        ];
  return [
    `${from.source} at ${from.scope}: ${formatTime(Date.parse(from.startedTime))} against ${formatTime(Date.parse(to.startedTime))}`,
    '',
    ...rows('Fixed or gone', fixed),
    ...rows('Known now, or not known any more', changed),
    ...rows('New', opened),
    `${count(opened.length, 'new finding')}, ${fixed.length} fixed or gone, ${changed.length} changed, ${same} as before.`,
  ];
}

export const listFindingRuns = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'runs'],
  summary: 'When guards looked, newest first',
  examples: [
    { run: 'holdfast findings runs', does: 'With what each of them saw' },
    { run: 'holdfast findings runs --json', does: 'For a script' },
    { run: 'holdfast findings diff', does: 'What changed in the newest' },
  ],
  options: placeOptions,
  async run(context, input) {
    await inPlace(context, input, openLocal, async (place) => {
      const reply = await place.runs({ limit: 100 });
      context.terminal.show(reply, () =>
        reply.runs.length === 0 ? ['No guard has looked yet.'] : runLines(reply.runs, context.terminal),
      );
    });
  },
});

function runLines(runs: readonly RunView[], terminal: Terminal): string[] {
  return terminal.table(
    [
      { title: 'Run' },
      { title: 'Guard' },
      { title: 'Where', cut: true },
      { title: 'When' },
      { title: 'Wrong', align: 'right' },
      { title: 'Unknown', align: 'right' },
      { title: 'In order', align: 'right' },
      { title: 'Ended' },
    ],
    runs.map(({ runId, source, scope, startedTime, endedTime, complete, counts }) => [
      runId,
      source,
      scope,
      formatTime(Date.parse(startedTime)),
      String(counts.fail),
      String(counts.unknown),
      String(counts.pass + counts.not_applicable),
      endedTime === null ? 'not yet' : complete ? 'complete' : 'in part',
    ]),
  );
}
