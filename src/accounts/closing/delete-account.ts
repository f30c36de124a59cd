import { timestamp } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { AccountDeps } from '../account-deps.ts';
import type { FoundAccount } from '../account-rows.ts';
import { accountEvent } from '../audit-events.ts';
import { verifyPassword, type PasswordChecks } from '../credentials/log-in.ts';
import { accountErrors } from '../errors.ts';
import { otherAdmin } from '../people/people.ts';
import { keys, type AccountErrand } from '../records.ts';
import type { Session } from '../session.ts';
import { putErrand, runErrand } from './errands.ts';

export type Deletion = {
  readonly accountId: string;
  readonly deletedTime: string;
  /** Whether every wrap is gone from both stores already; if not, the server goes on until it is. */
  readonly wrapsDestroyed: boolean;
  /** Backups made before the deletion hold wraps of the account; the last of them is gone then. */
  readonly backupsExpireTime: string;
};

/**
 * Deletes the own account, for ever. One transaction takes its credentials, its address and its handle: from then on
 * nobody logs in to it, and all its sessions, app passwords and invitations are worth nothing. After that the wraps in
 * both stores are destroyed, and the personal drive is let go of for the purger. A crash in between only delays.
 *
 * Throws `password_wrong`, `too_many_attempts`, `busy`, `last_admin`, `account_changed`.
 */
export async function deleteAccount(
  session: Session,
  password: string,
  deps: AccountDeps,
  checks: PasswordChecks,
): Promise<Deletion> {
  const attempted = 'Delete the account';
  const account = await verifyPassword(session, password, deps, checks);
  const { accountId } = account;
  const guard = account.row.role === 'admin' ? await otherAdmin(session, account, attempted, deps) : [];
  const nowMs = deps.clock();
  const errand: AccountErrand = { accountId, dueMs: nowMs };
  await deps.records
    .transact([
      { op: 'delete', ...keys.account(accountId), if: { revision: account.revision } },
      ...namesOf(account),
      { op: 'delete', ...keys.password(accountId) },
      { op: 'delete', ...keys.recovery(accountId) },
      { op: 'delete', ...keys.organisation(accountId) },
      putErrand(errand),
      ...guard,
      ...deps.audit.operations(accountEvent('account.deleted', session)),
    ])
    .catch((error: unknown) => {
      throw hasCode(error, 'record_conflict') ? accountErrors('account_changed', { attempted, cause: error }) : error;
    });
  const wrapsDestroyed = await runErrand(errand, deps).then(
    () => true,
    (error: unknown) => {
      const code = error instanceof HoldfastError ? error.code : 'internal_error';
      deps.log.error({ accountId, code }, 'Keys of a deleted account could not be destroyed yet; it is tried again');
      return false;
    },
  );
  return {
    accountId,
    deletedTime: timestamp(nowMs),
    wrapsDestroyed,
    backupsExpireTime: timestamp(nowMs + deps.settings.backupRetentionMs),
  };
}

/** Gives up what an account is found by: its place among the people, its address and its handle. */
export function namesOf({ accountId, row }: Pick<FoundAccount, 'accountId' | 'row'>) {
  return [keys.person(accountId), keys.email(row.email), keys.handle(row.handle)].map(
    (place) => ({ op: 'delete', ...place }) as const,
  );
}
