import type { NetworkSettings } from '../settings.ts';
import type { FlowStore } from '../store/flow-store.ts';

export interface KeptBounds extends AsyncDisposable {
  /** Looks for what is kept no longer where the last look lies so long back; work goes on beside it. */
  readonly look: () => void;
}

interface BoundsOptions {
  readonly settings: Pick<NetworkSettings, 'networkSweepMs'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Hears of what must not be missed, one sentence each. */
  readonly warn: (line: string) => void;
}

/**
 * Whoever keeps flows without a server removes what is kept no longer by itself: at once, and from time to time in a capture that goes on for days. What
 * cannot be removed is told and ends nothing. To be disposed of before the store: that waits for a look that goes on.
 */
export function keepBounds(store: Pick<FlowStore, 'sweep'>, { settings, clock, warn }: BoundsOptions): KeptBounds {
  let lookedMs = -Infinity;
  let looking: Promise<void> = Promise.resolve();
  const sweep = async (): Promise<void> => {
    try {
      await store.sweep(clock());
    } catch (error) {
      warn(`Flows that are kept no longer could not be removed: ${(error as Error).message}`);
    }
  };
  const look = (): void => {
    if (performance.now() - lookedMs < settings.networkSweepMs) return;
    lookedMs = performance.now();
    looking = looking.then(sweep);
  };
  look();
  return { look, [Symbol.asyncDispose]: () => looking };
}
