import type { RecordOperation } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { rowIsSealed, sealRow } from '../account-rows.ts';
import { keys, type AccountRow, type AppPasswordRow, type SessionIndexRow } from '../records.ts';

/** The account row after which no app password of before is good any more. */
export function nextAppPasswordEpoch(row: AccountRow): { appPasswordEpoch: number } {
  return { appPasswordEpoch: epochOf(row) + 1 };
}

/** Rows from before there were epochs are of the first. */
export function epochOf(row: AccountRow): number {
  return row.appPasswordEpoch ?? 1;
}

/** Written by us, of an account that is active, under its present epoch, and used lately. */
export function isGood(row: AppPasswordRow, hash: string, account: AccountRow, deps: AccountDeps): boolean {
  return (
    rowIsSealed(deps.workspaceKey, 'app-password', { hash }, row) &&
    account.state === 'active' &&
    row.appPasswordEpoch === epochOf(account) &&
    expiryOf(row, deps) > deps.clock()
  );
}

export function sealAppPassword(row: AppPasswordRow, hash: string, { workspaceKey }: AccountDeps): AppPasswordRow {
  return sealRow(workspaceKey, 'app-password', { hash }, row);
}

/** The scope is part of the place: a chat key never passes for an account's. */
export function placeOf({
  appPasswordId,
  accountId,
  scope,
}: Pick<AppPasswordRow, 'appPasswordId' | 'accountId' | 'scope'>) {
  return ['app-password', appPasswordId, accountId, scope];
}

export function expiryOf(row: AppPasswordRow, { settings }: AccountDeps): number {
  return Date.parse(row.lastUsedTime ?? row.createdTime) + settings.appPasswordIdleMs;
}

export function deletions(accountId: string, appPasswordId: string, hash: string): RecordOperation[] {
  return [
    { op: 'delete', ...keys.appPassword(hash) },
    { op: 'delete', ...keys.appPasswordIndex(accountId, appPasswordId) },
  ];
}

/** Newest first. */
export async function indexOf(
  accountId: string,
  deps: AccountDeps,
): Promise<{ appPasswordId: string; hash: string }[]> {
  const { pk, sk: prefix } = keys.appPasswordIndex(accountId, '');
  const page = await deps.records.query<SessionIndexRow>(pk, { prefix, reverse: true, limit: 1_000 });
  return page.items.map(({ sk, value }) => ({ appPasswordId: sk.slice(prefix.length), hash: value.hash }));
}
