import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { KeyIdentity } from '../../age/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { accountEvent, eventByNobody } from '../audit-events.ts';
import { findByEmail, readAccount, readCredential, type FoundAccount } from '../account-rows.ts';
import { loggedIn, type LoggedIn } from '../account-view.ts';
import { type Attempt, type Counter, loginCounters, sessionCounters } from './attempts.ts';
import { type DummyCredentials, isWeakerThanToday, openWithPassword, passwordRow } from './credentials.ts';
import { accountErrors } from '../errors.ts';
import { knownDeviceOf } from './known-device.ts';
import { hasPasswordLength } from './password-rules.ts';
import { checkedDevice } from '../people/person-fields.ts';
import { keys, NOBODY, type PasswordRow } from '../records.ts';
import type { Session } from '../session.ts';
import { endSessionsBeyondLimit, newSession } from '../sessions/sessions.ts';

export interface LogIn {
  readonly email: string;
  readonly password: string;
  readonly device?: string | undefined;
  /** Where the attempt comes from. */
  readonly address?: string | undefined;
  /** What an earlier login gave this device to keep. */
  readonly deviceToken?: string | undefined;
}

export interface PasswordChecks {
  /** Counts an attempt before it is made; see attempts.ts. */
  readonly attempt: (counters: readonly Counter[]) => Promise<Attempt>;
  /** What is opened in place of an unknown account's credentials; to be asked for whether the account is known or not, since the first time takes longer. */
  readonly dummy: () => DummyCredentials;
}

/**
 * Opens the account identity with the password and makes a session. An unknown address costs the same reads and the
 * same Argon2 run as a wrong password, and gets the same answer.
 *
 * Throws `login_failed`, `too_many_attempts`, `device_invalid`, `busy`.
 */
export async function logIn(input: LogIn, deps: AccountDeps, checks: PasswordChecks): Promise<LoggedIn> {
  const attempted = 'Log in';
  const device = checkedDevice(input.device);
  using _place = deps.kdf.enter();
  const dummy = checks.dummy();
  const from = input.address === undefined ? {} : { address: input.address };
  const { records, workspaceKey } = deps;
  const account = await findByEmail(records, workspaceKey, input.email);
  const id = account?.accountId ?? NOBODY;
  const credential = await readCredential<PasswordRow>(records, workspaceKey, id, 'password');
  const deviceId = knownDeviceOf(input.deviceToken, id, deps);
  const attempt = await checks.attempt(loginCounters({ ...input, deviceId }, deps));
  // What could never have been set is tried in vain like any other, not refused sooner.
  const password = hasPasswordLength(input.password) ? input.password : 'too short or too long';
  const identity = await untried(attempt, openWithPassword(credential?.value ?? dummy.password, password, deps));
  if (!account || !credential || !identity || account.row.state !== 'active') {
    deps.audit.note(eventByNobody('session.refused', account?.accountId ?? null, from));
    throw accountErrors('login_failed', { attempted });
  }
  requireSameIdentity(account, identity);
  await attempt.succeeded();
  if (isWeakerThanToday(credential.value.kdf, deps)) {
    await strengthen(account, identity, input.password, credential, deps);
  }
  const session = newSession(account, identity, device, deps);
  await deps.records.transact([
    ...session.operations,
    ...deps.audit.operations(
      accountEvent('session.started', session.session, { ...from, newDevice: deviceId === null }),
    ),
  ]);
  for (const sessionId of await endSessionsBeyondLimit(account.accountId, deps)) {
    deps.onSessionsEnded?.({ accountId: account.accountId, sessionId });
  }
  return loggedIn(account, session);
}

/**
 * For acts that change or hand out keys: a session alone does not do. Gives the account as it is now.
 * Throws `password_wrong`, `too_many_attempts`, `session_invalid`, `busy`.
 */
export async function verifyPassword(
  session: Session,
  password: string,
  deps: AccountDeps,
  checks: PasswordChecks,
): Promise<FoundAccount> {
  const { records, workspaceKey } = deps;
  using _place = deps.kdf.enter();
  const account = await readAccount(records, workspaceKey, session.accountId);
  const credential = await readCredential<PasswordRow>(records, workspaceKey, session.accountId, 'password');
  if (!account || !credential) throw accountErrors('session_invalid');
  const attempt = await checks.attempt(sessionCounters(session.sessionId, deps));
  const identity = hasPasswordLength(password)
    ? await untried(attempt, openWithPassword(credential.value, password, deps))
    : null;
  if (!identity) {
    deps.audit.note(accountEvent('password.refused', session));
    throw accountErrors('password_wrong', { attempted: 'Check the password' });
  }
  requireSameIdentity(account, identity);
  await attempt.succeeded();
  return account;
}

/** A password that could not be tried (the queue is full, the records are damaged) is no failed attempt. */
async function untried<Result>(attempt: Attempt, trial: Promise<Result>): Promise<Result> {
  try {
    return await trial;
  } catch (error) {
    await attempt.released();
    throw error;
  }
}

/** A credential that opens some other identity was put there by somebody else. Throws `account_damaged`. */
export function requireSameIdentity(account: FoundAccount, identity: KeyIdentity): void {
  if (identity.recipient.toString() === account.row.recipient) return;
  throw accountErrors('account_damaged', { attempted: `Open account ${account.accountId}` });
}

/** Raises the costs of an old wrap while the password is at hand. Failing to do so fails no login. */
async function strengthen(
  { accountId }: FoundAccount,
  identity: KeyIdentity,
  password: string,
  old: { readonly value: PasswordRow; readonly revision: string },
  deps: AccountDeps,
): Promise<void> {
  try {
    const value = await passwordRow(accountId, identity, password, old.value.changedTime, deps);
    const condition = { revision: old.revision };
    await deps.records.transact([{ op: 'put', ...keys.password(accountId), value, if: condition }]);
  } catch (error) {
    if (hasCode(error, 'record_conflict')) return;
    const code = error instanceof HoldfastError ? error.code : 'unknown';
    deps.log.warn({ accountId, code }, 'A password wrap could not be strengthened; the next login tries again');
  }
}
