/** What a server does with its flows from time to time. Each step is told by itself, and one that failed keeps none of the others waiting. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { FlowStore } from '../../network/index.ts';

export interface SweepDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Removes flows that are kept no longer, and adds up what is over. What failed is told and comes again with the next sweep. */
export async function sweepFlows(store: Pick<FlowStore, 'sweep' | 'addUp'>, { clock, log }: SweepDeps): Promise<void> {
  try {
    const { removed, lost } = await store.sweep(clock());
    if (removed > 0) log.info({ removed }, 'Flows that are kept no longer were removed');
    if (lost > 0) {
      log.warn(
        { lost },
        'Flows had to go for lack of room before they were archived: see HOLDFAST_NETWORK_STORE_BYTES',
      );
    }
  } catch (error) {
    log.warn({ err: error }, 'Old flows could not be removed');
  }
  try {
    await store.addUp(clock());
  } catch (error) {
    log.warn({ err: error }, 'Hours of flows could not be added up: figures of them are right, and take longer');
  }
}
