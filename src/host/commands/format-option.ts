import type { CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';
import { formats, type Format } from '../../findings/index.ts';

/** `null`: none was asked for. Throws `usage_invalid`. */
export function formatFrom(input: CommandInput): Format | null {
  const wanted = input.text('format');
  if (wanted === undefined) return null;
  const format = formats.find((each) => each === wanted);
  if (format) return format;
  throw commandErrors('usage_invalid', { detail: `--format is one of ${formats.join(', ')}` });
}
