import type { Terminal } from '../../base/commands/command.ts';
import { withoutEscapes } from '../../base/text/markdown.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { AttachmentView } from '../attachments/wire.ts';
import type { MessageView } from '../wire.ts';
import { attachmentLine } from './attachments.ts';

export interface HowShown {
  /** Gives each file the number that /save takes, where there is one. */
  readonly numberOf?: (attachment: AttachmentView) => number;
  /** How a text that the rules of the room blur can be seen; `null`: it was asked for. */
  readonly toSee: string | null;
}

/** A message as lines for a terminal; what other people wrote can do nothing to it. */
export function messageLines(
  message: MessageView,
  styles: Terminal['styles'],
  { numberOf, toSee }: HowShown,
): string[] {
  const { author, text, time, state } = message;
  const name = markedName(author.handle, {
    isVisitor: author.visitor,
    isProgram: author.program || author.bot !== undefined,
  });
  const isOut = state === 'removed' || state === 'hidden';
  const missing = isOut ? styles.faint(`(${state})`) : styles.danger('(it does not open)');
  const files = message.attachments.map((each) => styles.strong(attachmentLine(each, numberOf?.(each))));
  const blurred = toSee !== null && message.blurred.length > 0;
  const shown = blurred
    ? [styles.faint(`(blurred by the rules of this room, for ${count(message.blurred.length, 'word')}: ${toSee})`)]
    : text === null
      ? [missing]
      : text === ''
        ? []
        : (author.program ? withoutEscapes(text) : text).split(/\r?\n/).map(visible);
  shown.push(...files);
  if (message.editedTime !== null) shown.push(styles.faint('(edited)'));
  const at = styles.faint(`${time.slice(0, 10)} ${time.slice(11, 16)}`);
  const [first = '', ...rest] = shown;
  return [`${at}  ${styles.strong(name)}: ${first}`, ...rest.map((line) => `                  ${line}`)];
}

/** A handle has no brackets, and a visitor's name stands behind a tilde. */
export function markedName(
  name: string,
  { isVisitor, isProgram }: { readonly isVisitor: boolean; readonly isProgram: boolean },
): string {
  return isProgram ? `[${visible(name)}]` : `${isVisitor ? '~' : ''}${visible(name)}`;
}
