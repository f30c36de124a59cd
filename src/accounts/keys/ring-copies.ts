import { encryptBytes, parseRecipient } from '../../age/index.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readAccount, type FoundAccount } from '../account-rows.ts';
import { keys } from '../records.ts';

/**
 * Every active admin has a copy of the workspace key in the stores, encrypted to their account: with it and one bucket
 * the workspace can be rebuilt when the key file is lost. Copies hold every key of the file, those included that are
 * not in force yet.
 */
export function ringPath(accountId: string): string {
  return `keys/workspace/${accountId}.age`;
}

type Deps = Pick<AccountDeps, 'records' | 'workspaceKey' | 'publishKey' | 'retractKey' | 'log'>;

/** Puts a copy for this recipient into every store. Throws what the stores throw. */
export async function publishRing(
  { accountId, recipient }: { readonly accountId: string; readonly recipient: string },
  { workspaceKey, publishKey }: Pick<Deps, 'workspaceKey' | 'publishKey'>,
): Promise<void> {
  const wrapped = encryptBytes(Buffer.from(workspaceKey.ringText()), [parseRecipient(recipient)]);
  await publishKey(ringPath(accountId), wrapped);
}

/** That a copy could not be removed fails no act: whoever it was for could have kept one. */
export async function retractRing(accountId: string, deps: Pick<Deps, 'retractKey' | 'log'>): Promise<void> {
  await deps
    .retractKey?.(ringPath(accountId))
    .catch(() => deps.log.warn({ accountId }, 'A copy of the workspace key could not be removed'));
}

/** After an act that did not make somebody an admin: unless another one has, its copy goes again. */
export async function retractUnlessAdmin(accountId: string, deps: Deps): Promise<void> {
  const read = (): Promise<FoundAccount | null> => readAccount(deps.records, deps.workspaceKey, accountId);
  // The one that an admin has is not taken from them for a moment.
  if (!isActiveAdmin(await read())) await retractRing(accountId, deps);
  const now = await read();
  if (isActiveAdmin(now)) await publishToAdmin(now, deps);
}

/**
 * For the transaction that makes somebody an admin: it fails when the ring grew since the copy for them was made. Ask
 * for it before the copy is made.
 */
export async function sameRing({ records }: Pick<Deps, 'records'>): Promise<RecordOperation[]> {
  const { pk, sk } = keys.workspaceKey;
  const item = await records.get(pk, sk);
  return item ? [{ op: 'check', pk, sk, if: { revision: item.revision } }] : [];
}

/** Renews the copies of all active admins but those in `except`; gives the ids of those who have one now. */
export async function publishToAdmins(deps: Deps, except: ReadonlySet<string> = new Set()): Promise<Set<string>> {
  const done = new Set<string>();
  for await (const account of activeAdmins(deps)) {
    const { accountId } = account;
    if (except.has(accountId)) continue;
    if (await publishToAdmin(account, deps)) done.add(accountId);
  }
  return done;
}

/** Whether the account has a copy that opens with its keys. */
async function publishToAdmin({ accountId, row }: FoundAccount, deps: Deps): Promise<boolean> {
  for (let { recipient } = row; ;) {
    await publishRing({ accountId, recipient }, deps);
    const now = await readAccount(deps.records, deps.workspaceKey, accountId);
    if (!isActiveAdmin(now)) {
      // Who lost the role meanwhile had the older copy removed, and must not keep this one.
      await retractRing(accountId, deps);
      return false;
    }
    // Who got new keys meanwhile had a copy for them, and this one may have been put over it.
    if (now.row.recipient === recipient) return true;
    ({ recipient } = now.row);
  }
}

/** In order of sign-up. An account whose row was changed behind our back is no admin. */
async function* activeAdmins({ records, workspaceKey, log }: Deps): AsyncGenerator<FoundAccount> {
  for (let after: string | undefined; ;) {
    const page = await records.query(keys.person('').pk, { limit: 100, ...(after === undefined ? {} : { after }) });
    for (const { sk: accountId } of page.items) {
      const account = await readAccount(records, workspaceKey, accountId).catch((error: unknown) => {
        if (!hasCode(error, 'account_damaged')) throw error;
        log.error({ accountId, code: error.code }, 'An account was changed behind our back');
        return null;
      });
      if (isActiveAdmin(account)) yield account;
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

function isActiveAdmin(account: FoundAccount | null): account is FoundAccount {
  return account?.row.role === 'admin' && account.row.state === 'active';
}
