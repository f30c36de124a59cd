import type { CommandContext } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';

/** Asks before something that cannot be undone. Throws `usage_invalid` without a terminal and after any other answer. */
export async function confirmed(context: CommandContext, yes: boolean, question: string): Promise<void> {
  if (yes) return;
  const remedy = 'Nothing was done. Give --yes to do it without a question.';
  if (!context.prompts.interactive) {
    throw commandErrors('usage_invalid', { detail: 'this cannot be undone, and there is nobody to ask', remedy });
  }
  const answer = await context.prompts.line(`${question} Nobody can bring it back. Type “yes”`);
  if (answer.trim().toLowerCase() !== 'yes') throw commandErrors('usage_invalid', { detail: 'not confirmed', remedy });
}
