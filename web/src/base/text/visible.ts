/**
 * Text of another machine as it is, with what would not be seen or would turn the words around it written out: whoever is
 * on a host, or sends packets past it, chooses what stands in a process name, a file or the name that a client asks for.
 */

// As src/base/text/visible.ts has it for terminals; tabs stay.
const UNSEEN =
  /(?!\t)\p{Cc}|\p{Cs}|[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** One line. */
export function visible(line: string): string {
  return line.replace(UNSEEN, escaped);
}

function escaped(letter: string): string {
  return `\\u{${letter.codePointAt(0)?.toString(16) ?? ''}}`;
}

/** A name as it is, but for one in which there is nothing to be seen. */
export function visibleName(name: string): string {
  return name.replace(UNSEEN, '').trim() === '' ? name.replace(/./gsu, escaped) : name;
}

/** Several lines, which stay apart. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
