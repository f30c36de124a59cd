import type { Clock } from '../../base/clock.ts';
import type { NetworkSettings } from '../settings.ts';
import type { FlowStore } from './flow-store.ts';

/** Where flows are kept. */
export type FlowsPlace =
  | {
      readonly kind: 'sqlite';
      /** Absolute. */
      readonly folder: string;
    }
  | {
      readonly kind: 'mongodb';
      /** Without user and password. Its query may hold secrets: it is shown nowhere. */
      readonly url: string;
      /** As they are shown to people. */
      readonly hosts: string;
      readonly user: string | null;
      readonly password: string | null;
      readonly database: string;
    };

export interface OpenFlowsOptions {
  readonly settings: Pick<
    NetworkSettings,
    'networkKeptMs' | 'networkStoreBytes' | 'networkArchivedMs' | 'networkMongoTtl'
  >;
  readonly clock: Clock;
  /** A server decides for how long flows are kept in MongoDB; a verb on somebody's computer leaves that as it is. */
  readonly isServer: boolean;
}

/** The adapter is loaded here, so that nobody pays for one that is not used. Throws `flows_unavailable`, `flows_damaged`. */
export async function openFlowStore(
  place: FlowsPlace,
  { settings, clock, isServer }: OpenFlowsOptions,
): Promise<FlowStore> {
  const { networkKeptMs: keptMs, networkStoreBytes: mostBytes } = settings;
  if (place.kind === 'sqlite') {
    const { openSqliteFlowStore } = await import('./sqlite/sqlite.ts');
    const isArchived = settings.networkArchivedMs > 0;
    return await openSqliteFlowStore({ folder: place.folder, clock, keptMs, mostBytes, isArchived });
  }
  const ttl = settings.networkMongoTtl === 1 ? 'wanted' : 'unwanted';
  const { openMongoFlowStore } = await import('./mongodb/mongodb.ts');
  return await openMongoFlowStore({ ...place, keptMs, mostBytes, ttl: isServer ? ttl : 'as it is', clock });
}
