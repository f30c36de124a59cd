/** A message as it is read out. */
import { counted } from '../../../base/text/format.ts';
import type { MessageView } from '../api.ts';
import { markedName } from '../message/author-mark.ts';

/** What the rules of the room blur is not read out: it is told why, and stands in the list for whoever asks. Files are told by their names. */
export function spokenOf({ author, text, attachments, blurred }: MessageView): string {
  const said =
    blurred.length > 0 ? `a message that the rules of this room blur, for ${counted(blurred.length, 'word')}` : text;
  const parts = [said ?? '', ...attachments.map(({ name }) => `file ${name}`)].filter((part) => part !== '');
  return `${markedName(author)}: ${parts.join(', ')}`;
}
