import { timestamp } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readAccount } from '../account-rows.ts';
import { accountErrors } from '../errors.ts';
import { keys, type AppPasswordRow } from '../records.ts';
import type { AppPasswordHolder } from '../session.ts';
import { openCarried } from '../sessions/carried-identity.ts';
import { expiryOf, isGood, placeOf, sealAppPassword } from './app-password-rows.ts';
import { parseAppPasswordToken } from './app-password-token.ts';

/**
 * Who holds this app password. Checked at every request, like a session: the row's MAC, scope and age, the account's
 * MAC, state and epoch, and that the sealed key opens. Throws `session_invalid` for anything else.
 */
export async function authenticateAppPassword(text: string, deps: AccountDeps): Promise<AppPasswordHolder> {
  const token = parseAppPasswordToken(text);
  const place = token && keys.appPassword(token.hash);
  const item = place && (await deps.records.get<AppPasswordRow>(place.pk, place.sk));
  if (!token || !item) throw accountErrors('session_invalid');
  const row = item.value;
  const account = await readAccount(deps.records, deps.workspaceKey, row.accountId).catch((error: unknown) => {
    if (!hasCode(error, 'account_damaged')) throw error;
    deps.log.error({ accountId: row.accountId, code: error.code }, 'An account was changed behind our back');
    return null;
  });
  if (!account || !isGood(row, token.hash, account.row, deps)) throw accountErrors('session_invalid');
  const { secret } = token;
  const carried = { secret, purpose: 'app-password', place: placeOf(row) } as const;
  const identity = row.sealed === null ? null : openCarried({ sealed: row.sealed, ...carried });
  const { accountId, appPasswordId, label: device } = row;
  const { role, email, name, handle, recipient } = account.row;
  const holder = { appPasswordId, accountId, role, email, name, handle, device };
  await touch(row, token.hash, item.revision, deps);
  if (row.scope === 'agent') return { ...holder, scope: row.scope };
  if (!identity) throw accountErrors('session_invalid');
  if (row.scope === 'chat') return { ...holder, scope: row.scope, chatIdentity: identity };
  if (identity.recipient.toString() !== recipient) throw accountErrors('session_invalid');
  return { ...holder, scope: row.scope, identity };
}

/** Notes the use, seldom; that it could not be noted stops nobody. */
async function touch(row: AppPasswordRow, hash: string, revision: string, deps: AccountDeps): Promise<void> {
  const now = deps.clock();
  if (row.lastUsedTime !== null && now - Date.parse(row.lastUsedTime) < deps.settings.sessionTouchMs) return;
  const used = sealAppPassword({ ...row, lastUsedTime: timestamp(now) }, hash, deps);
  const expiresAtMs = expiryOf(used, deps);
  await deps.records
    .transact([
      { op: 'put', ...keys.appPassword(hash), value: used, expiresAtMs, if: { revision } },
      { op: 'put', ...keys.appPasswordIndex(row.accountId, row.appPasswordId), value: { hash }, expiresAtMs },
    ])
    .catch((error: unknown) => {
      if (hasCode(error, 'record_conflict')) return;
      deps.log.warn(
        { appPasswordId: row.appPasswordId, ...errorFacts(error) },
        'The use of an app password could not be noted',
      );
    });
}
