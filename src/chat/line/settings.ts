import type { SettingEntry, Settings } from '../../base/settings.ts';

/** Limits of the line protocol on TCP 3040. */
export const lineSettings = {
  chatLineConnections: {
    unit: 'count',
    default: 2000,
    min: 10,
    max: 100_000,
    reason:
      'Altogether; beyond it those who have not given a name yet make room, the oldest first, so that silent ones block nobody.',
  },
  chatLineConnectionsPerPlace: {
    unit: 'count',
    default: 100,
    min: 1,
    max: 100_000,
    reason: 'From one address (IPv6: one /64), so that none can take them all. Loopback is not counted.',
  },
  chatLineNameTimeoutMs: {
    unit: 'ms',
    default: 30_000,
    min: 100,
    max: 600_000,
    reason: 'Who is asked for a name or an app password answers within this, or is closed; time to type it.',
  },
  chatLineQuietMs: {
    unit: 'ms',
    default: 50,
    min: 10,
    max: 1000,
    reason:
      'A message without a line feed ends when no byte came for so long; longer than packets of one message lie apart.',
  },
  chatLineQueueBytes: {
    unit: 'bytes',
    default: 1_048_576,
    min: 16_384,
    max: 67_108_864,
    reason: 'What may wait for a reader that is slow; beyond it is closed. Room for some minutes of a busy room.',
  },
  chatLineBurst: {
    unit: 'count',
    default: 60,
    min: 1,
    max: 100_000,
    reason:
      'Messages that one connection may send at once; nobody types so fast, and a script that pastes a page fits.',
  },
  chatLineMessageEveryMs: {
    unit: 'ms',
    default: 200,
    min: 0,
    max: 60_000,
    reason:
      'After a burst a connection may send a message this often; what comes faster waits and is not lost. 0: no limit.',
  },
  chatLineKeepAliveMs: {
    unit: 'ms',
    default: 60_000,
    min: 1000,
    max: 3_600_000,
    reason:
      'A silent connection is asked by TCP whether its other end still lives, and ten times more a second apart; also how long one may take nothing of what waits for it.',
  },
} as const satisfies Record<string, SettingEntry>;

export type LineSettings = Settings<typeof lineSettings>;
