import type { ChatDeps } from '../chat-deps.ts';
import { keys, ownPartitions } from '../records.ts';

const PAGE = 100;

/**
 * Removes what lies in chat for one account alone: its wraps of the keys of conversations, what it kept, how far it had
 * read, what it wanted to hear. What it said stays, as of somebody who has left. After a crash it is done again.
 */
export async function forgetPerson({ records }: Pick<ChatDeps, 'records'>, accountId: string): Promise<void> {
  for (const pk of ownPartitions(accountId)) {
    for (;;) {
      const { items, next } = await records.query(pk, { limit: PAGE });
      if (items.length > 0) await records.transact(items.map(({ sk }) => ({ op: 'delete', pk, sk })));
      if (next === undefined) break;
    }
  }
  await records.transact([{ op: 'delete', ...keys.publishedKey(accountId) }]);
}
