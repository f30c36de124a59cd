import type { Clock } from '../../base/clock.ts';
import type { NetworkSettings } from '../settings.ts';
import type { FlowStore } from './flow-store.ts';

/** Where flows are kept. */
export type FlowsPlace = {
  readonly kind: 'sqlite';
  /** Absolute. */
  readonly folder: string;
};

export interface OpenFlowsOptions {
  readonly settings: Pick<NetworkSettings, 'networkKeptMs' | 'networkStoreBytes'>;
  readonly clock: Clock;
}

/** The adapter is loaded here, so that nobody pays for one that is not used. Throws `flows_unavailable`, `flows_damaged`. */
export async function openFlowStore(place: FlowsPlace, { settings, clock }: OpenFlowsOptions): Promise<FlowStore> {
  const { openSqliteFlowStore } = await import('./sqlite/sqlite.ts');
  return await openSqliteFlowStore({
    ...{ folder: place.folder, clock },
    mostBytes: settings.networkStoreBytes,
    keptMs: settings.networkKeptMs,
  });
}
