/** Makes changes as `buckets fix` does, with the receipt kept in the guard's table, and within limits. */
import { bucketErrors } from '../errors.ts';
import { applyChanges } from '../fixes/apply.ts';
import { callOf, nameOf, type Change } from '../fixes/change.ts';
import { newReceipt, type Receipt } from '../fixes/receipt.ts';
import type { Guard } from './guard.ts';
import { receiptKey } from './table.ts';
import { forgetUntold, noteUntold } from './untold.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Resolves with the receipt; with `null` when this bucket was mended so often today that something else must want it
 * otherwise; what came to nothing does not count. Throws `guard_resting` when it has to wait, `guard_change_failed` when
 * not all was made.
 */
export async function mend(changes: readonly Change[], guard: Guard): Promise<Receipt | null> {
  const { table, settings, clock, config, log } = guard;
  const [first] = changes;
  if (first === undefined) throw new TypeError('Nothing is to be changed');
  const name = nameOf(first.target);
  const attempted = `Mend ${name}`;
  const nowMs = clock();
  if ((await table.claim(`mended ${name}`, nowMs + settings.guardCooldownMs)) !== 'claimed') {
    throw bucketErrors('guard_resting', { attempted, detail: 'it was mended a moment ago' });
  }
  const day = Math.floor(nowMs / DAY_MS);
  const today = `mends ${name} ${day}`;
  if (!(await table.spend(today, settings.guardBucketMendsADay, (day + 2) * DAY_MS))) return null;
  const hour = Math.floor(nowMs / HOUR_MS);
  if (!(await table.spend(`mends ${hour}`, settings.guardMendsAnHour, (hour + 2) * HOUR_MS))) {
    await table.refund(today);
    throw bucketErrors('guard_resting', {
      attempted,
      detail: `${settings.guardMendsAnHour} were mended within an hour`,
    });
  }
  const place = { scope: `aws ${config.account}`, endpoint: null, role: null };
  const begun = newReceipt(place, changes, nowMs);
  const keptUntilMs = nowMs + settings.guardReceiptsKeptMs;
  await table.put(receiptKey(begun.receiptId), begun, keptUntilMs);
  await noteUntold(name, begun, keptUntilMs, guard);
  await using writer = await guard.openWriter().catch(async (error: unknown) => {
    await table.refund(today);
    await forgetUntold(name, guard);
    throw error;
  });
  const done: Receipt = { ...begun, state: 'done', changes: await applyChanges(changes, { writer, atOnce: 1 }) };
  await table.put(receiptKey(done.receiptId), done, keptUntilMs);
  const made = done.changes.map((change) => ({ call: callOf(change), state: change.state }));
  log.info({ subject: name, receiptId: done.receiptId, made }, 'Changed');
  const failed = done.changes.find(({ state }) => state !== 'made');
  if (failed === undefined) return done;
  // What was not changed can have been undone by nobody, however often it is tried.
  const mayBeChanged = done.changes.some(({ state }) => state === 'made' || state === 'planned');
  if (!mayBeChanged) await table.refund(today);
  const detail = `${callOf(failed)} ${failed.state}${failed.detail === undefined ? '' : `: ${failed.detail}`}`;
  throw bucketErrors('guard_change_failed', { attempted, detail });
}
