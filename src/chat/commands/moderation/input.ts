/** What the verbs of moderation are told: which message, for how long, and why. */
import type { CommandContext, CommandInput } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';

export const MESSAGE = {
  name: 'MESSAGE',
  about: 'Its number, as the end of its link or --json of --history tells',
} as const;
export const REASON = {
  name: 'reason',
  value: 'TEXT',
  about: 'Why, told to whom it concerns; asked for on a terminal',
} as const;

/** Throws `usage_invalid`. */
export async function reasonFrom({ prompts }: CommandContext, input: CommandInput, option = 'reason'): Promise<string> {
  const given = input.text(option);
  const reason = (given ?? (prompts.interactive ? await prompts.line('Why') : '')).trim();
  if (reason !== '' && reason.length <= 500) return reason;
  throw commandErrors('usage_invalid', {
    detail: reason === '' ? `--${option} is missing` : `--${option} is longer than 500 characters`,
    remedy: `Say it in one sentence: --${option} "…"`,
  });
}

/** Throws `usage_invalid`. */
export function sequenceFrom(text = ''): number {
  const number = /^#?([1-9][0-9]{0,14})$/.exec(text)?.[1];
  if (number !== undefined) return Number(number);
  throw commandErrors('usage_invalid', { detail: `a message is named by its number, such as 42, not by “${text}”` });
}

const UNITS = { m: 1, h: 60, d: 1440, w: 10_080 } as const;
/** A year, as the server has it. */
const MOST = 366 * 1440;

/** `30m`, `2h`, `7d`, `4w`, in minutes. Throws `usage_invalid`. */
export function minutesFrom(text: string): number {
  const [, number, unit] = /^([1-9][0-9]{0,5})([mhdw])$/.exec(text) ?? [];
  const minutes = Number(number) * UNITS[(unit ?? 'm') as keyof typeof UNITS];
  if (minutes <= MOST) return minutes;
  throw commandErrors('usage_invalid', {
    detail: `--for takes a time of up to a year, such as 30m, 2h, 7d or 4w, not “${text}”`,
  });
}
