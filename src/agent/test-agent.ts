/** A whole agent in memory, at a server that a test plays, by time that passes when the test says so. */
import { settingsOf } from '../base/settings.ts';
import type { HostReport } from '../host/wire.ts';
import { runAgent } from './agent.ts';
import type { Acknowledged, AgentFiles, AgentStatus, Enrolling, Identity } from './kept.ts';
import { agentSettings, type AgentSettings } from './settings.ts';
import type { Spool, Spooled, Waiting } from './spool.ts';
import { openStatus } from './status.ts';
import { testReport } from './test-report.ts';
import { testTime, type TestTime } from './test-time.ts';

export const IDENTITY: Identity = {
  ...{ formatVersion: 1, server: 'https://files.example.org', hostId: '0'.repeat(32), hostname: 'lab' },
  ...{ token: 'hfh_token', with: ['host'], enrolledMs: 0, enrolledBy: '', ended: null },
};

export function memoryFiles(): AgentFiles & {
  readonly kept: { status: AgentStatus | null; identity: Identity | null };
} {
  const kept: { status: AgentStatus | null; identity: Identity | null } = { status: null, identity: null };
  let enrolling: Enrolling | null = null;
  let acknowledged: Acknowledged = { facts: null, firewall: null };
  return {
    kept,
    folder: '/memory',
    identity: async () => kept.identity,
    keepIdentity: async (identity) => void (kept.identity = identity),
    enrolling: async () => enrolling,
    keepEnrolling: async (now) => void (enrolling = now),
    acknowledged: async () => acknowledged,
    keepAcknowledged: async (now) => void (acknowledged = now),
    status: async () => kept.status,
    keepStatus: async (now) => void (kept.status = now),
  };
}

export function memorySpool(): Spool {
  let waiting: (Waiting & { readonly spooled: Spooled })[] = [];
  const parts = new Map<string, NonNullable<Awaited<ReturnType<Spool['part']>>>>();
  return {
    async add({ report, parts: made }) {
      for (const part of [made.facts, made.firewall]) if (part) parts.set(part.hash, part);
      const hashes = { facts: made.facts?.hash ?? null, firewall: made.firewall?.hash ?? null };
      const { reportId } = report;
      waiting.push({ reportId, name: reportId, bytes: 1, parts: [], spooled: { report, hashes } });
    },
    waiting: async () => waiting,
    read: async ({ reportId }) => waiting.find((each) => each.reportId === reportId)?.spooled ?? null,
    part: async (_, hash) => parts.get(hash) ?? null,
    remove: async ({ reportId }) => void (waiting = waiting.filter((each) => each.reportId !== reportId)),
    async tidy({ count }) {
      const gone = Math.max(0, waiting.length - count);
      waiting = waiting.slice(gone);
      return gone;
    },
    clear: async () => void (waiting = []),
  };
}

type Answer = { readonly schedule?: unknown; readonly wants?: unknown } | Error;

export interface TestAgent extends AsyncDisposable {
  readonly time: TestTime;
  readonly files: ReturnType<typeof memoryFiles>;
  readonly spool: Spool;
  /** What the server heard, refused or not. */
  readonly heard: HostReport[];
  /** When the agent scanned, by the time of the test. */
  readonly scannedAtMs: number[];
  readonly said: string[];
  /** Resolves to what ended it; `null`: it was stopped. */
  readonly ended: Promise<unknown>;
}

export interface TestAgentOptions {
  readonly answer?: (report: HostReport) => Answer;
  readonly schedule?: () => Answer;
  readonly makes?: () => ReturnType<typeof testReport> | Error;
  readonly settings?: Partial<AgentSettings>;
  readonly wallMs?: () => number;
}

export async function testAgent(options: TestAgentOptions = {}): Promise<TestAgent> {
  const { answer = () => ({}), schedule = () => ({}), makes = () => testReport(), settings } = options;
  const [time, files, spool, stopping] = [testTime(), memoryFiles(), memorySpool(), new AbortController()];
  const [heard, scannedAtMs, said]: [HostReport[], number[], string[]] = [[], [], []];
  const clock = options.wallMs ?? (() => Date.UTC(2026, 10, 28) + time.passedMs());
  const orThrow = <Value>(value: Value | Error): Value => {
    if (value instanceof Error) throw value;
    return value;
  };
  files.kept.identity = IDENTITY;
  const status = await openStatus(files);
  const ended = runAgent({
    buckets: null,
    network: null,
    ...{ identity: IDENTITY, files, spool, status, settings: settingsOf(agentSettings, settings) },
    ...{ clock, time, random: () => 1, signal: stopping.signal, say: (line: string) => void said.push(line) },
    fleet: {
      async report(report) {
        heard.push(report);
        return orThrow(answer(report));
      },
      schedule: async () => orThrow(schedule()),
    },
    async scan() {
      scannedAtMs.push(time.passedMs());
      const made = orThrow(makes());
      await spool.add(made);
      return { kind: 'done', reportId: made.report.reportId, tookMs: 1, index: 70, checks: 80 };
    },
  }).then(
    () => null,
    (error: unknown) => error,
  );
  return {
    ...{ time, files, spool, heard, scannedAtMs, said, ended },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await ended;
    },
  };
}
