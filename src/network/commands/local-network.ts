/** What the verbs of network/ work with. */
import type { FindingsSink } from '../../findings/index.ts';
import type { NetworkSettings } from '../settings.ts';
import type { FlowStore } from '../store/flow-store.ts';

export interface LocalNetwork {
  readonly settings: NetworkSettings;
  /** Files with addresses, and databases of them, that the operator gave. */
  readonly blockLists: readonly string[];
  readonly addressDatabases: readonly string[];
  /** Addresses and networks that are never blocked. */
  readonly neverBlock: readonly string[];
  /** Flows that are kept on this computer, or where HOLDFAST_FLOWS says. */
  readonly openFlows: (stateFolder: string) => Promise<FlowStore>;
  /** Findings that are kept on this computer. */
  readonly openFindings: (stateFolder: string) => Promise<{ readonly sink: FindingsSink } & AsyncDisposable>;
  /** What opens archived days of the server in this data folder: identities of age, one for each workspace key that there was. */
  readonly archiveKeys: (dataFolder: string) => Promise<readonly string[]>;
  /** The log of a MariaDB or MySQL server on this computer, and its port; `null`: there is none that we can read. */
  readonly findMysqlLog: (signal: AbortSignal) => Promise<{ readonly path: string; readonly port: number } | null>;
  /** Standard input, for captures that come through a pipe. */
  readonly stdin: AsyncIterable<Uint8Array>;
}

export type OpenLocalNetwork = () => Promise<LocalNetwork>;
