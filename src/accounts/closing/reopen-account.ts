import type { KeyIdentity } from '../../age/index.ts';
import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import type { RecordItem } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readAccount, readCredential, sealRow, type FoundAccount } from '../account-rows.ts';
import { loggedIn, type LoggedIn } from '../account-view.ts';
import { accountEvent } from '../audit-events.ts';
import { openWithRecoveryKey, passwordRow } from '../credentials/credentials.ts';
import { requireSameIdentity } from '../credentials/log-in.ts';
import { checkedNewPassword } from '../credentials/password-rules.ts';
import { accountErrors } from '../errors.ts';
import { publishRing, sameRing } from '../keys/ring-copies.ts';
import { freeHandle } from '../people/sign-up.ts';
import { keys, type AccountRow, type ClosedRow, type RecoveryRow } from '../records.ts';
import { newSession } from '../sessions/sessions.ts';

/** More were never closed for one address within the days they wait; the limit is for who tries. */
const MOST = 20;

interface Opened {
  readonly account: FoundAccount;
  readonly credential: RecordItem<RecoveryRow>;
  readonly identity: KeyIdentity;
  readonly dueMs: number;
}

/**
 * Opens an account again that an admin had started anew, with its recovery key, and logs in. `null` when no closed
 * account of this address opens with the key.
 *
 * Throws `account_replaced` when the address has a new account by now, `password_length`, `password_too_easy`,
 * `account_changed`, `busy`.
 */
export async function reopenAccount(
  input: { readonly email: string; readonly newPassword: string },
  recoveryKey: KeyIdentity,
  device: string,
  deps: AccountDeps,
): Promise<LoggedIn | null> {
  const attempted = 'Open the old account again';
  const found = await findClosed(input.email, recoveryKey, deps);
  if (!found) return null;
  const { account, credential, identity, dueMs } = found;
  const { accountId } = account;
  const { name, email, role } = account.row;
  const at = keys.email(email);
  if (await deps.records.get(at.pk, at.sk)) throw accountErrors('account_replaced', { attempted });
  await checkedNewPassword(input.newPassword, [name, email], deps);

  const time = timestamp(deps.clock());
  const wrap = await passwordRow(accountId, identity, input.newPassword, time, deps);
  const wanted = keys.handle(account.row.handle);
  const taken = (await deps.records.get(wanted.pk, wanted.sk)) !== null;
  const { closedTime: _, ...before } = account.row;
  const fields: AccountRow = {
    ...before,
    handle: taken ? await freeHandle(name, deps) : before.handle,
    state: 'active',
    sessionEpoch: before.sessionEpoch + 1,
  };
  const row = sealRow(deps.workspaceKey, 'account', { accountId }, fields);
  const used = { ...credential.value, usedTime: time };
  const session = newSession({ accountId, row }, identity, device, deps);
  const ring = role === 'admin' ? await sameRing(deps) : [];
  if (role === 'admin') await publishRing({ accountId, recipient: row.recipient }, deps);
  await deps.records
    .transact([
      { op: 'put', ...keys.account(accountId), value: row, if: { revision: account.revision } },
      { op: 'put', ...keys.email(email), value: { accountId }, if: 'absent' },
      { op: 'put', ...keys.handle(row.handle), value: { accountId }, if: 'absent' },
      { op: 'put', ...keys.person(accountId), value: {} },
      { op: 'put', ...keys.password(accountId), value: wrap },
      {
        op: 'put',
        ...keys.recovery(accountId),
        value: sealRow(deps.workspaceKey, 'credential-recovery', { accountId }, used),
        if: { revision: credential.revision },
      },
      // Without its errand it is not destroyed; where that has begun, there is nothing to open any more.
      { op: 'delete', ...keys.errand({ accountId, dueMs }), if: 'present' },
      { op: 'delete', ...keys.closed(email, accountId) },
      ...session.operations,
      ...ring,
      ...deps.audit.operations(accountEvent('account.reopened', session.session)),
    ])
    .catch((error: unknown) => {
      throw hasCode(error, 'record_conflict') ? accountErrors('account_changed', { attempted, cause: error }) : error;
    });
  deps.log.warn({ accountId }, 'A closed account was opened again with its recovery key');
  return loggedIn({ accountId, row }, session);
}

async function findClosed(email: string, recoveryKey: KeyIdentity, deps: AccountDeps): Promise<Opened | null> {
  const { records, workspaceKey } = deps;
  const { items } = await records.query<ClosedRow>(keys.closed(email, '').pk, { limit: MOST });
  for (const { sk: accountId, value } of items) {
    const account = await readAccount(records, workspaceKey, accountId);
    const credential = await readCredential<RecoveryRow>(records, workspaceKey, accountId, 'recovery');
    if (!account?.row.closedTime || !credential || value.dueMs <= deps.clock()) continue;
    const identity = openWithRecoveryKey(credential.value, recoveryKey);
    if (!identity) continue;
    requireSameIdentity(account, identity);
    return { account, credential, identity, dueMs: value.dueMs };
  }
  return null;
}
