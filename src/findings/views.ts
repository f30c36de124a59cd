/** Rows as people and programs see them: times as text, and nothing of how they are stored. */
import { timestamp } from '../base/clock.ts';
import type { Comparison } from './compare.ts';
import type { Decided } from './decide.ts';
import type { Finding } from './finding.ts';
import type { EventRow, RuleRow, RunRow, SummaryRow } from './records.ts';
import type {
  CompareReply,
  DecidedReply,
  FindingReply,
  FindingSummary,
  FindingView,
  RuleView,
  RunView,
} from './wire.ts';

const orNull = (atMs: number | null): string | null => (atMs === null ? null : timestamp(atMs));

function times({ firstSeenMs, lastSeenMs, changedMs }: SummaryRow | Finding) {
  return {
    firstSeenTime: timestamp(firstSeenMs),
    lastSeenTime: timestamp(lastSeenMs),
    changedTime: timestamp(changedMs),
  };
}

export function summaryView(row: SummaryRow): FindingSummary {
  const { findingId, source, state, reopened, kind, check, title, resource, severity, verdict } = row;
  return { findingId, source, state, ...times(row), reopened, kind, check, title, resource, severity, verdict };
}

export function findingView(finding: Finding): FindingView {
  const { evidence, rationale, remedy, references, acceptance, ruleId } = finding;
  return {
    ...summaryView(finding),
    evidence: [...evidence],
    rationale,
    remedy,
    references: [...references],
    acceptance: acceptance && {
      by: acceptance.by,
      reason: acceptance.reason,
      time: timestamp(acceptance.atMs),
      until: orNull(acceptance.untilMs),
      baseline: acceptance.baseline,
    },
    ruleId,
  };
}

export function decidedView({ changed, unchanged }: Decided): DecidedReply {
  return { changed: [...changed], unchanged: [...unchanged] };
}

export function historyView({ atMs, change, verdict, by, reason }: EventRow): FindingReply['history'][number] {
  return { time: timestamp(atMs), change, verdict, by, reason };
}

export function ruleView({ ruleId, check, resource, path, tag, reason, untilMs, by, atMs }: RuleRow): RuleView {
  return { ruleId, check, resource, path, tag, reason, until: orNull(untilMs), by, time: timestamp(atMs) };
}

export function runView({ runId, source, scope, startedMs, endedMs, complete, counts }: RunRow): RunView {
  return {
    runId,
    source,
    scope,
    startedTime: timestamp(startedMs),
    endedTime: orNull(endedMs),
    complete,
    counts: { ...counts },
  };
}

export function comparisonView({ from, to, opened, fixed, changed, same }: Comparison): CompareReply {
  return {
    from: runView(from),
    to: runView(to),
    opened: [...opened],
    fixed: [...fixed],
    changed: [...changed],
    same,
  };
}
