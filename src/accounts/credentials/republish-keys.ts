import { hasCode } from '../../base/errors.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readAccount, readCredential } from '../account-rows.ts';
import { readOrganisationRow } from '../keys/organisation-recovery.ts';
import { publishRing } from '../keys/ring-copies.ts';
import { keys, type RecoveryRow } from '../records.ts';
import { organisationPath, recoveryPath } from './wrap-paths.ts';

/**
 * Puts the keys of an account into the stores as the records hold them: its wraps, its keyrings, and an admin's copy of
 * the workspace key. Needs no key, may be repeated, and ends the errand that asks for it. Throws what the stores throw.
 */
export async function republishKeys(accountId: string, deps: AccountDeps): Promise<void> {
  const { records, workspaceKey } = deps;
  const errand = keys.republication(accountId);
  const item = await records.get(errand.pk, errand.sk);
  const account = await readAccount(records, workspaceKey, accountId);
  const recovery = await readCredential<RecoveryRow>(records, workspaceKey, accountId, 'recovery');
  if (account && recovery) {
    await deps.publishKey(recoveryPath(accountId), Buffer.from(recovery.value.wrap, 'base64'));
    const organisation = await readOrganisationRow(accountId, deps);
    if (organisation) await deps.publishKey(organisationPath(accountId), Buffer.from(organisation.wrap, 'base64'));
    const { role, state, recipient } = account.row;
    if (role === 'admin' && state === 'active') await publishRing({ accountId, recipient }, deps);
    await deps.republishDrives(accountId);
  }
  if (!item) return;
  try {
    await records.transact([{ op: 'delete', ...errand, if: { revision: item.revision } }]);
  } catch (error) {
    // The keys changed again meanwhile: then the errand stands for that.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}
