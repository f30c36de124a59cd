import type { NetworkSettings } from '../settings.ts';

/** What reading protocols may cost, whatever comes. */
export interface ProtocolLimits {
  /** Places in the table of flows. */
  readonly flows: number;
  /** Flows that are read at once. */
  readonly sessions: number;
  /** Kept of one direction of a connection, and of all. */
  readonly streamBytes: number;
  readonly streamsBytes: number;
}

export function protocolLimits(settings: NetworkSettings): ProtocolLimits {
  return {
    flows: settings.networkFlows,
    sessions: settings.networkSessions,
    streamBytes: settings.networkStreamBytes,
    streamsBytes: settings.networkStreamsBytes,
  };
}
