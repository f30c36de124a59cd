import type { Terminal } from '../../base/command.ts';
import { visible } from '../../base/visible-text.ts';
import type { MessageView } from '../wire.ts';

/** A message as lines for a terminal; what other people wrote can do nothing to it. */
export function messageLines(message: MessageView, styles: Terminal['styles']): string[] {
  const { author, text, time } = message;
  const name = `${author.visitor ? '~' : ''}${visible(author.handle)}`;
  const shown = text === null ? [styles.danger('(it does not open)')] : text.split(/\r?\n/).map(visible);
  const at = styles.faint(`${time.slice(0, 10)} ${time.slice(11, 16)}`);
  const [first = '', ...rest] = shown;
  return [`${at}  ${styles.strong(name)}: ${first}`, ...rest.map((line) => `                  ${line}`)];
}
