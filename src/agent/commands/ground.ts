/** What the verb of agent/ works with, as it is wired on this computer. */
import type { HostSettings } from '../../host/settings.ts';
import type { Time } from '../alarm.ts';
import type { RunBuckets } from '../buckets.ts';
import type { AgentFiles } from '../kept.ts';
import type { RunNetwork } from '../network.ts';
import type { Scanned } from '../scan-process.ts';
import type { ScanJob } from '../scan-worker.ts';
import type { AgentSettings } from '../settings.ts';
import type { Spool } from '../spool.ts';

export interface AgentGround {
  readonly settings: AgentSettings;
  readonly hostSettings: HostSettings;
  readonly files: AgentFiles;
  readonly spool: Spool;
  readonly host: { readonly hostId: string; readonly hostname: string };
  readonly time: Time;
  readonly random: () => number;
  readonly scan: (job: ScanJob, signal: AbortSignal) => Promise<Scanned>;
  readonly runBuckets: RunBuckets;
  readonly runNetwork: RunNetwork;
  /** Makes the state folder. Throws `agent_running`, `host_state_untrusted`. */
  hold(): Promise<AsyncDisposable>;
}

/** Changes nothing in the state folder. Throws `config_invalid` when a setting in the environment cannot be used. */
export type OpenAgent = (stateFolder: string) => Promise<AgentGround>;
