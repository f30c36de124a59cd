import type { SettingEntry, Settings } from '../../base/settings.ts';

export const channelSettings = {
  channelTimeoutMs: {
    unit: 'ms',
    default: 30_000,
    min: 100,
    max: 600_000,
    reason:
      'How long one delivery may take from the name of the host to the last answer; slow mail servers take ten seconds.',
  },
  channelMendRetryMs: {
    unit: 'ms',
    default: 15 * 60_000,
    min: 1000,
    max: 86_400_000,
    reason:
      'When a delivery is tried again that failed for what a person must mend, such as a wrong password: servers lock out who tries too often.',
  },
  syslogMessageBytes: {
    unit: 'bytes',
    default: 8192,
    min: 480,
    max: 65_536,
    reason: 'Longest message over TCP and TLS; what RFC 5425 wants every receiver to take.',
  },
  syslogDatagramBytes: {
    unit: 'bytes',
    default: 1232,
    min: 480,
    max: 65_000,
    reason: 'Longest message over UDP: it passes in one piece everywhere, and a lost piece would lose all of it.',
  },
} as const satisfies Record<string, SettingEntry>;

export type ChannelSettings = Settings<typeof channelSettings>;
