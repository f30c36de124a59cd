import { encryptBytes, parseRecipient, type KeyIdentity } from '../../age/index.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { readCredential, rowIsSealed, sealRow } from '../account-rows.ts';
import { identityFile } from '../credentials/credentials.ts';
import { accountErrors } from '../errors.ts';
import { keys, type OrganisationRow } from '../records.ts';

/**
 * A key of the organisation that opens every account, for who must not lose what people store when they leave or lose
 * their kits. It is chosen at set-up or never, by its recipient alone: the server never sees the key. Everybody is shown
 * it before they sign up, and says so by repeating it.
 */
type ChosenRow = { readonly recipient: string; readonly mac: string };

type Deps = Pick<AccountDeps, 'records' | 'workspaceKey'>;

/** The recipient (`age1…`), `null` when none was chosen. Throws `account_damaged` when somebody else wrote it. */
export async function organisationRecovery({ records, workspaceKey }: Deps): Promise<string | null> {
  const { pk, sk } = keys.organisationRecovery;
  const item = await records.get<ChosenRow>(pk, sk);
  if (!item) return null;
  // One that was slipped in would open all accounts to come.
  if (!rowIsSealed(workspaceKey, 'organisation-recovery', {}, item.value)) {
    throw accountErrors('account_damaged', { attempted: 'Read the recovery key of the organisation' });
  }
  return item.value.recipient;
}

/**
 * What a sign-up has to do with it: the first one may choose it, all others repeat the one that was chosen.
 * Throws `organisation_recovery_invalid`, `organisation_recovery_unseen`.
 */
export async function agreedRecovery(
  { first, named }: { readonly first: boolean; readonly named: string | undefined },
  deps: Deps,
): Promise<{ readonly recipient: string | null; readonly operations: readonly RecordOperation[] }> {
  const attempted = 'Sign up';
  const given = named?.trim();
  if (!first) {
    const recipient = await organisationRecovery(deps);
    if (recipient !== (given ?? null)) {
      throw accountErrors('organisation_recovery_unseen', { attempted, extra: { organisationRecovery: recipient } });
    }
    return { recipient, operations: [] };
  }
  if (given === undefined) return { recipient: null, operations: [] };
  const recipient = checkedRecipient(given, attempted);
  const value = sealRow(deps.workspaceKey, 'organisation-recovery', {}, { recipient });
  return { recipient, operations: [{ op: 'put', ...keys.organisationRecovery, value, if: 'absent' }] };
}

/** The account identity, wrapped for the organisation. */
export function organisationRow(
  accountId: string,
  identity: KeyIdentity,
  recipient: string,
  { workspaceKey }: Pick<Deps, 'workspaceKey'>,
): OrganisationRow {
  const wrap = encryptBytes(identityFile(accountId, identity), [parseRecipient(recipient)]).toString('base64');
  return sealRow(workspaceKey, 'credential-organisation', { accountId }, { recipient, wrap });
}

/** `null` when there is none. */
export async function readOrganisationRow(accountId: string, deps: Deps): Promise<OrganisationRow | null> {
  const { records, workspaceKey } = deps;
  return (await readCredential<OrganisationRow>(records, workspaceKey, accountId, 'organisation'))?.value ?? null;
}

function checkedRecipient(text: string, attempted: string): string {
  try {
    return parseRecipient(text).toString();
  } catch (cause) {
    throw accountErrors('organisation_recovery_invalid', { attempted, cause });
  }
}
