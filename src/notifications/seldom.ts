import type { Clock } from '../base/clock.ts';
import { hasCode } from '../base/errors.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import { keys } from './records.ts';

export interface SeldomDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/**
 * For a state that lasts and is looked at again and again, by several servers: `operation` is written once in `everyMs`,
 * until {@link isOver} says that the state has ended.
 */
export async function tellSeldom(
  { records, clock }: SeldomDeps,
  state: string,
  everyMs: number,
  operation: () => RecordOperation,
): Promise<void> {
  const at = keys.told(state);
  if (await records.get(at.pk, at.sk)) return;
  const expiresAtMs = clock() + everyMs;
  try {
    await records.transact([{ op: 'put', ...at, value: {}, expiresAtMs, if: 'absent' }, operation()]);
  } catch (error) {
    // Another server told it just now.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

/** From now on the state is told anew when it comes again. */
export async function isOver({ records }: SeldomDeps, state: string): Promise<void> {
  const at = keys.told(state);
  if (await records.get(at.pk, at.sk)) await records.transact([{ op: 'delete', ...at }]);
}
