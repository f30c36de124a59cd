import { hasCode } from '../../base/errors.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readAccount } from '../account-rows.ts';
import { isGood } from '../app-passwords/app-password-rows.ts';
import { keys, type AppPasswordRow, type SessionIndexRow, type SessionRow } from '../records.ts';
import type { Role } from '../session.ts';
import { isGoodSession } from './sessions.ts';

/** A login session or an app password, by its id. */
export type Credential = { readonly accountId: string; readonly sessionId: string };

/**
 * The role that whoever came with this session or app password has now; `null` when it is over: ended, expired, or its
 * account disabled. Needs no token and opens no key, so that it can be asked for as long as something runs; asking is
 * no use of the session, and keeps none alive.
 */
export async function standingOf({ accountId, sessionId }: Credential, deps: AccountDeps): Promise<Role | null> {
  const { records } = deps;
  const account = await readAccount(records, deps.workspaceKey, accountId).catch((error: unknown) => {
    if (!hasCode(error, 'account_damaged')) throw error;
    return null;
  });
  if (!account) return null;
  const at = { session: keys.sessionIndex(accountId, sessionId), program: keys.appPasswordIndex(accountId, sessionId) };
  const index = await records.get<SessionIndexRow>(at.session.pk, at.session.sk);
  if (index) {
    const { hash } = index.value;
    const place = keys.session(hash);
    const item = await records.get<SessionRow>(place.pk, place.sk);
    return item && isGoodSession(item.value, hash, account.row, deps) ? account.row.role : null;
  }
  const program = await records.get<SessionIndexRow>(at.program.pk, at.program.sk);
  if (!program) return null;
  const place = keys.appPassword(program.value.hash);
  const item = await records.get<AppPasswordRow>(place.pk, place.sk);
  return item && isGood(item.value, program.value.hash, account.row, deps) ? account.row.role : null;
}
