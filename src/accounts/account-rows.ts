import type { JsonObject, RecordItem, RecordStore } from '../storage/index.ts';
import { accountErrors } from './errors.ts';
import { emailKey, keys, NOBODY, type AccountRow, type OwnerRow } from './records.ts';
import type { WorkspaceKey } from './keys/workspace-key.ts';

/** An account whose row is what the server itself wrote. */
export interface FoundAccount {
  readonly accountId: string;
  readonly row: AccountRow;
  readonly revision: string;
}

/** Adds (or renews) the MAC over all other fields and the ids that say where the row belongs. */
export function sealRow<Row extends JsonObject>(
  workspaceKey: WorkspaceKey,
  kind: string,
  ids: JsonObject,
  row: Row,
): Row & { readonly mac: string } {
  const { mac: _, ...fields }: JsonObject = row;
  return { ...row, mac: workspaceKey.mac(kind, { ids, fields }) };
}

/**
 * Rows that were found sealed, each with what as and by whose key. While nobody writes it, a record store may give the same row again,
 * frozen in all its depth; so it need not be looked at again, which every request would do.
 */
const sealedRows = new WeakMap<
  object,
  { readonly workspaceKey: WorkspaceKey; readonly kind: string; readonly ids: string }
>();

export function rowIsSealed(
  workspaceKey: WorkspaceKey,
  kind: string,
  ids: Readonly<Record<string, string>>,
  row: JsonObject & { readonly mac: string },
): boolean {
  const place = Object.values(ids).join(' ');
  const known = sealedRows.get(row);
  if (known?.workspaceKey === workspaceKey && known.kind === kind && known.ids === place) return true;
  const { mac, ...fields } = row;
  const isSealed = workspaceKey.verifyMac(kind, { ids, fields }, mac);
  if (isSealed && Object.isFrozen(row)) sealedRows.set(row, { workspaceKey, kind, ids: place });
  return isSealed;
}

/** `null` when there is none. Throws `account_damaged` when the row was not written by a server of this workspace. */
export async function readAccount(
  records: RecordStore,
  workspaceKey: WorkspaceKey,
  accountId: string,
): Promise<FoundAccount | null> {
  const { pk, sk } = keys.account(accountId);
  const item = await records.get<AccountRow>(pk, sk);
  if (!item) return null;
  if (!rowIsSealed(workspaceKey, 'account', { accountId }, item.value)) {
    throw accountErrors('account_damaged', { attempted: `Read account ${accountId}` });
  }
  return { accountId, row: item.value, revision: item.revision };
}

/** Reads the same number of records whether or not there is such an address. */
export async function findByEmail(
  records: RecordStore,
  workspaceKey: WorkspaceKey,
  email: string,
): Promise<FoundAccount | null> {
  const place = keys.email(email);
  const owner = await records.get<OwnerRow>(place.pk, place.sk);
  const found = await readAccount(records, workspaceKey, owner?.value.accountId ?? NOBODY);
  if (found && emailKey(found.row.email) !== emailKey(email)) {
    throw accountErrors('account_damaged', { attempted: `Read account ${found.accountId}` });
  }
  return found;
}

/** A credential row of an account; `null` when there is none, `account_damaged` when it was not written by us. */
export async function readCredential<Row extends JsonObject & { readonly mac: string }>(
  records: RecordStore,
  workspaceKey: WorkspaceKey,
  accountId: string,
  kind: 'password' | 'recovery' | 'organisation',
): Promise<RecordItem<Row> | null> {
  const { pk, sk } = keys[kind](accountId);
  const item = await records.get<Row>(pk, sk);
  if (item && !rowIsSealed(workspaceKey, `credential-${kind}`, { accountId }, item.value)) {
    throw accountErrors('account_damaged', { attempted: `Read the credentials of account ${accountId}` });
  }
  return item;
}
