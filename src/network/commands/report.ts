import type { Command, CommandContext } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formatBytes } from '../../base/text/quantities.ts';
import { version } from '../../base/version.ts';
import { visible } from '../../base/text/visible.ts';
import { formats, type Format } from '../../findings/index.ts';
import { gatherReport, reportObservations, type NetworkReport } from '../reporting/network-report.ts';
import { renderReport, sentenceOf } from '../reporting/render-report.ts';
import type { Talker } from '../store/flow-store.ts';
import { alertLines } from './alerts.ts';
import type { OpenLocalNetwork } from './local-network.ts';
import { rangeFrom, rangeOption } from './range-option.ts';
import { stateFolderFrom, stateOption } from './state-option.ts';

export const reportCommand = (openLocal: OpenLocalNetwork): Command => ({
  path: ['network', 'report'],
  summary: 'What crossed the wire, what was wrong, and what is likely next',
  description:
    'From the flows that are kept here. It says what could not be looked at: dropped packets, times without a capture. It ends with\nwhat sources that scanned found open and have not tried yet.',
  examples: [
    { run: 'holdfast network report', does: 'Of the last day' },
    { run: 'holdfast network report --since 7d --format html > week.html', does: 'A page to show somebody' },
    { run: 'holdfast network report --json', does: 'For a script' },
    { run: 'holdfast network report --format ocsf', does: 'Alerts for a SOC' },
  ],
  options: [
    rangeOption,
    { name: 'format', value: 'F', about: `${formats.join(', ')}: to standard output instead of the text` },
    stateOption,
  ],
  async run(context, input) {
    const format = formatFrom(input.text('format'));
    const range = rangeFrom(input, context.clock);
    const { openFlows } = await openLocal();
    await using store = await openFlows(stateFolderFrom(context, input));
    const report = await gatherReport(store, range);
    if (format === null) {
      context.terminal.show(report, () => reportLines(context, report));
      return;
    }
    await context.terminal.write(bytes(renderReport(report, format, { atMs: context.clock(), version })));
  },
});

/** `null`: as text. Throws `usage_invalid`. */
function formatFrom(text: string | undefined): Format | null {
  if (text === undefined) return null;
  const found = formats.find((each) => each === text);
  if (found) return found;
  throw commandErrors('usage_invalid', { detail: `--format is one of ${formats.join(', ')}` });
}

function reportLines(context: CommandContext, report: NetworkReport): readonly string[] {
  const { terminal } = context;
  const { styles } = terminal;
  const titled = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', styles.strong(title), ...lines.map((line) => `  ${line}`)];
  const talkers = (title: string, rows: readonly Talker[]): readonly string[] =>
    titled(
      title,
      rows.length === 0
        ? []
        : terminal.table(
            [{ title: 'Name' }, { title: 'Flows', align: 'right' }, { title: 'Bytes', align: 'right' }],
            rows.map(({ name, flows, bytes: sum }) => [visible(name), flows.toLocaleString('en-US'), formatBytes(sum)]),
          ),
    );
  const unseen = reportObservations(report).filter(({ verdict }) => verdict === 'unknown');
  return [
    styles.strong(sentenceOf(report)),
    ...talkers('Most bytes, by address', report.talkers),
    ...talkers('Most bytes, by service', report.services),
    ...talkers('Most bytes, by port', report.ports),
    ...titled(
      'Alerts',
      report.alerts.length === 0 ? ['None.'] : report.alerts.flatMap((alert) => alertLines(context, alert)),
    ),
    ...titled(
      'What could not be looked at',
      unseen.map(({ title, resource, evidence }) =>
        styles.attention(visible(`${resource.name}: ${title} (${evidence[0]?.value ?? ''})`)),
      ),
    ),
    ...titled(
      'What is likely next',
      report.next.length === 0
        ? ['Nobody who scanned found something open that he left alone.']
        : report.next.map(({ source, what, address, proto, port, why }) =>
            visible(`${source}: ${what} at ${address} ${proto} port ${port}, since ${why}`),
          ),
    ),
  ];
}

async function* bytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
