import { hasCode } from '../../base/errors.ts';
import { mailboxOperations, readMailbox } from '../outbox/waiting.ts';
import { type FoldContent, keys, type SealedRow } from '../records.ts';
import { type PreferencesDeps, readPreferences } from '../rules/preferences.ts';
import { type FeedDeps, markNotices } from './feed.ts';

export type WithdrawDeps = FeedDeps & PreferencesDeps & { readonly gapOf: (channelId: string) => Promise<number> };

/**
 * Somebody has seen what a notice is about: in their feed it is read, and what of it waits for a channel does not leave
 * any more. The next event of the subject is another notice.
 */
export async function withdraw(
  deps: WithdrawDeps,
  accountId: string,
  { kind, subject }: { readonly kind: string; readonly subject: string },
): Promise<void> {
  const { records, vault } = deps;
  const foldHash = vault.hash(accountId, kind, subject);
  const at = keys.fold(accountId, foldHash);
  const item = await records.get<SealedRow>(at.pk, at.sk);
  const fold = item && vault.open<FoldContent>(['fold', accountId, foldHash], item.value.sealed);
  if (!fold) return;
  try {
    await markNotices(deps, accountId, [fold.noticeId], true);
    await records.transact([{ op: 'delete', ...at, if: { revision: item.revision } }]);
    await takeOut(deps, accountId, vault.hash('waiting', kind, subject));
  } catch (error) {
    // There is more to tell by now, or it is gone already.
    if (!hasCode(error, 'record_conflict', 'notice_not_found')) throw error;
  }
}

async function takeOut(deps: WithdrawDeps, accountId: string, key: string): Promise<void> {
  const { preferences } = await readPreferences(deps, accountId);
  for (const { channelId } of preferences.addresses) {
    const place = { readerId: accountId, channelId };
    const found = await readMailbox(deps, place);
    const waiting = found.mailbox.waiting.filter((notice) => notice.key !== key);
    if (waiting.length === found.mailbox.waiting.length) continue;
    const gapMs = await deps.gapOf(channelId);
    await deps.records.transact(mailboxOperations(deps, place, found, { ...found.mailbox, waiting }, gapMs));
  }
}
