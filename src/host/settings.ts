import type { SettingEntry, Settings } from '../base/settings.ts';

const DAY = 86_400_000;

export const hostSettings = {
  hostChecksAtOnce: {
    unit: 'count',
    default: 2,
    min: 1,
    max: 64,
    reason: 'Checks of a host that run at once, beside the walk of its files; each is several processes.',
  },
  hostWalkTimeoutMs: {
    unit: 'ms',
    default: 300_000,
    min: 1000,
    max: 3_600_000,
    reason: 'How long the walk of the file systems may take; what it had not come to is told as not looked at.',
  },
  hostFindingsOfACheck: {
    unit: 'count',
    default: 200,
    min: 1,
    max: 10_000,
    reason: 'Findings that one check makes of one scan; where it sees more, one more says how many.',
  },
  hostConfirmMs: {
    unit: 'ms',
    default: 120_000,
    min: 1000,
    max: 3_600_000,
    reason: 'A guarded fix goes back by itself after this time when nobody has confirmed it.',
  },
  hostResultBytes: {
    unit: 'bytes',
    default: 16 * 2 ** 20,
    min: 2 ** 16,
    max: 2 ** 28,
    reason:
      'What the result of an archive may have when it is read in, packed as it comes; a usual one has 0.02 MiB, one with many rules of a firewall a few.',
  },
  hostSnapshots: {
    unit: 'count',
    default: 200,
    min: 2,
    max: 10_000,
    reason:
      'Different states of the firewall, and of host facts, that are kept; then the oldest goes for each new one.',
  },
  hostSnapshotsBytes: {
    unit: 'bytes',
    default: 128 * 2 ** 20,
    min: 2 ** 20,
    max: 2 ** 36,
    reason:
      'What the states of the firewall, and of host facts, may take each; a host of containers has 1 MiB of rules.',
  },
  hostEnrolmentKeptMs: {
    unit: 'ms',
    default: 3_600_000,
    min: 60_000,
    max: 604_800_000,
    reason: 'How long an enrolment can be used: long enough to walk to the host, too short to be found later.',
  },
  hostScanEveryMs: {
    unit: 'ms',
    default: 3_600_000,
    min: 300_000,
    max: 604_800_000,
    reason: 'How often the agent of a host scans, unless the host says another time of its own.',
  },
  hostReportBytes: {
    unit: 'bytes',
    default: 8 * 2 ** 20,
    min: 65_536,
    max: 64 * 2 ** 20,
    reason: 'A report of one scan, also once it is unpacked; a usual one is 0.1 MiB, 10,000 findings are 8.',
  },
  hostReportsAnHour: {
    unit: 'count',
    default: 600,
    min: 1,
    max: 100_000,
    reason:
      'Reports of one host in an hour: what an agent kept while the server was away for a week comes at once, and one that was taken over does not fill the records.',
  },
  hostScansKept: {
    unit: 'count',
    default: 500,
    min: 2,
    max: 100_000,
    reason: 'Scans of each host that differ from the one before; those that saw the same are one.',
  },
  hostScansKeptMs: {
    unit: 'ms',
    default: 365 * DAY,
    min: DAY,
    max: 3650 * DAY,
    reason: 'How long a scan stays in the history of its host; auditors ask for the last year.',
  },
  hostStatesKept: {
    unit: 'count',
    default: 100,
    min: 2,
    max: 10_000,
    reason: 'Different states of the facts, and of the firewall, that a server keeps of each host.',
  },
  hostStatesKeptMs: {
    unit: 'ms',
    default: 365 * DAY,
    min: DAY,
    max: 3650 * DAY,
    reason: 'How long such a state is kept once another has followed; the newest stays.',
  },
  hostClockOffMs: {
    unit: 'ms',
    default: 120_000,
    min: 1000,
    max: DAY,
    reason: 'A clock of a host that is off by more is told: logins and logs of then cannot be held against each other.',
  },
  hostSilenceLookMs: {
    unit: 'ms',
    default: 300_000,
    min: 1000,
    max: 3_600_000,
    reason: 'How often one of the servers looks for hosts that have gone silent.',
  },
  hostNoticesAnHour: {
    unit: 'count',
    default: 600,
    min: 1,
    max: 100_000,
    reason:
      'What a host that watches buckets may tell admins of in an hour, so that one that was taken over floods nobody.',
  },
  hostSeenAgainMs: {
    unit: 'ms',
    default: DAY,
    min: 3_600_000,
    max: 30 * DAY,
    reason: 'Findings of a host that stay as they are get their day of last sight so often, and not with each report.',
  },
} as const satisfies Record<string, SettingEntry>;

export type HostSettings = Settings<typeof hostSettings>;
