import { extname } from 'node:path';
import type { CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { type RecordFormat, recordFormats } from '../records/conn-writer.ts';

export const formatOption = {
  name: 'format',
  value: 'F',
  about: `Write the flows, as ${recordFormats.join(' or ')}: to standard output without --out`,
};

/** `null`: no records are wanted. Throws `usage_invalid`. */
export function formatFrom(input: CommandInput, out: string | undefined): RecordFormat | null {
  const wanted = input.text('format');
  if (wanted === undefined) return out === undefined ? null : formatByName(out);
  const format = recordFormats.find((each) => each === wanted);
  if (format) return format;
  throw commandErrors('usage_invalid', { detail: `--format is one of ${recordFormats.join(', ')}` });
}

export function formatByName(file: string): RecordFormat {
  return extname(file) === '.jsonl' ? 'jsonl' : 'tsv';
}
