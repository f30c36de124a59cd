/** Takes a fix back by its receipt, all of it or nothing: where something was changed since, it refuses before any effect. */
import { hostErrors } from '../errors.ts';
import type { HostFiles } from '../state/host-files.ts';
import { putBack } from './apply.ts';
import type { FixPlace } from './place.ts';
import { keepReceipt, type Receipt } from './receipt.ts';
import { foundStep, isFinal, nameOf } from './step-acts.ts';
import type { Step } from './step.ts';

export interface UndoOptions {
  /** Time is up and nobody confirmed it: whoever could be asked about rules that others changed meanwhile may be cut off by them. */
  readonly isTimer?: boolean;
}

/**
 * Throws `host_undo_changed`, `host_undo_final`, `host_fix_stuck`. Taking back what was taken back already changes nothing.
 */
export async function undoFix(
  receipt: Receipt,
  place: FixPlace,
  files: Pick<HostFiles, 'keepDocument'>,
  { isTimer = false }: UndoOptions = {},
): Promise<Receipt> {
  const attempted = `Take back ${receipt.check} (${receipt.receiptId})`;
  if (receipt.state === 'undone') return receipt;
  if (receipt.steps.length > 0 && receipt.steps.every(isFinal)) throw hostErrors('host_undo_final', { attempted });
  const changed: string[] = [];
  for (const step of lastOfEach(receipt.steps)) {
    // One that was cut off may have made some of them; what is not ours is never touched.
    const goesBackAnyway = isTimer && step.kind === 'rules';
    if ((await foundStep(place, step)) === 'changed' && !goesBackAnyway) changed.push(nameOf(step));
  }
  if (changed.length > 0) throw hostErrors('host_undo_changed', { attempted, detail: changed.join(', ') });
  await putBack(place, receipt);
  const undone: Receipt = { ...receipt, state: 'undone' };
  await keepReceipt(files, undone);
  return undone;
}

/** A file that was changed twice must be as the second change left it. */
function lastOfEach(steps: readonly Step[]): readonly Step[] {
  const last = new Map(steps.map((step) => [`${step.kind} ${nameOf(step)}`, step]));
  return [...last.values()];
}
