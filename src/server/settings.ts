import type { SettingEntry } from '../base/settings.ts';

/** Limits of the HTTP edge. */
export const serverSettings = {
  maxConnections: {
    unit: 'count',
    default: 2000,
    min: 10,
    max: 100_000,
    reason: 'A team of 200 with several devices each stays far below; a flood does not use up the memory.',
  },
  maxConnectionsPerPlace: {
    unit: 'count',
    default: 500,
    min: 10,
    max: 100_000,
    reason:
      'From one address (IPv6: one /64), so that none can take all connections; a whole office behind one address stays below. Trusted proxies are not counted.',
  },
  maxRequestHeaderBytes: {
    unit: 'bytes',
    default: 16_384,
    min: 8192,
    max: 65_536,
    reason: 'Room for every header a proxy adds, and no more.',
  },
  maxRequestHeaders: {
    unit: 'count',
    default: 100,
    min: 20,
    max: 1000,
    reason: 'Browsers and proxies send about 30.',
  },
  publicRequestsPerMinute: {
    unit: 'count',
    default: 300,
    min: 10,
    max: 1_000_000,
    reason: 'Sign-ups, logins and the like from one address (IPv6: one /64); a whole office logs in with less.',
  },
  maxJsonBodyBytes: {
    unit: 'bytes',
    default: 1_048_576,
    min: 16_384,
    max: 16_777_216,
    reason: 'Contents of files are streamed and not bound by it; every other request is small.',
  },
  requestHeadersTimeoutMs: {
    unit: 'ms',
    default: 15_000,
    min: 1000,
    max: 120_000,
    reason: 'A request line and its headers arrive at once; half a request is answered 400 and closed.',
  },
  requestBodyTimeoutMs: {
    unit: 'ms',
    default: 30_000,
    min: 1000,
    max: 600_000,
    reason: 'A whole body that is no content of a file: at most a mebibyte, which the slowest line sends in that time.',
  },
  transferStallTimeoutMs: {
    unit: 'ms',
    default: 60_000,
    min: 1000,
    max: 3_600_000,
    reason: 'An upload or download may take hours; one that moves no byte for a minute has lost its other end.',
  },
  webSocketPingMs: {
    unit: 'ms',
    default: 30_000,
    min: 50,
    max: 300_000,
    reason:
      'A WebSocket whose other side has not answered a ping when the next is due is ended; proxies see it is used.',
  },
  maxWebSocketMessageBytes: {
    unit: 'bytes',
    default: 4096,
    min: 128,
    max: 1_048_576,
    reason: 'Live clients send nothing but pings; a longer message ends the connection.',
  },
  keepAliveTimeoutMs: {
    unit: 'ms',
    default: 65_000,
    min: 1000,
    max: 600_000,
    reason: 'Longer than the 60 s after which common load balancers drop an idle connection, so that they close first.',
  },
  shutdownTimeoutMs: {
    unit: 'ms',
    default: 10_000,
    min: 0,
    max: 600_000,
    reason: 'Running requests may finish this long after a stop was asked for.',
  },
  minFreeDiskBytes: {
    unit: 'bytes',
    default: 268_435_456,
    min: 0,
    max: 1_099_511_627_776,
    reason:
      'Where less would be left the disk counts as full: uploads and second copies are refused, so that files can still be removed, and the doctor says so. 0: they go on to the last byte.',
  },
} as const satisfies Record<string, SettingEntry>;
