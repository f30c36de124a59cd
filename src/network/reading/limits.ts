import type { DecoderLimits } from '../decoders/decode.ts';
import type { FlowLimits } from '../flows/flow-table.ts';
import type { NetworkSettings } from '../settings.ts';

/** Five random words, fresh for each run: the first two say where flows lie, the others make their ids. */
export type RunSeed = readonly [number, number, number, number, number];

export function flowLimits(settings: NetworkSettings): FlowLimits {
  return {
    flows: settings.networkFlows,
    tcpAttemptUs: settings.networkTcpAttemptMs * 1000,
    tcpCloseUs: settings.networkTcpCloseMs * 1000,
    tcpInactivityUs: settings.networkTcpInactivityMs * 1000,
    udpInactivityUs: settings.networkUdpInactivityMs * 1000,
    otherInactivityUs: settings.networkOtherInactivityMs * 1000,
    partialUs: settings.networkPartialMs * 1000,
  };
}

export function decoderLimits(settings: NetworkSettings): DecoderLimits {
  return {
    most: settings.networkFragments,
    withinUs: settings.networkFragmentMs * 1000,
    contentBytes: settings.networkFragmentBytes,
    tunnels: settings.networkTunnelDepth,
  };
}
