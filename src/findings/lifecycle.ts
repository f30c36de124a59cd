import { findingId, isProblem, type Finding, type Observation, type State } from './finding.ts';
import type { Change, RuleRow } from './records.ts';

/** A finding as it is after something happened, and what is to be noted in its history; `null`: nothing changed. */
export interface Turn {
  readonly finding: Finding;
  readonly change: Change | null;
}

/** A finding that somebody has to look at from now on. */
export interface Opened {
  readonly finding: Finding;
  /** Whether it is known from earlier. */
  readonly isKnown: boolean;
}

/** `null` unless the turn opens the finding. */
export function openedBy({ finding, change }: Turn): Opened | null {
  if (finding.state !== 'open' || change === null || change === 'verdict_changed') return null;
  return { finding, isKnown: change !== 'opened' };
}

export interface Circumstances {
  readonly nowMs: number;
  readonly source: string;
  /** The rule that covers it, if any. */
  readonly rule: RuleRow | null;
}

/** What becomes of a finding when its resource was looked at (again). `before` is `null` for the first time. */
export function observe(before: Finding | null, observed: Observation, { nowMs, source, rule }: Circumstances): Turn {
  const kept = before ?? {
    findingId: findingId(observed),
    state: 'clear' as State,
    firstSeenMs: nowMs,
    changedMs: nowMs,
    reopened: 0,
    acceptance: null,
    ruleId: null,
  };
  const seen = { ...kept, ...observed, source, lastSeenMs: nowMs };
  if (!isProblem(observed.verdict)) return inOrder(before, seen, nowMs);
  if (rule && seen.state !== 'accepted') {
    return turned(before, { ...seen, state: 'suppressed', ruleId: rule.ruleId }, 'suppressed', nowMs);
  }
  switch (seen.state) {
    case 'accepted':
      return isOver(seen, nowMs) ? reopen(before, seen, nowMs) : unlessVerdict(before, seen, nowMs);
    case 'suppressed':
      return turned(before, { ...seen, state: 'open', ruleId: null }, 'suppression_ended', nowMs);
    case 'fixed':
      return reopen(before, seen, nowMs);
    case 'clear':
      return turned(before, { ...seen, state: 'open' }, 'opened', nowMs);
    case 'open':
      return unlessVerdict(before, seen, nowMs);
  }
}

/** The resource is not there any more: nothing is wrong with it now. `null` when that is no news. */
export function vanish(before: Finding, nowMs: number): Turn | null {
  if (before.state === 'fixed' || before.state === 'clear') return null;
  return { finding: closed(before, nowMs), change: 'gone' };
}

/** An acceptance whose day has come. `null` when there is none, or not yet. */
export function expire(before: Finding, nowMs: number): Turn | null {
  if (before.state !== 'accepted' || !isOver(before, nowMs)) return null;
  return { finding: { ...reopened(before, nowMs) }, change: 'acceptance_ended' };
}

function inOrder(before: Finding | null, seen: Finding, nowMs: number): Turn {
  const wasWrong = before !== null && before.state !== 'clear' && before.state !== 'fixed';
  if (!wasWrong) return { finding: seen, change: null };
  return { finding: closed(seen, nowMs), change: 'fixed' };
}

function closed(finding: Finding, nowMs: number): Finding {
  return { ...finding, state: 'fixed', acceptance: null, ruleId: null, changedMs: nowMs };
}

function reopen(before: Finding | null, seen: Finding, nowMs: number): Turn {
  return { finding: { ...reopened(seen, nowMs), lastSeenMs: seen.lastSeenMs }, change: before ? 'reopened' : 'opened' };
}

function reopened(finding: Finding, nowMs: number): Finding {
  return {
    ...finding,
    state: 'open',
    acceptance: null,
    ruleId: null,
    reopened: finding.reopened + 1,
    changedMs: nowMs,
  };
}

/** Wrong before and wrong now: only a known wrong that became an unknown one, or the reverse, is news. */
function unlessVerdict(before: Finding | null, seen: Finding, nowMs: number): Turn {
  return turned(before, seen, 'verdict_changed', nowMs);
}

function turned(before: Finding | null, finding: Finding, change: Change, nowMs: number): Turn {
  const same = before !== null && before.state === finding.state && before.verdict === finding.verdict;
  return same ? { finding, change: null } : { finding: { ...finding, changedMs: nowMs }, change };
}

function isOver({ acceptance }: Finding, nowMs: number): boolean {
  return acceptance?.untilMs !== null && acceptance !== null && acceptance.untilMs <= nowMs;
}
