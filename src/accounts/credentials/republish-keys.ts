import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readAccount, readCredential } from '../account-rows.ts';
import { readOrganisationRow } from '../keys/organisation-recovery.ts';
import { publishRing, retractRing } from '../keys/ring-copies.ts';
import { keys, type RecoveryRow } from '../records.ts';
import { organisationPath, recoveryPath } from './wrap-paths.ts';

/**
 * Puts the keys of an account into the stores as the records hold them: its wraps, its keyrings, and an admin's copy of
 * the workspace key. Needs no key, may be repeated, and ends the errand that asks for it. Throws what the stores throw.
 *
 * What was read is old when the account got new keys meanwhile, and may have been put over them: then all is read and put again.
 */
export async function republishKeys(accountId: string, deps: AccountDeps): Promise<void> {
  const { records } = deps;
  const errand = keys.republication(accountId);
  for (let isAgain = false; ; isAgain = true) {
    const item = await records.get(errand.pk, errand.sk);
    const revision = await publishAsRead(accountId, deps, isAgain);
    const operations: RecordOperation[] = [
      ...(revision === null ? [] : [{ op: 'check', ...keys.account(accountId), if: { revision } } as const]),
      ...(item ? [{ op: 'delete', ...errand, if: { revision: item.revision } } as const] : []),
    ];
    if (operations.length === 0) return;
    try {
      await records.transact(operations);
      return;
    } catch (error) {
      // Whoever was faster has written the account or ended its errand, so this ends.
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
}

/** Answers the revision of the account that it went by; `null` where there is nothing to put. */
async function publishAsRead(accountId: string, deps: AccountDeps, isAgain: boolean): Promise<string | null> {
  const { records, workspaceKey } = deps;
  const account = await readAccount(records, workspaceKey, accountId);
  const recovery = await readCredential<RecoveryRow>(records, workspaceKey, accountId, 'recovery');
  if (!account || !recovery) return null;
  await deps.publishKey(recoveryPath(accountId), Buffer.from(recovery.value.wrap, 'base64'));
  const organisation = await readOrganisationRow(accountId, deps);
  if (organisation) await deps.publishKey(organisationPath(accountId), Buffer.from(organisation.wrap, 'base64'));
  const { role, state, recipient } = account.row;
  if (role === 'admin' && state === 'active') await publishRing({ accountId, recipient }, deps);
  // Who lost the role while it was put must not keep it.
  else if (isAgain) await retractRing(accountId, deps);
  await deps.republishDrives(accountId);
  return account.revision;
}
