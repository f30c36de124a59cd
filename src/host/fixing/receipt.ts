/** What a fix replaced. It is on the disk before the first change, so that a fix that is cut off can be undone as well. */
import { timestamp } from '../../base/clock.ts';
import { isId, newId } from '../../base/ids.ts';
import { hostErrors } from '../errors.ts';
import type { HostFiles } from '../state/host-files.ts';
import type { Step } from './step.ts';

/** `begun`: maybe made, maybe not: nobody knows. `waiting`: made, and goes back unless somebody confirms it. */
export const receiptStates = ['begun', 'waiting', 'done', 'undone'] as const;
export type ReceiptState = (typeof receiptStates)[number];

export interface Receipt {
  readonly kind: 'holdfast-host-receipt';
  readonly version: 1;
  readonly receiptId: string;
  readonly time: string;
  readonly hostId: string;
  readonly check: string;
  readonly resources: readonly string[];
  /** Which process makes it. */
  readonly pid: number;
  readonly state: ReceiptState;
  /** In the order in which they were made. */
  readonly steps: readonly Step[];
}

export function newReceipt(of: Pick<Receipt, 'hostId' | 'check'>, nowMs: number): Receipt {
  return {
    kind: 'holdfast-host-receipt',
    version: 1,
    receiptId: newId(),
    time: timestamp(nowMs),
    ...of,
    resources: [],
    pid: process.pid,
    state: 'begun',
    steps: [],
  };
}

export async function keepReceipt(files: Pick<HostFiles, 'keepDocument'>, receipt: Receipt): Promise<string> {
  return await files.keepDocument(`receipts/${receipt.receiptId}`, receipt, true);
}

/** Throws `host_receipt_not_found`. */
export async function loadReceipt(files: Pick<HostFiles, 'document'>, receiptId: string): Promise<Receipt> {
  const found = isId(receiptId) ? await files.document<Receipt>(`receipts/${receiptId}`) : null;
  if (found?.kind === 'holdfast-host-receipt' && found.version === 1) return found;
  throw hostErrors('host_receipt_not_found', { attempted: `Read the receipt ${receiptId}` });
}

/** It stays. Throws `host_receipt_not_found`, `host_confirm_late` when it went back already. */
export async function confirmFix(
  files: Pick<HostFiles, 'document' | 'keepDocument' | 'decide'>,
  receiptId: string,
): Promise<Receipt> {
  const receipt = await loadReceipt(files, receiptId);
  if (receipt.state === 'done') return receipt;
  // What takes it back may be at work already, and would not hear of it any more.
  if (receipt.state !== 'waiting' || (await files.decide(receiptId, 'keep')) !== 'keep') {
    throw hostErrors('host_confirm_late', { attempted: `Confirm ${receiptId}` });
  }
  const done: Receipt = { ...receipt, state: 'done' };
  await keepReceipt(files, done);
  return done;
}
