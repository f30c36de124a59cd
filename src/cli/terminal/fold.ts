import { textWidth } from './text-width.ts';

/**
 * Text in lines of at most `width` columns, broken between words; without a width it is one line. A word that is longer
 * stays whole, so that an address or a command can be copied. Lines after the first are set in by `indent` columns.
 */
export function fold(text: string, width: number | undefined, indent = 0): string[] {
  if (width === undefined || textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? '';
  let isEmpty = true;
  for (const word of text.trim().split(/ +/)) {
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (!isEmpty && textWidth(longer) > width) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else {
      line = longer;
    }
    isEmpty = false;
  }
  return [...lines, line];
}

/** Shorter lines end where their author meant them to; longer ones were broken to fit the source. */
const BROKEN_FROM = 80;

/** Text of several lines: as it is where it fits, else folded anew. */
export function foldAll(text: string, width: number | undefined): string[] {
  const lines = text.split('\n');
  if (width === undefined || lines.every((line) => textWidth(line) <= width)) return lines;
  const whole: string[] = [];
  let goesOn = false;
  for (const line of lines) {
    if (goesOn && line !== '' && !line.startsWith(' ')) whole.push(`${whole.pop()} ${line}`);
    else whole.push(line);
    goesOn = textWidth(line) >= BROKEN_FROM && !line.startsWith(' ');
  }
  return whole.flatMap((line) => fold(line, width));
}
