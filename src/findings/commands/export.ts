import type { Command } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formats } from '../render/formats.ts';
import { exitCodeIn, failOnFrom, failOnOptions } from './fail-on.ts';
import { filterFrom, filterOptions, inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const exportFindings = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'export'],
  summary: 'Write findings to standard output as a file',
  description:
    'jsonl: one JSON object a line. csv: safe to open in a spreadsheet. ocsf: OCSF 1.6 events, one a line, for a SIEM.\nhtml: a report in one file that asks nobody for anything.\nThe exit code is 0 once all is written; with --fail-on it is 1 when something open that fits the filter is that bad.',
  examples: [
    { run: 'holdfast findings export --format html > findings.html', does: 'A report of what is open' },
    { run: 'holdfast findings export --format ocsf --in all > findings.ocsf.jsonl', does: 'For a SIEM' },
    { run: 'holdfast findings export --format csv --severity critical,high > worst.csv', does: 'For a spreadsheet' },
  ],
  options: [
    ...filterOptions,
    { name: 'format', value: 'F', about: `${formats.join(', ')}; default jsonl` },
    ...failOnOptions('none'),
    ...placeOptions,
  ],
  async run(context, input) {
    const wanted = input.text('format') ?? 'jsonl';
    const format = formats.find((each) => each === wanted);
    if (!format) throw commandErrors('usage_invalid', { detail: `--format is one of ${formats.join(', ')}` });
    const failOn = failOnFrom(input, 'none');
    const filter = filterFrom(input);
    return await inPlace(context, input, openLocal, async (place) => {
      await context.terminal.write(bytes(place.export(filter, format)));
      return await exitCodeIn(place, filter, failOn);
    });
  },
});

async function* bytes(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}
