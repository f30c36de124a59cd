/**
 * A change that nobody was told of yet: the mail may have to wait, or the process may end, and when the event comes again
 * nothing is left to change. So the note stands in the table from before the change until it is told.
 */
import { callOf } from '../fixes/change.ts';
import type { Receipt } from '../fixes/receipt.ts';
import type { Guard } from './guard.ts';
import { receiptKey } from './table.ts';
import { alertOfUntold } from './words.ts';

export async function noteUntold(name: string, receipt: Receipt, keptUntilMs: number, { table }: Guard): Promise<void> {
  await table.put(keyOf(name), { receiptId: receipt.receiptId }, keptUntilMs);
}

export async function forgetUntold(name: string, { table }: Guard): Promise<void> {
  await table.release(keyOf(name));
}

/** Throws `guard_mail_waits`; then it stays noted. */
export async function tellUntold(name: string, guard: Guard): Promise<void> {
  const { table, alerts, config } = guard;
  const note = (await table.get(keyOf(name))) as { readonly receiptId: string } | null;
  if (note === null) return;
  const receipt = (await table.get(receiptKey(note.receiptId))) as Receipt | null;
  // In one that was never ended, what is planned may be made.
  const isCutOff = receipt?.state === 'begun';
  const made = (receipt?.changes ?? []).filter(({ state }) => state === 'made' || (isCutOff && state === 'planned'));
  if (receipt !== null && made.length > 0) {
    await alerts.tell(name, alertOfUntold(name, made.map(callOf), receipt, config));
  }
  await forgetUntold(name, guard);
}

function keyOf(name: string): string {
  return `untold ${name}`;
}
