/** What a fix replaced. It is on the disk before the first change, so that a fix that is cut off can be undone as well. */
import { timestamp } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { bucketErrors } from '../errors.ts';
import type { StateFiles } from '../state/state-files.ts';
import type { Change, SettingValue } from './change.ts';

/** `planned`: not yet, or nobody knows. `refused`: the store said no. `ignored`: it said yes and did nothing. */
export const changeStates = ['planned', 'made', 'refused', 'ignored', 'skipped'] as const;
export type ChangeState = (typeof changeStates)[number];

export interface ReceiptChange extends Change {
  readonly state: ChangeState;
  /** As the store answered it afterwards, which may differ in words from what was put. */
  readonly written?: SettingValue;
  readonly detail?: string;
}

export interface Receipt {
  readonly kind: 'holdfast-buckets-receipt';
  readonly version: 1;
  readonly receiptId: string;
  readonly time: string;
  readonly scope: string;
  readonly endpoint: string | null;
  readonly role: string | null;
  readonly state: 'begun' | 'done' | 'undone';
  readonly changes: readonly ReceiptChange[];
}

export interface ReceiptPlace {
  readonly scope: string;
  readonly endpoint: string | null;
  readonly role: string | null;
}

export function newReceipt(place: ReceiptPlace, changes: readonly Change[], nowMs: number): Receipt {
  return {
    kind: 'holdfast-buckets-receipt',
    version: 1,
    receiptId: newId(),
    time: timestamp(nowMs),
    ...place,
    state: 'begun',
    changes: changes.map((change) => ({ ...change, state: 'planned' })),
  };
}

/** Throws `bucket_receipt_not_found`. */
export async function loadReceipt(files: Pick<StateFiles, 'receipt'>, receiptId: string): Promise<Receipt> {
  const found = (await files.receipt(receiptId)) as Receipt | null;
  if (found?.kind === 'holdfast-buckets-receipt' && found.version === 1) return found;
  throw bucketErrors('bucket_receipt_not_found', { attempted: `Read the receipt ${receiptId}` });
}
