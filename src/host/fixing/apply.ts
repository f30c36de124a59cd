/** Makes the changes of one fix, each kept in the receipt first; where one fails, all before it are taken back. */
import type { Clock } from '../../base/clock.ts';
import { HoldfastError } from '../../base/errors.ts';
import { hostErrors } from '../errors.ts';
import type { Wanted } from '../running/answers.ts';
import type { HostFiles } from '../state/host-files.ts';
import type { FixPlace } from './place.ts';
import { planSteps } from './plan.ts';
import { keepReceipt, newReceipt, type Receipt } from './receipt.ts';
import { foundStep, isFinal, isReload, makeStep, nameOf, takeBackStep } from './step-acts.ts';
import type { Step } from './step.ts';

export interface FixDeps {
  readonly place: FixPlace;
  readonly files: Pick<HostFiles, 'document' | 'keepDocument' | 'asideFolder'>;
  readonly clock: Clock;
  readonly hostId: string;
  /** What the fix of the check wants done with a resource. */
  readonly want: (resource: string) => Promise<readonly Wanted[]>;
  readonly kill: boolean;
  /** Before the first change: the receipt is kept. A guarded fix starts the timer that takes it back. */
  readonly onBegin?: (receipt: Receipt) => Promise<void>;
}

export interface FixRequest {
  readonly check: string;
  readonly resources: readonly string[];
  /** It waits to be confirmed. */
  readonly isGuarded: boolean;
}

/** What would be done with one resource. Throws `host_fix_impossible`. */
export async function planFix(check: string, resource: string, deps: FixDeps): Promise<readonly Step[]> {
  const { place, want, kill, files } = deps;
  return await planSteps(place, await want(resource), { check, kill, aside: files.asideFolder('planned') });
}

/** Throws `host_fix_failed`, `host_fix_impossible` when nothing is changed any more. */
export async function applyFix(request: FixRequest, deps: FixDeps): Promise<Receipt> {
  const { place, files, clock, want, kill } = deps;
  const { check, resources, isGuarded } = request;
  let receipt = newReceipt({ hostId: deps.hostId, check }, clock());
  let made = 0;
  try {
    for (const resource of resources) {
      const wanted = await want(resource);
      const aside = files.asideFolder(`${receipt.receiptId}/${receipt.resources.length}`);
      const steps = await planSteps(place, wanted, { check, kill, aside });
      const isFirst = receipt.resources.length === 0;
      receipt = { ...receipt, resources: [...receipt.resources, resource], steps: [...receipt.steps, ...steps] };
      await keepReceipt(files, receipt);
      if (isFirst) await deps.onBegin?.(receipt);
      receipt = await makeEach(receipt, steps, deps, () => (made += 1));
    }
  } catch (error) {
    // Of it nobody can see whether it was made: a service that was told nothing is left alone.
    const maybe = receipt.steps.filter((step, index) => index <= made || !isReload(step));
    await putBack(place, { ...receipt, steps: maybe });
    await keepReceipt(files, { ...receipt, state: 'undone' });
    throw error;
  }
  const done: Receipt = { ...receipt, state: isGuarded ? 'waiting' : 'done' };
  await keepReceipt(files, done);
  return done;
}

async function makeEach(
  receipt: Receipt,
  steps: readonly Step[],
  { place, files }: FixDeps,
  onMade: () => void,
): Promise<Receipt> {
  let current = receipt;
  for (const step of steps) {
    const made = await makeStep(place, step);
    onMade();
    if (made === step) continue;
    current = { ...current, steps: current.steps.map((each) => (each === step ? made : each)) };
    await keepReceipt(files, current);
  }
  return current;
}

/**
 * All that was made, the last first, and then services are told; that one does not go back keeps no other from it. Throws
 * `host_fix_stuck`.
 */
export async function putBack(place: FixPlace, receipt: Receipt): Promise<void> {
  const stuck: string[] = [];
  const back = receipt.steps.toReversed();
  for (const step of [...back.filter((each) => !isReload(each)), ...back.filter(isReload)]) {
    try {
      const found = await foundStep(place, step);
      // What others changed in the rules meanwhile must not keep those of a fix that failed.
      if (found === 'before' || isFinal(step)) continue;
      if (found === 'changed' && step.kind !== 'rules') throw hostErrors('host_undo_changed', { detail: nameOf(step) });
      await takeBackStep(place, step);
    } catch (error) {
      stuck.push(error instanceof HoldfastError ? error.message : String(error));
    }
  }
  if (stuck.length === 0) return;
  throw hostErrors('host_fix_stuck', {
    attempted: `Take back ${receipt.check}`,
    detail: `${stuck.join('; ')}; receipt ${receipt.receiptId}`,
  });
}
