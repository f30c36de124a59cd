import type { OpenAgent } from '../agent/commands.ts';
import type { VerifyOffline } from '../audit/commands.ts';
import type { OpenLocalGuard } from '../buckets/commands.ts';
import type { GuardParts, OpenDeployment } from '../deploy/commands.ts';
import type { OpenLocalFindings } from '../findings/commands.ts';
import type { OpenLocalHost } from '../host/commands.ts';
import type { OpenLocalNetwork } from '../network/commands.ts';

/** Verbs that run in this process need the wiring, which lies above cli/: the entry hands it over as functions. */
export interface EntryFunctions {
  /** Serves until `signal` aborts; resolves when everything is closed. */
  serve(options: ServeFlags, signal: AbortSignal): Promise<void>;
  /** Looks at the data folder of a stopped server and changes nothing in it. */
  doctorOffline(dataFolder: string): Promise<DoctorReport>;
  /** Moves the records of a stopped server into another engine or place. */
  moveRecords(move: RecordsMove): Promise<{ readonly records: number; readonly digest: string }>;
  /** Moves the workspace key of a stopped server into AWS KMS, or out of it. */
  moveWorkspaceKey(move: WorkspaceKeyMove): Promise<{ readonly generations: number; readonly fingerprint: string }>;
  /** Tries out what a store can do, and leaves it as it was. */
  probeStore(probe: { readonly url: string; readonly signal: AbortSignal }): Promise<StoreProbe>;
  /** Verifies the audit trail in the data folder of a stopped server and changes nothing in it. */
  readonly auditVerifyOffline: VerifyOffline;
  /** Opens the findings that are kept on this computer. */
  readonly openLocalFindings: OpenLocalFindings;
  /** Opens the guard of buckets with what it keeps on this computer. */
  readonly openLocalGuard: OpenLocalGuard;
  /** Opens the agent with what it keeps on this computer. */
  readonly openAgent: OpenAgent;
  /** Opens the scanner of hosts with what it keeps on this computer. */
  readonly openLocalHost: OpenLocalHost;
  /** Opens a stack in the account of whoever calls. */
  readonly openDeployment: OpenDeployment;
  /** Reads the guard of buckets that is deployed beside a workspace. */
  readonly guardParts: GuardParts;
  /** Opens the network analyser. */
  readonly openLocalNetwork: OpenLocalNetwork;
}

export interface ServeFlags {
  readonly data?: string;
  readonly host?: string;
  readonly port?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecureHttp?: boolean;
  readonly adoptStore?: string;
}

export interface RecordsMove {
  /** As HOLDFAST_RECORDS would name them. */
  readonly from: string;
  readonly to: string;
  /** Of the server, which must be stopped. */
  readonly dataFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (step: 'moved' | 'compared', records: number) => void;
}

export interface WorkspaceKeyMove {
  /** As HOLDFAST_WORKSPACE_KEY would name it; `null`: as it does. */
  readonly from: string | null;
  readonly to: string;
  /** Of the server, which must be stopped. */
  readonly dataFolder: string;
}

export interface StoreProbe {
  readonly url: string;
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorReport {
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorCheck {
  readonly id: string;
  readonly verdict: 'pass' | 'warn' | 'fail';
  readonly what: string;
  readonly remedy?: string | null;
}
