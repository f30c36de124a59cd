import type { Clock } from '../../base/clock.ts';
import type { CommandInput, CommandOption } from '../../base/commands/command.ts';
import { durationMs } from '../../base/commands/duration-option.ts';
import type { RangeQuery } from '../store/flow-store.ts';

const MOST_MS = 366 * 86_400_000;
const USUAL = '24h';

export const rangeOption: CommandOption = {
  name: 'since',
  value: 'TIME',
  about: `Of the last 90m, 24h, 7d; default ${USUAL}`,
};

/** Until now. Throws `usage_invalid`. */
export function rangeFrom(input: CommandInput, clock: Clock): RangeQuery {
  const to = clock() / 1000;
  return { from: to - durationMs(input.text('since') ?? USUAL, { option: 'since', maxMs: MOST_MS }) / 1000, to };
}
