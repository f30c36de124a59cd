import type { CommandContext, CommandInput } from '../../base/commands/command.ts';
import { commandErrors } from '../../base/commands/errors.ts';

/** The option's value, else asked on a terminal, else an error that names the option. */
export async function textOrAsk(
  { prompts }: CommandContext,
  input: CommandInput,
  option: string,
  question: string,
): Promise<string> {
  const given = input.text(option);
  if (given !== undefined) return given;
  if (prompts.interactive) return await prompts.line(question);
  throw commandErrors('usage_invalid', {
    attempted: `Ask: ${question}`,
    detail: `--${option} is missing and there is no terminal to ask on`,
    remedy: `Give it: --${option} …`,
  });
}

/** A password that is being set: from a file, else typed twice. */
export async function newPassword(
  { prompts }: CommandContext,
  file: string | undefined,
  option: string,
): Promise<string> {
  const password = await prompts.secretFrom(file, 'New password', option);
  if (file === undefined && (await prompts.secret('Again')) !== password) {
    throw commandErrors('usage_invalid', { detail: 'the two passwords differ', remedy: 'Run the command again.' });
  }
  return password;
}

/** Standard input gives one secret only. */
export function oneFromStdin(files: readonly (string | undefined)[]): void {
  if (files.filter((file) => file === '-').length > 1) {
    throw commandErrors('usage_invalid', {
      detail: 'standard input can be read only once',
      remedy: 'Name a file for all but one of the secrets.',
    });
  }
}

/** The server by argument, flag, environment or last login. */
export async function serverOf(context: CommandContext, argument: string | undefined): Promise<string> {
  const url = argument ?? (await context.chosenServer());
  if (url !== undefined) return url;
  throw commandErrors('usage_invalid', {
    detail: 'it is not known which server is meant',
    remedy: 'Give its address: http://localhost:8080, or https://…',
  });
}
