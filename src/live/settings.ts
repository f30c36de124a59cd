import type { SettingEntry, Settings } from '../base/settings.ts';

export const liveSettings = {
  liveConnectionsPerAccount: {
    unit: 'count',
    default: 50,
    min: 1,
    max: 10_000,
    reason: 'Windows and programs of one person that hear of changes at once; each holds a connection.',
  },
  liveConnectionsPerPlace: {
    unit: 'count',
    default: 300,
    min: 1,
    max: 100_000,
    reason: 'Live connections from one address (IPv6: one /64), fewer than its connections altogether; for offices.',
  },
  liveQueuedMessages: {
    unit: 'count',
    default: 200,
    min: 2,
    max: 10_000,
    reason:
      'Different changes that wait for one slow client, about 100 bytes each; beyond that it is told to look at everything anew.',
  },
  liveGatherMs: {
    unit: 'ms',
    default: 250,
    min: 0,
    max: 10_000,
    reason: 'A client is sent changes this often at most; the first at once, equal ones that come meanwhile as one.',
  },
} as const satisfies Record<string, SettingEntry>;

export type LiveSettings = Settings<typeof liveSettings>;
