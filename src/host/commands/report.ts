import type { Command, CommandContext } from '../../base/commands/command.ts';
import { version } from '../../base/version.ts';
import { findingId, formats, knownFindingsIn, observedView, type Format } from '../../findings/index.ts';
import { hostErrors } from '../errors.ts';
import { renderScan } from '../scanning/render-scan.ts';
import { ownOption } from './choose-checks.ts';
import { formatFrom } from './format-option.ts';
import { importResult } from './import-result.ts';
import { lastScanOf, type LastScan } from './keep-scan.ts';
import { stateFolderFrom, stateOption, type LocalHost, type OpenLocalHost } from './local-host.ts';
import { SOURCE } from './record-scan.ts';

export const reportCommand = (openLocal: OpenLocalHost): Command => ({
  path: ['host', 'report'],
  summary: 'The last scan of this computer as a file, without a new look',
  description:
    'With what people decided since: what somebody accepted stands apart. With --import it is about another host, whose result\nan archive of host scan --bundle brought back; its findings are kept here, and sent to the server you are signed in at.',
  examples: [
    { run: 'sudo holdfast host report > host.html', does: 'A page to show somebody' },
    { run: 'sudo holdfast host report --format csv > host.csv', does: 'For a spreadsheet' },
    { run: 'sudo holdfast host report --format ocsf', does: 'For a SOC' },
    { run: 'holdfast host report --import holdfast-web1.jsonl.gz > web1.html', does: 'Of a host without Node' },
  ],
  options: [
    { name: 'format', value: 'F', about: `${formats.join(', ')}; default html` },
    { name: 'import', value: 'FILE', about: 'Read in what holdfast-scan.sh wrote on another host, and report that' },
    ownOption,
    stateOption,
  ],
  async run(context, input) {
    const format = formatFrom(input) ?? 'html';
    const file = input.text('import');
    await using local = await openLocal(stateFolderFrom(context, input));
    const last = file === undefined ? await lastScanOf(local, null) : await importResult(context, input, local, file);
    if (last === null) throw hostErrors('host_not_scanned', { attempted: 'Show the last scan' });
    await write(context, local, last, format);
  },
});

async function write(context: CommandContext, local: LocalHost, last: LastScan, format: Format): Promise<void> {
  const { atMs, observations } = last;
  const known = await knownFindingsIn(local.findings, SOURCE);
  const views = observations.map((each) => {
    // What was read in is known from then on, later than it was seen there.
    const firstMs = Date.parse(known.get(findingId(each))?.firstSeenTime ?? '') || 0;
    return observedView(each, known, { source: SOURCE, atMs: Math.max(atMs, firstMs) });
  });
  await context.terminal.write(bytes(renderScan({ ...last, views }, format, { atMs, version })));
}

async function* bytes(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
