import type { Command } from '../../base/command.ts';
import { commandErrors } from '../../base/command-errors.ts';
import { formats } from '../render/formats.ts';
import { filterFrom, filterOptions, inPlace, placeOptions, type OpenLocalFindings } from './where.ts';

export const exportFindings = (openLocal: OpenLocalFindings): Command => ({
  path: ['findings', 'export'],
  summary: 'Write findings to standard output as a file',
  description:
    'jsonl: one JSON object a line. csv: safe to open in a spreadsheet. ocsf: OCSF 1.6 events, one a line, for a SIEM.\nhtml: a report in one file that asks nobody for anything.',
  examples: [
    { run: 'holdfast findings export --format html > findings.html', does: 'A report of what is open' },
    { run: 'holdfast findings export --format ocsf --in all > findings.ocsf.jsonl', does: 'For a SIEM' },
    { run: 'holdfast findings export --format csv --severity critical,high > worst.csv', does: 'For a spreadsheet' },
  ],
  options: [
    ...filterOptions,
    { name: 'format', value: 'F', about: `${formats.join(', ')}; default jsonl` },
    ...placeOptions,
  ],
  async run(context, input) {
    const wanted = input.text('format') ?? 'jsonl';
    const format = formats.find((each) => each === wanted);
    if (!format) throw commandErrors('usage_invalid', { detail: `--format is one of ${formats.join(', ')}` });
    await inPlace(context, input, openLocal, (place) =>
      context.terminal.write(bytes(place.export(filterFrom(input), format))),
    );
  },
});

async function* bytes(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}
