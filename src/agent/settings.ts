import type { SettingEntry, Settings } from '../base/settings.ts';

const MINUTE_MS = 60_000;

export const agentSettings = {
  agentSpoolReports: {
    unit: 'count',
    default: 500,
    min: 1,
    max: 100_000,
    reason:
      'Reports of an agent that wait on its disk while the server is away: five days of them; then the oldest go.',
  },
  agentSpoolBytes: {
    unit: 'bytes',
    default: 64 * 2 ** 20,
    min: 2 ** 20,
    max: 2 ** 36,
    reason: 'What they may take on the disk; 500 scans of an ordinary host are 50 MiB.',
  },
  agentRetryMs: {
    unit: 'ms',
    default: 5000,
    min: 100,
    max: MINUTE_MS,
    reason: 'How long an agent waits when the server does not answer; twice as long each time it still does not.',
  },
  agentRetryMaxMs: {
    unit: 'ms',
    default: 15 * MINUTE_MS,
    min: 1000,
    max: 24 * 60 * MINUTE_MS,
    reason: 'The longest of these waits: a server that comes back hears of its hosts within a scan.',
  },
  agentBucketsEveryMs: {
    unit: 'ms',
    default: 6 * 60 * MINUTE_MS,
    min: 5 * MINUTE_MS,
    max: 7 * 24 * 60 * MINUTE_MS,
    reason:
      'How often an agent looks at the buckets of an account; each bucket is up to sixteen requests that cost money.',
  },
  agentFlowsBytes: {
    unit: 'bytes',
    default: 256 * 2 ** 20,
    min: 2 ** 20,
    max: 2 ** 36,
    reason:
      'What flows of the network may take on the disk of a host while the server is away: some five million of them; then the oldest go.',
  },
  agentFlowsHeldBytes: {
    unit: 'bytes',
    default: 16 * 2 ** 20,
    min: 2 ** 20,
    max: 2 ** 30,
    reason:
      'What flows of the network may take in the memory of a host while its disk is full: some 300,000 of them; then the oldest go.',
  },
  agentScanTimeoutMs: {
    unit: 'ms',
    default: 30 * MINUTE_MS,
    min: 10_000,
    max: 24 * 60 * MINUTE_MS,
    reason:
      'A scan by an agent is ended after this time; each check and the walk of the disks have times of their own.',
  },
  agentScanMemoryBytes: {
    unit: 'bytes',
    default: 256 * 2 ** 20,
    min: 64 * 2 ** 20,
    max: 2 ** 33,
    reason: 'The heap of the process that scans for an agent; one that needs more is ended, and the agent goes on.',
  },
} as const satisfies Record<string, SettingEntry>;

export type AgentSettings = Settings<typeof agentSettings>;
