import type { RecordStore } from '../../storage/index.ts';
import { readMailbox, removalOperations } from '../outbox/waiting.ts';
import { feedOf, foldsOf, keys, mailboxesOf, unreadOf } from '../records.ts';
import type { Vault } from '../vault.ts';

/** Removes all that is kept for somebody: feed, rules, addresses, what waits for them. May be repeated. */
export async function forgetReader(
  deps: { readonly records: RecordStore; readonly vault: Vault },
  accountId: string,
  unsubscribeAll: () => Promise<void>,
): Promise<void> {
  const { records } = deps;
  // With the preferences: that there are browsers to be told stands there.
  await unsubscribeAll();
  const preferences = keys.preferences(accountId);
  if (await records.get(preferences.pk, preferences.sk)) await records.transact([{ op: 'delete', ...preferences }]);
  for (;;) {
    const { items } = await records.query(mailboxesOf(accountId), { limit: 30 });
    if (items.length === 0) break;
    for (const { sk: channelId } of items) {
      const place = { readerId: accountId, channelId };
      await records.transact(removalOperations(place, await readMailbox(deps, place)));
    }
  }
  for (const pk of [feedOf(accountId), unreadOf(accountId), foldsOf(accountId)]) {
    for (;;) {
      const { items } = await records.query(pk, { limit: 100 });
      if (items.length === 0) break;
      await records.transact(items.map(({ sk }) => ({ op: 'delete', pk, sk })));
    }
  }
}
