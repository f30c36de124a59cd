/** What is kept of the firewall on this computer: its states over time, and the one that waits to be confirmed. */
import { join } from 'node:path';
import type { HostSettings } from '../settings.ts';
import { openSnapshots, type Snapshots } from '../state/snapshots.ts';
import { openRestores, type Restores } from './restoring/restores.ts';
import type { KeptRules } from './timeline.ts';

export interface HostFirewall {
  readonly timeline: Snapshots<KeptRules>;
  readonly restores: Restores;
}

export function openHostFirewall(stateFolder: string, settings: HostSettings): HostFirewall {
  const limits = { count: settings.hostSnapshots, bytes: settings.hostSnapshotsBytes };
  return {
    timeline: openSnapshots<KeptRules>(join(stateFolder, 'host/firewall'), limits),
    restores: openRestores(join(stateFolder, 'host/firewall-restore')),
  };
}
