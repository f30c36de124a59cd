/** Which messages are left out for whoever ignores their author: everything that shows or tells of messages asks here. */
import type { MessageView } from '../api.ts';

type Said = Pick<MessageView, 'author' | 'roomId' | 'sequence'>;

/** A message among those that somebody looks at all the same. */
export function placeOfMessage({ roomId, sequence }: Pick<Said, 'roomId' | 'sequence'>): string {
  return `${roomId} ${sequence}`;
}

export function isIgnored(accountId: string | null | undefined, ignored: readonly string[]): boolean {
  return accountId != null && ignored.includes(accountId);
}

/** `lookedAt`: see {@link placeOfMessage}. */
export function isLeftOut(message: Said, ignored: readonly string[], lookedAt: ReadonlySet<string>): boolean {
  return isIgnored(message.author.accountId, ignored) && !lookedAt.has(placeOfMessage(message));
}
