import type { SettingEntry, Settings } from '../../base/settings.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** When something is wrong about flows. Every alert tells the numbers that it was held against. */
export const detectingSettings = {
  networkAlertQuietMs: {
    ...{ unit: 'ms', default: 60 * MINUTE, min: 1000, max: 7 * DAY },
    reason: 'The same alert is folded into one until it was quiet for so long, as Zeek suppresses it for an hour.',
  },
  networkAlertAgainMs: {
    ...{ unit: 'ms', default: MINUTE, min: 1000, max: DAY },
    reason: 'An alert that goes on is written again with its new numbers after so long, and not with each flow.',
  },
  networkScanWindowMs: {
    ...{ unit: 'ms', default: 15 * MINUTE, min: 1000, max: DAY },
    reason: 'Failed contacts of one source count together for so long, as in bro-simple-scan.',
  },
  networkScanPorts: {
    ...{ unit: 'count', default: 15, min: 3, max: 65_535 },
    reason: 'So many ports of one host that give no connection are a port scan: the number of Zeek and of Snort.',
  },
  networkScanHosts: {
    ...{ unit: 'count', default: 25, min: 3, max: 1_000_000 },
    reason: 'So many hosts that give no connection to one source from outside are a sweep, as in bro-simple-scan.',
  },
  networkScanHostsLocal: {
    ...{ unit: 'count', default: 250, min: 3, max: 1_000_000 },
    reason: 'The same for a source in a private network, whose programs ask many hosts that are gone.',
  },
  networkSlowScanWindowMs: {
    ...{ unit: 'ms', default: 7 * DAY, min: 60 * MINUTE, max: 90 * DAY },
    reason: 'How long failed contacts of a source are remembered for a scan that takes its time, over restarts.',
  },
  networkSlowScanTries: {
    ...{ unit: 'count', default: 60, min: 5, max: 1_000_000 },
    reason:
      'So many different hosts and ports within that time are a slow scan: four times a fast one, over a week instead of minutes.',
  },
  networkFloodWindowMs: {
    ...{ unit: 'ms', default: 10_000, min: 1000, max: 60 * MINUTE },
    reason: 'Connections that are never finished count together for so long at one place.',
  },
  networkFloodHalfOpen: {
    ...{ unit: 'count', default: 1000, min: 10, max: 10_000_000 },
    reason:
      'So many within it are a flood, when they are four fifths of all: 100 each second fill the queue of a usual listener.',
  },
} as const satisfies Record<string, SettingEntry>;

export type DetectingSettings = Settings<typeof detectingSettings>;
