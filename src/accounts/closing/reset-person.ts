import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { nextAppPasswordEpoch } from '../app-passwords/app-password-rows.ts';
import type { AccountDeps } from '../account-deps.ts';
import { sealRow } from '../account-rows.ts';
import { accountEvent } from '../audit-events.ts';
import { verifyPassword, type PasswordChecks } from '../credentials/log-in.ts';
import { accountErrors } from '../errors.ts';
import { retractRing } from '../keys/ring-copies.ts';
import { makeInvite, revokeInvite, type MadeInvite } from '../people/invites.ts';
import { findPerson } from '../people/people.ts';
import { keys } from '../records.ts';
import type { Session } from '../session.ts';
import { namesOf } from './delete-account.ts';
import { putErrand } from './errands.ts';

export type Reset = {
  /** For the person, once: they sign up anew with it, under the same address. */
  readonly invite: MadeInvite;
  /** Until then the recovery key of the old account opens it again. After that it and its drive are destroyed. */
  readonly closedUntilTime: string;
};

/**
 * Starts somebody's account anew, for who has lost both password and recovery kit. Nobody can open the old one for
 * them: it is closed, gives up its address and handle, and waits for its recovery key for `resetGraceMs`.
 *
 * Throws `password_wrong`, `too_many_attempts`, `busy`, `person_not_found`, `reset_own_account`, `invites_too_many`,
 * `account_changed`.
 */
export async function resetPerson(
  session: Session,
  { accountId, password }: { readonly accountId: string; readonly password: string },
  deps: AccountDeps,
  checks: PasswordChecks,
): Promise<Reset> {
  const attempted = 'Start an account anew';
  const admin = await verifyPassword(session, password, deps, checks);
  if (accountId === session.accountId) throw accountErrors('reset_own_account', { attempted });
  const account = await findPerson(accountId, attempted, deps);
  const { email, role, sessionEpoch } = account.row;
  const invite = await makeInvite(session, { email, role }, deps);

  const nowMs = deps.clock();
  const dueMs = nowMs + deps.settings.resetGraceMs;
  const row = {
    ...account.row,
    state: 'disabled' as const,
    closedTime: timestamp(nowMs),
    sessionEpoch: sessionEpoch + 1,
    ...nextAppPasswordEpoch(account.row),
  };
  const value = sealRow(deps.workspaceKey, 'account', { accountId }, row);
  try {
    await deps.records.transact([
      { op: 'put', ...keys.account(accountId), value, if: { revision: account.revision } },
      // Whoever acts is an admin still: so there is one afterwards.
      { op: 'check', ...keys.account(session.accountId), if: { revision: admin.revision } },
      ...namesOf(account),
      { op: 'put', ...keys.closed(email, accountId), value: { dueMs } },
      putErrand({ accountId, dueMs }),
      ...deps.audit.operations(accountEvent('account.reset', session, {}, accountId)),
    ]);
  } catch (error) {
    await revokeInvite(session, invite.inviteId, deps);
    throw hasCode(error, 'record_conflict') ? accountErrors('account_changed', { attempted, cause: error }) : error;
  }
  deps.onSessionsEnded?.({ accountId, sessionId: null });
  if (role === 'admin') await retractRing(accountId, deps);
  return { invite, closedUntilTime: timestamp(dueMs) };
}
