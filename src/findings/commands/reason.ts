import type { CommandContext, CommandInput, CommandOption } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';

export const reasonOption: CommandOption = { name: 'reason', value: 'TEXT', about: 'Why; asked for on a terminal' };

/** A decision without a reason is worth nothing to whoever reads it in a year. Throws `usage_invalid`. */
export async function reasonFrom({ prompts }: CommandContext, input: CommandInput): Promise<string> {
  const given = input.text('reason');
  const reason = (given ?? (prompts.interactive ? await prompts.line('Why') : '')).trim();
  if (reason !== '' && reason.length <= 1024) return reason;
  throw commandErrors('usage_invalid', {
    detail: reason === '' ? '--reason is missing' : '--reason is longer than 1024 characters',
    remedy: 'Say why in one sentence: --reason "…"',
  });
}
