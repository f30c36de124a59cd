import type { Styles } from '../../base/commands/command.ts';

const plain = (text: string): string => text;
const sgr =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;

/** Colours of the terminal's own theme. A colour never says anything alone: the word beside it does. */
export function styles(colored: boolean): Styles {
  if (!colored) return { strong: plain, faint: plain, good: plain, attention: plain, danger: plain };
  return { strong: sgr(1, 22), faint: sgr(2, 22), good: sgr(32, 39), attention: sgr(33, 39), danger: sgr(31, 39) };
}
