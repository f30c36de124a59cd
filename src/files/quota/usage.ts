import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { formatBytes } from '../../base/text/quantities.ts';
import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import { keys, type DriveRow, type ObjectRow, type QuotaRow, type UsageRow } from '../records.ts';

export interface QuotaDeps {
  readonly records: RecordStore;
  /** What an account may use unless an admin said otherwise; 0 for as much as there is. */
  readonly defaultQuotaBytes: number;
  /** Told when an upload finds an account's space nearly full (`near`), or does not fit (`over`): each time anew. */
  readonly onQuota?: (accountId: string, level: 'near' | 'over') => Promise<void>;
}

export interface Usage {
  /** Ciphertext of all objects in the account's drives, each once, trash included. */
  readonly usedBytes: number;
  /** `null` for as much as there is. */
  readonly quotaBytes: number | null;
  /** Whether an admin set it for just this account. */
  readonly isOwn: boolean;
}

/** So many changes stand beside the sum before they are added to it. */
const FOLD_AT = 40;

/** The part of a quota from which on it is nearly full. */
const NEAR = 0.9;

/** A transaction holds a hundred operations. */
const FOLD_AT_ONCE = 90;

/**
 * Where nothing is limited, only one look for room in so many folds. An upload looks twice, and is two changes once it was purged: a
 * fold takes more changes than come until the next.
 */
const FOLD_EVERY = 60;

/**
 * A change of what an account uses, for the transaction that changes it. Each is a row of its own, so that uploads at
 * the same time do not wait for one another; {@link usageOf} adds them up.
 */
export function usageChange(accountId: string, bytes: number): RecordOperation {
  return { op: 'put', ...keys.usageChange(accountId, newId()), value: { bytes }, if: 'absent' };
}

export async function usageOf({ records, defaultQuotaBytes }: QuotaDeps, accountId: string): Promise<Usage> {
  const at = keys.quota(accountId);
  const [own, rows] = await Promise.all([records.get<QuotaRow>(at.pk, at.sk), usageRows(records, accountId)]);
  const usedBytes = Math.max(
    0,
    rows.reduce((sum, { value }) => sum + value.bytes, 0),
  );
  if (rows.length > FOLD_AT) await fold(records, accountId, rows);
  const quotaBytes = own ? own.value.bytes : defaultQuotaBytes === 0 ? null : defaultQuotaBytes;
  return { usedBytes, quotaBytes, isOwn: own !== null };
}

/**
 * Throws `quota_exceeded` when `moreBytes` do not fit. Uploads that run at the same moment do not see each other's last
 * step, so together they may go over by what they bring; the next one is refused.
 */
export async function assertRoom(deps: QuotaDeps, accountId: string, moreBytes: number): Promise<void> {
  if (deps.defaultQuotaBytes === 0) {
    const at = keys.quota(accountId);
    if ((await deps.records.get<QuotaRow>(at.pk, at.sk)) === null) {
      if (Math.random() < 1 / FOLD_EVERY) await foldSome(deps.records, accountId);
      return;
    }
  }
  const { usedBytes, quotaBytes } = await usageOf(deps, accountId);
  if (quotaBytes === null) return;
  if (usedBytes + moreBytes <= quotaBytes) {
    if (usedBytes + moreBytes > quotaBytes * NEAR) await deps.onQuota?.(accountId, 'near');
    return;
  }
  await deps.onQuota?.(accountId, 'over');
  throw fileErrors('quota_exceeded', {
    detail:
      usedBytes < quotaBytes
        ? `${formatBytes(moreBytes)} do not fit into the ${formatBytes(quotaBytes - usedBytes)} that are left of ${formatBytes(quotaBytes)}`
        : `${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)} are in use`,
    extra: { usedBytes, quotaBytes },
  });
}

/** Gives back what purged objects took. */
export async function giveBack(
  records: RecordStore,
  driveId: string,
  gone: readonly ObjectRow[],
): Promise<RecordOperation[]> {
  const at = keys.drive(driveId);
  const drive = await records.get<DriveRow>(at.pk, at.sk);
  if (!drive || gone.length === 0) return [];
  const bytes = gone.reduce((sum, { facts }) => sum + facts.size, 0);
  return [usageChange(drive.value.ownerId, -bytes)];
}

async function usageRows(records: RecordStore, accountId: string): Promise<RecordItem<UsageRow>[]> {
  const rows: RecordItem<UsageRow>[] = [];
  let after: string | undefined;
  do {
    const page = await records.query<UsageRow>(keys.usage(accountId).pk, {
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return rows;
}

/** Without reading them all: nobody has asked for the sum. */
async function foldSome(records: RecordStore, accountId: string): Promise<void> {
  const at = keys.usage(accountId);
  const changes = await records.query<UsageRow>(at.pk, { prefix: 'change#', limit: FOLD_AT_ONCE });
  if (changes.items.length <= FOLD_AT) return;
  const sum = await records.get<UsageRow>(at.pk, at.sk);
  await fold(records, accountId, sum ? [...changes.items, sum] : changes.items);
}

/**
 * Adds the oldest of the changes to the sum, which is among the rows if there is one. Whoever is slower finds them gone and
 * leaves everything as it is.
 */
async function fold(records: RecordStore, accountId: string, rows: readonly RecordItem<UsageRow>[]): Promise<void> {
  const at = keys.usage(accountId);
  const sum = rows.find(({ sk }) => sk === at.sk);
  const changes = rows.filter((row) => row !== sum).slice(0, FOLD_AT_ONCE);
  const bytes = changes.reduce((total, { value }) => total + value.bytes, sum?.value.bytes ?? 0);
  try {
    await records.transact([
      { op: 'put', ...at, value: { bytes }, if: sum ? { revision: sum.revision } : 'absent' },
      ...changes.map(({ pk, sk }): RecordOperation => ({ op: 'delete', pk, sk, if: 'present' })),
    ]);
  } catch (error) {
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}
