import { nextAppPasswordEpoch } from '../app-passwords/app-password-rows.ts';
import { removeEndedAppPasswords } from '../app-passwords/app-passwords.ts';
import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent, eventByNobody } from '../audit-events.ts';
import { findByEmail, readAccount, readCredential, sealRow, type FoundAccount } from '../account-rows.ts';
import { loggedIn, type LoggedIn } from '../account-view.ts';
import { reopenAccount } from '../closing/reopen-account.ts';
import { openWithRecoveryKey, passwordRow } from './credentials.ts';
import { accountErrors } from '../errors.ts';
import { requireSameIdentity, verifyPassword, type PasswordChecks } from './log-in.ts';
import { checkedNewPassword } from './password-rules.ts';
import { checkedDevice } from '../people/person-fields.ts';
import { parseRecoveryKey } from './recovery-kit.ts';
import { keys, NOBODY, type AccountRow, type PasswordRow, type RecoveryRow } from '../records.ts';
import type { Session } from '../session.ts';
import { carriedOver, newSession, removeSessionsExcept } from '../sessions/sessions.ts';

/**
 * Wraps the account identity under a new password and ends all other sessions, in one transaction. Files are not
 * touched: what they are encrypted to stays the same.
 *
 * Throws `password_wrong`, `too_many_attempts`, `password_length`, `password_too_easy`, `account_changed`, `busy`.
 */
export async function changePassword(
  session: Session,
  { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
  deps: AccountDeps,
  checks: PasswordChecks,
): Promise<{ readonly endedSessions: number }> {
  const account = await verifyPassword(session, currentPassword, deps, checks);
  await checkedNewPassword(newPassword, [account.row.name, account.row.email, account.row.handle], deps);
  const old = await readCredential<PasswordRow>(deps.records, deps.workspaceKey, session.accountId, 'password');
  if (!old) throw accountErrors('account_changed', { attempted: 'Change the password' });
  const wrap = await passwordRow(session.accountId, session.identity, newPassword, timestamp(deps.clock()), deps);
  const next = nextEpoch(account, deps);

  for (let attempt = 1; ; attempt++) {
    const carried = await carriedOver(session, next.row.sessionEpoch, deps);
    try {
      await deps.records.transact([
        next.operation,
        { op: 'put', ...keys.password(session.accountId), value: wrap, if: { revision: old.revision } },
        ...(carried ? [carried] : []),
        ...deps.audit.operations(accountEvent('password.changed', session)),
      ]);
      break;
    } catch (error) {
      const index = hasCode(error, 'record_conflict') ? error.extra['index'] : undefined;
      // The session's own row also changes when its use is noted: that is no reason to give up.
      if (index === 2 && attempt < 5) continue;
      if (index !== undefined) throw accountErrors('account_changed', { attempted: 'Change the password' });
      throw error;
    }
  }
  deps.onSessionsEnded?.({ accountId: session.accountId, sessionId: null });
  return { endedSessions: await removeSessionsExcept(session.accountId, session.sessionId, deps) };
}

export interface Recovery {
  readonly email: string;
  /** The line of the kit, or the whole kit. */
  readonly recoveryKey: string;
  readonly newPassword: string;
  readonly device?: string | undefined;
  /** Where the request comes from. */
  readonly address?: string | undefined;
}

/**
 * Sets a new password with the recovery key, ends all sessions and app passwords, and logs in. The same kit stays
 * valid. A wrong key and
 * an unknown address cost the same and get the same answer. An account that was started anew opens again, see
 * {@link reopenAccount}.
 *
 * Throws `recovery_failed`, `password_length`, `password_too_easy`, `device_invalid`, `account_changed`, `account_replaced`,
 * `busy`.
 */
export async function recover(input: Recovery, deps: AccountDeps, checks: PasswordChecks): Promise<LoggedIn> {
  const attempted = 'Recover the account';
  const dummy = checks.dummy();
  const { records, workspaceKey } = deps;
  const device = checkedDevice(input.device);
  const from = input.address === undefined ? {} : { address: input.address };
  const recoveryKey = parseRecoveryKey(input.recoveryKey);
  const account = await findByEmail(records, workspaceKey, input.email);
  const id = account?.accountId ?? NOBODY;
  const credential = await readCredential<RecoveryRow>(records, workspaceKey, id, 'recovery');
  const old = await readCredential<PasswordRow>(records, workspaceKey, id, 'password');
  const identity = recoveryKey ? openWithRecoveryKey(credential?.value ?? dummy.recovery, recoveryKey) : null;
  if (!account || !credential || !old || !identity || account.row.state !== 'active') {
    const reopened = recoveryKey ? await reopenAccount(input, recoveryKey, device, deps) : null;
    if (reopened) return reopened;
    deps.audit.note(eventByNobody('recovery.refused', account?.accountId ?? null));
    throw accountErrors('recovery_failed', { attempted });
  }
  requireSameIdentity(account, identity);
  await checkedNewPassword(input.newPassword, [account.row.name, account.row.email, account.row.handle], deps);

  const time = timestamp(deps.clock());
  const wrap = await passwordRow(account.accountId, identity, input.newPassword, time, deps);
  const next = nextEpoch(account, deps, nextAppPasswordEpoch(account.row));
  const used = sealRow(
    workspaceKey,
    'credential-recovery',
    { accountId: account.accountId },
    {
      ...credential.value,
      usedTime: time,
    },
  );
  const session = newSession({ accountId: account.accountId, row: next.row }, identity, device, deps);
  await records
    .transact([
      next.operation,
      { op: 'put', ...keys.password(account.accountId), value: wrap, if: { revision: old.revision } },
      { op: 'put', ...keys.recovery(account.accountId), value: used, if: { revision: credential.revision } },
      ...session.operations,
      ...deps.audit.operations(accountEvent('account.recovered', session.session, from)),
    ])
    .catch((error: unknown) => {
      throw hasCode(error, 'record_conflict') ? accountErrors('account_changed', { attempted }) : error;
    });
  deps.log.warn({ accountId: account.accountId }, 'A password was set with a recovery key');
  deps.onSessionsEnded?.({ accountId: account.accountId, sessionId: null });
  await removeSessionsExcept(account.accountId, session.session.sessionId, deps);
  await removeEndedAppPasswords(account.accountId, deps);
  return loggedIn({ accountId: account.accountId, row: next.row }, session);
}

/** The person says that the kit is kept. Saying it again changes nothing. */
export async function confirmKit(session: Session, deps: AccountDeps): Promise<void> {
  const { records, workspaceKey } = deps;
  const { accountId } = session;
  for (;;) {
    const credential = await readCredential<RecoveryRow>(records, workspaceKey, accountId, 'recovery');
    if (!credential || credential.value.confirmedTime !== null) return;
    const confirmed = { ...credential.value, confirmedTime: timestamp(deps.clock()) };
    const value = sealRow(workspaceKey, 'credential-recovery', { accountId }, confirmed);
    try {
      await records.transact([
        { op: 'put', ...keys.recovery(accountId), value, if: { revision: credential.revision } },
        ...deps.audit.operations(accountEvent('kit.confirmed', session)),
      ]);
      return;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
}

/** Facts about a person's credentials, for "who am I". */
export async function credentialFacts(
  session: Session,
  { records, workspaceKey }: AccountDeps,
): Promise<{ account: FoundAccount; passwordChangedTime: string; kitConfirmed: boolean; kitUsedTime: string | null }> {
  const account = await readAccount(records, workspaceKey, session.accountId);
  const password = await readCredential<PasswordRow>(records, workspaceKey, session.accountId, 'password');
  const recovery = await readCredential<RecoveryRow>(records, workspaceKey, session.accountId, 'recovery');
  if (!account || !password || !recovery) throw accountErrors('session_invalid');
  const { confirmedTime, usedTime } = recovery.value;
  const { changedTime } = password.value;
  return { account, passwordChangedTime: changedTime, kitConfirmed: confirmedTime !== null, kitUsedTime: usedTime };
}

/** A higher epoch ends every session made under an earlier one, at once and whatever their number. */
function nextEpoch(
  account: FoundAccount,
  deps: AccountDeps,
  changes: Partial<AccountRow> = {},
): { row: AccountRow; operation: RecordOperation } {
  const { accountId, revision } = account;
  const sessionEpoch = account.row.sessionEpoch + 1;
  const row = sealRow(deps.workspaceKey, 'account', { accountId }, { ...account.row, ...changes, sessionEpoch });
  return { row, operation: { op: 'put', ...keys.account(accountId), value: row, if: { revision } } };
}
