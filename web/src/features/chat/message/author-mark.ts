import type { MessageView } from '../api.ts';

type Author = Pick<MessageView['author'], 'handle' | 'visitor' | 'program' | 'bot'>;

/** What stands beside the name of whoever has no account, wherever it is shown; `null`: somebody with an account. */
export function markOf({ visitor, program, bot }: Author): string | null {
  if (bot !== undefined) return 'bot';
  return visitor ? 'visitor' : program ? 'program' : null;
}

/** The name with its mark, where it is one text. */
export function markedName(author: Author, name = author.handle): string {
  const mark = markOf(author);
  return mark === null ? name : `${name} (${mark})`;
}
