/** Set-up for the tests of findings/: findings over records in memory, a clock that the test moves, and a guard. */
import type { AuditEvent } from '../base/audit-event.ts';
import { settingsOf } from '../base/settings.ts';
import { memoryRecordStore, type RecordStore } from '../storage/index.ts';
import type { Observation } from './finding.ts';
import { openFindings, type Findings } from './findings.ts';
import type { Decider } from './findings-deps.ts';
import type { RunRow } from './records.ts';
import { findingsSettings, type FindingsSettings } from './settings.ts';

export const ada: Decider = { by: '@ada', actorId: 'account-ada', sessionId: 'session-1' };
export const DAY = 86_400_000;

/** A bucket that everybody can read, or what the test says instead. */
export function observation(changes: Partial<Observation> = {}, bucket = 'photos'): Observation {
  return {
    kind: 'compliance',
    check: 'bucket-public-read',
    title: `Everybody can read the bucket ${bucket}`,
    resource: {
      uid: `arn:aws:s3:::${bucket}`,
      type: 'bucket',
      name: bucket,
      provider: 'aws',
      account: '123456789012',
      region: 'eu-central-1',
      tags: { env: 'prod' },
    },
    severity: 'critical',
    verdict: 'fail',
    evidence: [{ label: 'Statement', value: '{"Effect":"Allow","Principal":"*"}' }],
    rationale: 'Whoever knows the name can fetch what lies in it.',
    remedy: 'Block public access.',
    references: [{ standard: 'FSBP', id: 'S3.2', url: 'https://docs.aws.amazon.com/securityhub/latest/userguide/' }],
    ...changes,
  };
}

export interface TestFindings {
  readonly findings: Findings;
  readonly records: RecordStore;
  /** What was handed to the audit trail. */
  readonly events: AuditEvent[];
  now(): number;
  advance(ms: number): void;
  /** A whole look of one guard at one place. */
  look(
    seen: readonly Observation[],
    options?: { readonly scope?: string; readonly complete?: boolean },
  ): Promise<RunRow>;
}

export function testFindings(
  records?: (clock: () => number) => RecordStore,
  settings: Partial<FindingsSettings> = {},
): TestFindings {
  let now = Date.UTC(2026, 10, 28);
  const clock = (): number => now;
  const store = records?.(clock) ?? memoryRecordStore({ clock });
  const events: AuditEvent[] = [];
  const audit = {
    operations(event: AuditEvent) {
      events.push(event);
      return [];
    },
  };
  const findings = openFindings({ records: store, clock, settings: settingsOf(findingsSettings, settings), audit });
  return {
    findings,
    records: store,
    events,
    now: clock,
    advance: (ms) => void (now += ms),
    async look(seen, { scope = 'account 123456789012', complete = true } = {}) {
      const run = await findings.beginRun({ source: 'buckets', scope, checks: null });
      for (let at = 0; at < seen.length; at += 100) {
        await findings.observe(run.runId, at / 100, seen.slice(at, at + 100));
      }
      const ended = await findings.endRun(run.runId, complete);
      // The next one begins later.
      now += 1;
      return ended;
    },
  };
}
