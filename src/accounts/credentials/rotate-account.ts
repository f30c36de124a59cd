import { encryptBytes, generateIdentity, parseRecipient, type KeyIdentity } from '../../age/index.ts';
import { timestamp } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { RecordItem, RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readCredential, sealRow, type FoundAccount } from '../account-rows.ts';
import { loggedIn, type LoggedIn } from '../account-view.ts';
import { nextAppPasswordEpoch } from '../app-passwords/app-password-rows.ts';
import { removeEndedAppPasswords } from '../app-passwords/app-passwords.ts';
import { accountEvent } from '../audit-events.ts';
import { accountErrors } from '../errors.ts';
import { organisationRow, readOrganisationRow } from '../keys/organisation-recovery.ts';
import { ringPath, sameRing } from '../keys/ring-copies.ts';
import { keys, type PasswordRow, type RecoveryRow } from '../records.ts';
import type { DriveRotation, Session } from '../session.ts';
import { newSession, removeSessionsExcept, type NewSession } from '../sessions/sessions.ts';
import { identityFile, newRecovery, passwordRow } from './credentials.ts';
import { verifyPassword, type PasswordChecks } from './log-in.ts';
import { recoveryKit } from './recovery-kit.ts';
import { republishKeys } from './republish-keys.ts';
import { recoveryPath } from './wrap-paths.ts';

export type RotatedAccount = LoggedIn & {
  /** Shown once; the old one opens nothing any more. */
  readonly recoveryKey: string;
  readonly recoveryKit: string;
};

/** What a transaction has room for beside the rows of the account itself. */
const MAX_DRIVE_OPERATIONS = 75;

/**
 * After a leak: a new account identity with new wraps and a new recovery kit, and a new generation of the keys of the
 * own drive, which everything is encrypted with from now on. What the old keys could open before they still could, for
 * who kept a copy of it. Ends all sessions and app passwords, and logs in anew. The password stays.
 *
 * The records change in one transaction. The stores hold, from before it until after it, keys that open with the old
 * kit and with the new one: whenever a crash or the loss of the server comes between, one of them walks to every object.
 *
 * Throws `password_wrong`, `too_many_attempts`, `busy`, `account_changed`, `rotation_too_large`, and what stores throw.
 */
export async function rotateAccount(
  session: Session,
  password: string,
  deps: AccountDeps,
  checks: PasswordChecks,
): Promise<RotatedAccount> {
  const attempted = 'Give the account new keys';
  const account = await verifyPassword(session, password, deps, checks);
  const { accountId } = account;
  const { records, workspaceKey } = deps;
  const old = await readCredential<RecoveryRow>(records, workspaceKey, accountId, 'recovery');
  const passwordItem = await readCredential<PasswordRow>(records, workspaceKey, accountId, 'password');
  if (!old || !passwordItem) throw accountErrors('account_changed', { attempted });

  const identity = generateIdentity('pq');
  const drives = await deps.rotateDrives(session, identity.recipient.toString());
  if (drives.operations.length > MAX_DRIVE_OPERATIONS) throw accountErrors('rotation_too_large', { attempted });
  const createdTime = timestamp(deps.clock());
  const recovery = newRecovery(accountId, identity, createdTime, workspaceKey);
  const fields = {
    ...account.row,
    recipient: identity.recipient.toString(),
    sessionEpoch: account.row.sessionEpoch + 1,
    ...nextAppPasswordEpoch(account.row),
  };
  const row = sealRow(workspaceKey, 'account', { accountId }, fields);
  const made = newSession({ accountId, row }, identity, session.device, deps);
  const change: Change = { account, row, session, identity, recovery: recovery.row, old, made, drives };
  const operations = await operationsOf(change, password, passwordItem, deps);

  // From here on the stores may hold more than the records say; the errand puts that right whatever happens.
  await records.transact([{ op: 'put', ...keys.republication(accountId), value: {} }]);
  try {
    const ring = account.row.role === 'admin' ? await sameRing(deps) : [];
    for (const [path, bytes] of transitional(change, deps)) await deps.publishKey(path, bytes);
    await records.transact([...operations, ...ring]);
  } catch (error) {
    await settle(accountId, deps);
    throw hasCode(error, 'record_conflict') ? accountErrors('account_changed', { attempted, cause: error }) : error;
  }
  deps.onSessionsEnded?.({ accountId, sessionId: null });
  await settle(accountId, deps);
  await removeSessionsExcept(accountId, made.session.sessionId, deps);
  await removeEndedAppPasswords(accountId, deps);
  const { name, email } = row;
  const { recoveryKey } = recovery;
  return {
    ...loggedIn({ accountId, row }, made),
    recoveryKey: recoveryKey.toString(),
    recoveryKit: recoveryKit({ name, email, accountId, createdTime, recoveryKey }),
  };
}

interface Change {
  readonly account: FoundAccount;
  readonly row: FoundAccount['row'];
  /** Which asked for it; holds the old identity. */
  readonly session: Session;
  readonly identity: KeyIdentity;
  readonly recovery: RecoveryRow;
  readonly old: RecordItem<RecoveryRow>;
  readonly made: NewSession;
  readonly drives: DriveRotation;
}

async function operationsOf(
  { account, row, session, identity, recovery, old, made, drives }: Change,
  password: string,
  item: RecordItem<PasswordRow>,
  deps: AccountDeps,
): Promise<RecordOperation[]> {
  const { accountId } = account;
  const wrap = await passwordRow(accountId, identity, password, item.value.changedTime, deps);
  const organisation = await readOrganisationRow(accountId, deps);
  const rewrapped = organisation ? organisationRow(accountId, identity, organisation.recipient, deps) : null;
  return [
    { op: 'put', ...keys.account(accountId), value: row, if: { revision: account.revision } },
    { op: 'put', ...keys.password(accountId), value: wrap, if: { revision: item.revision } },
    { op: 'put', ...keys.recovery(accountId), value: recovery, if: { revision: old.revision } },
    ...(rewrapped ? [{ op: 'put', ...keys.organisation(accountId), value: rewrapped } as const] : []),
    { op: 'put', ...keys.republication(accountId), value: {} },
    ...made.operations,
    ...drives.operations,
    ...deps.audit.operations(accountEvent('account.rotated', session)),
  ];
}

/** Files that open with the old keys and with the new ones, and lead to all that either of them opens. */
function transitional({ account, session, identity, recovery, old, drives }: Change, deps: AccountDeps) {
  const { accountId } = account;
  const both = Buffer.concat([identityFile(accountId, identity), identityFile(accountId, session.identity)]);
  const kits = [old.value.recipient, recovery.recipient].map((text) => parseRecipient(text));
  const files = new Map(drives.transitional.map(({ path, bytes }) => [path, bytes]));
  files.set(recoveryPath(accountId), encryptBytes(both, kits));
  if (account.row.role === 'admin') {
    const ring = Buffer.from(deps.workspaceKey.ringText());
    files.set(ringPath(accountId), encryptBytes(ring, [session.identity.recipient, identity.recipient]));
  }
  return files;
}

/** What the records say now is what the stores shall hold. A failure leaves it to the errand. */
async function settle(accountId: string, deps: AccountDeps): Promise<void> {
  await republishKeys(accountId, deps).catch((error: unknown) => {
    const code = error instanceof HoldfastError ? error.code : 'internal_error';
    deps.log.error({ accountId, code }, 'Keys in the stores are not renewed yet; it is tried again');
  });
}
