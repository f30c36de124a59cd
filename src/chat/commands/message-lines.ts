import type { Terminal } from '../../base/command.ts';
import { visible } from '../../base/visible-text.ts';
import type { AttachmentView } from '../attachments/wire.ts';
import type { MessageView } from '../wire.ts';
import { attachmentLine } from './attachments.ts';

/**
 * A message as lines for a terminal; what other people wrote can do nothing to it. `numberOf` gives each file the number
 * that /save takes, where there is one.
 */
export function messageLines(
  message: MessageView,
  styles: Terminal['styles'],
  numberOf?: (attachment: AttachmentView) => number,
): string[] {
  const { author, text, time, state } = message;
  const handle = visible(author.handle);
  // A handle has no brackets, and a visitor's name stands behind a tilde.
  const name = author.program || author.bot !== undefined ? `[${handle}]` : `${author.visitor ? '~' : ''}${handle}`;
  const isOut = state === 'removed' || state === 'hidden';
  const missing = isOut ? styles.faint(`(${state})`) : styles.danger('(it does not open)');
  const files = message.attachments.map((each) => styles.strong(attachmentLine(each, numberOf?.(each))));
  const shown = text === null ? [missing] : text === '' ? [] : text.split(/\r?\n/).map(visible);
  shown.push(...files);
  if (message.editedTime !== null) shown.push(styles.faint('(edited)'));
  const at = styles.faint(`${time.slice(0, 10)} ${time.slice(11, 16)}`);
  const [first = '', ...rest] = shown;
  return [`${at}  ${styles.strong(name)}: ${first}`, ...rest.map((line) => `                  ${line}`)];
}
