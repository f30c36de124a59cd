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
  networkGuessWindowMs: {
    ...{ unit: 'ms', default: 30 * MINUTE, min: 1000, max: 7 * DAY },
    reason: 'Refused logins count together for so long, as Zeek counts those of SSH.',
  },
  networkGuesses: {
    ...{ unit: 'count', default: 20, min: 3, max: 1_000_000 },
    reason: 'So many refused logins of one source at one server are guessing: nobody forgets a password so often.',
  },
  networkGuessesThenIn: {
    ...{ unit: 'count', default: 5, min: 2, max: 1_000_000 },
    reason: 'So many refused logins before one that is taken are told as a break-in, as the host scanner does.',
  },
  networkGuessSides: {
    ...{ unit: 'count', default: 10, min: 3, max: 1_000_000 },
    reason:
      'So many servers that refuse one source, or sources that one server refuses, are guessing however few each tries.',
  },
  networkDnsTunnelWindowMs: {
    ...{ unit: 'ms', default: DAY, min: MINUTE, max: 7 * DAY },
    reason: 'Different names of one domain count together for so long, as in RITA.',
  },
  networkDnsTunnelNames: {
    ...{ unit: 'count', default: 100, min: 10, max: 1_000_000 },
    reason: 'So many different names of one domain are many: the lowest band of RITA.',
  },
  networkDnsTunnelBits: {
    ...{ unit: 'count', default: 80, min: 8, max: 2000 },
    reason:
      'Bits that a name can carry on average before it looks like data: ten bytes; names of content networks have about 40.',
  },
  networkBeaconScore: {
    ...{ unit: 'count', default: 80, min: 30, max: 100 },
    reason: 'From this score on, out of 100, connections are a beacon; 50 is what busy programs reach by chance.',
  },
  networkLongConnectionMs: {
    ...{ unit: 'ms', default: 4 * 60 * MINUTE, min: MINUTE, max: 30 * DAY },
    reason:
      'A connection over the border of the private network that lasts so long is told, as in the second band of RITA.',
  },
  networkUploadLeastBytes: {
    ...{ unit: 'bytes', default: 100 * 2 ** 20, min: 2 ** 20, max: 2 ** 50 },
    reason: 'What a host sends out on a day is not looked at below this, however little it sends as a rule.',
  },
  networkUploadTimes: {
    ...{ unit: 'count', default: 3, min: 2, max: 1000 },
    reason: 'So many times its busiest day of the last 14 is far more than a host sends as a rule.',
  },
  networkLearnMs: {
    ...{ unit: 'ms', default: 3 * DAY, min: 0, max: 90 * DAY },
    reason:
      'How long services and hosts outside are learned before a new one is told; else all of them are new at first.',
  },
  networkCertificateSoonMs: {
    ...{ unit: 'ms', default: 14 * DAY, min: 0, max: 365 * DAY },
    reason: 'A certificate of a private network that is over within so long is told, which leaves time for a new one.',
  },
  networkArpWindowMs: {
    ...{ unit: 'ms', default: 10 * MINUTE, min: 1000, max: DAY },
    reason: 'Changes of the network card behind an address count together for so long.',
  },
  networkArpChanges: {
    ...{ unit: 'count', default: 3, min: 2, max: 8 },
    reason: 'So many changes within it are two that say in turns that an address is theirs; one is a new lease.',
  },
} as const satisfies Record<string, SettingEntry>;

export type DetectingSettings = Settings<typeof detectingSettings>;
