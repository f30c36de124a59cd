/** What the verbs of network/ work with. */
import type { NetworkSettings } from '../settings.ts';

export interface LocalNetwork {
  readonly settings: NetworkSettings;
  /** Files with addresses, and databases of them, that the operator gave. */
  readonly blockLists: readonly string[];
  readonly addressDatabases: readonly string[];
  /** Addresses and networks that are never blocked. */
  readonly neverBlock: readonly string[];
  /** Standard input, for captures that come through a pipe. */
  readonly stdin: AsyncIterable<Uint8Array>;
}

export type OpenLocalNetwork = () => Promise<LocalNetwork>;
