/** What the verbs of network/ work with. */
import type { NetworkSettings } from '../settings.ts';

export interface LocalNetwork {
  readonly settings: NetworkSettings;
  /** Standard input, for captures that come through a pipe. */
  readonly stdin: AsyncIterable<Uint8Array>;
}

export type OpenLocalNetwork = () => Promise<LocalNetwork>;
