import type { JsonObject, RecordItem, RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { organisationPath, recoveryPath } from '../credentials/wrap-paths.ts';
import { ringPath } from '../keys/ring-copies.ts';
import { keys, type AccountErrand } from '../records.ts';

/** Rows that one step takes; each brings at most three operations. */
const STEP = 30;

/**
 * Removes what is left of an account that nobody can log in to any more: first all that could still open something
 * (wraps in the records and in every store, keyrings), then its drives, then its other rows. Every step can be repeated,
 * so a crash or a store that does not answer costs nothing but time. Needs no key.
 */
export async function destroyAccount(errand: AccountErrand, deps: AccountDeps): Promise<void> {
  const { accountId } = errand;
  const credentials = [keys.account, keys.password, keys.recovery, keys.organisation].map((place) => place(accountId));
  await deps.records.transact([
    // An account that was opened again in this moment has no errand any more.
    { op: 'check', ...keys.errand(errand), if: 'present' },
    ...credentials.map((place) => ({ op: 'delete', ...place }) as const),
  ]);
  deps.onSessionsEnded?.({ accountId, sessionId: null });
  for (const path of [recoveryPath(accountId), organisationPath(accountId), ringPath(accountId)]) {
    await deps.destroyKey(path);
  }
  await deps.closeDrives(accountId);
  await deps.records.transact([{ op: 'delete', ...keys.republication(accountId) }]);
  const { pk } = keys.account(accountId);
  for (;;) {
    const { items } = await deps.records.query(pk, { limit: STEP });
    if (items.length === 0) break;
    await deps.records.transact(items.flatMap(removal));
  }
  deps.log.warn({ accountId }, 'An account and all its keys were destroyed');
}

/** A row of the account, with what it leads to. */
function removal({ pk, sk, value }: RecordItem): RecordOperation[] {
  const remove = (place: { pk: string; sk: string }): RecordOperation => ({ op: 'delete', ...place });
  const hash = (value as JsonObject & { readonly hash?: unknown }).hash;
  if (typeof hash !== 'string') return [remove({ pk, sk })];
  if (sk.startsWith('session#')) return [remove({ pk, sk }), remove(keys.session(hash))];
  if (sk.startsWith('app-password#')) return [remove({ pk, sk }), remove(keys.appPassword(hash))];
  if (sk.startsWith('invite#')) {
    const inviteId = sk.slice('invite#'.length);
    return [remove({ pk, sk }), remove(keys.invite(hash)), remove(keys.inviteIndex(inviteId))];
  }
  return [remove({ pk, sk })];
}
