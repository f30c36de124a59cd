/** The looks at this host that differ, over time. */
import { join } from 'node:path';
import type { HostSettings } from '../settings.ts';
import { openSnapshots, type Snapshots } from '../state/snapshots.ts';
import type { KeptFacts } from './changes.ts';

export function openHostFacts(stateFolder: string, settings: HostSettings): Snapshots<KeptFacts> {
  const limits = { count: settings.hostSnapshots, bytes: settings.hostSnapshotsBytes };
  return openSnapshots<KeptFacts>(join(stateFolder, 'host/facts'), limits);
}
