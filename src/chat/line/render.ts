/** How lines look to whoever reads them in a terminal. Every function answers whole lines, line feeds included. */
import { formatBytes } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { RoomLine } from './hub.ts';
import { words } from './words.ts';

/** One line that the server says. */
export function serverLine(text: string): string {
  return `${harmless(text)}\n`;
}

/** What somebody said: each line of it under their name, so that none can pass for somebody else's. */
export function saidLines(author: string, text: string): string {
  const stamp = `${harmless(author)}: `;
  if (!text.includes('\n')) return `${stamp}${harmless(text)}\n`;
  return text
    .split(/\r?\n/)
    .map((line) => `${stamp}${harmless(line)}\n`)
    .join('');
}

/** A line of the room with what is attached to it: name, size, link. */
export function roomLines({ author, text: said, attachments, edited }: RoomLine): string {
  const text = edited ? `${said} ${words.edited}` : said;
  const attached = attachments.map(({ name, bytes, link }) =>
    saidLines(author, `${name.replaceAll('\n', ' ')} (${formatBytes(bytes)}) ${link}`),
  );
  return (text === '' && attached.length > 0 ? '' : saidLines(author, text)) + attached.join('');
}

/** Control characters move cursors and press keys in a terminal; tabs do not. */
function harmless(text: string): string {
  return text.includes('\t') ? text.split('\t').map(visible).join('\t') : visible(text);
}
