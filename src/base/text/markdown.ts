/** Names and titles come from other people, and a message in a chat is Markdown: `[click](https://…)` in a name would be a link. */
import { visible } from './visible.ts';

const MARKS = new RegExp(
  [
    // A backslash counts before punctuation (CommonMark 0.31, section 2.4), and ends a line.
    /\\(?=[!-/:-@[-`{-~]|$)/u,
    /[`~[<]/u,
    /\*(?=\S)|(?<=\S)\*/u,
    // Within a word it is a letter like others.
    /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
    /&(?=#?[\da-z]+;)/u,
    // Headings, quotes and lists, by how a line begins.
    /^[#>+=*-]|(?<=^\d{1,9})[.)](?=\s|$)/u,
    // Addresses that GitHub's kind of Markdown makes links of.
    /(?<=https?|ftp):(?=\/\/)|(?<=www)\.|(?<=[\w.+-])@(?=[\w-]+\.)/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);

/** A line that Markdown shows as it is, without a link or a mark in it; what cannot be seen is written out. */
export function markdownText(line: string): string {
  return visible(line).trim().replace(MARKS, '\\$&');
}

/** What {@link markdownText} was given, of a whole text: for whoever shows it as it is written, where an address is to be copied. */
export function withoutEscapes(markdown: string): string {
  return markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}
