/**
 * How a finding is written: the row, its place in the list, its place among what its scope holds, the end of its
 * acceptance, and its history, together. A finding is changed only as it was read; whoever loses the race reads again.
 */
import { hasCode } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { RecordItem, RecordOperation } from '../storage/index.ts';
import { findingErrors } from './errors.ts';
import type { Finding } from './finding.ts';
import type { FindingsDeps } from './findings-deps.ts';
import { countOperations } from './counts.ts';
import { openedBy, type Turn } from './lifecycle.ts';
import { keys, type EventRow, type FindingRow, type MemberRow, type Place, type SummaryRow } from './records.ts';
import type { FindingsSettings } from './settings.ts';

/** As many rows as one finding takes at most: itself, list (old and new), scope, counts of another place, end (old and new), history. */
export const ROWS_PER_FINDING = 8;
const ATTEMPTS = 8;

export interface Decision {
  readonly by: string | null;
  readonly reason: string | null;
}

/** Everything that has to be written for one turn; at most {@link ROWS_PER_FINDING} operations. */
export function turnOperations(
  before: RecordItem<FindingRow> | null,
  { finding, change }: Turn,
  place: Place,
  settings: FindingsSettings,
  nowMs: number,
  { by, reason }: Decision = { by: null, reason: null },
): RecordOperation[] {
  const row: FindingRow = { ...finding, ...place };
  // What is in order is forgotten some time after it was last looked at; what is wrong never is.
  const ends =
    finding.state === 'fixed' || finding.state === 'clear'
      ? { expiresAtMs: finding.lastSeenMs + settings.findingsFixedKeptMs }
      : {};
  const operations: RecordOperation[] = [
    {
      op: 'put',
      ...keys.finding(finding.findingId),
      value: row,
      ...ends,
      if: before === null ? 'absent' : { revision: before.revision },
    },
    { op: 'put', ...keys.summary(finding), value: summaryOf(finding), ...ends },
    { op: 'put', ...keys.member(place.scopeId, finding.findingId), value: memberOf(finding, place), ...ends },
  ];
  if (before) operations.push(...leave(before.value, finding));
  const untilMs = finding.acceptance?.untilMs ?? null;
  if (untilMs !== null && before?.value.acceptance?.untilMs !== untilMs) {
    operations.push({ op: 'put', ...keys.due(untilMs, finding.findingId), value: { findingId: finding.findingId } });
  }
  if (change !== null) {
    const { evidence, verdict } = finding;
    const event: EventRow = { eventId: newId(), atMs: nowMs, change, verdict, by, reason, evidence };
    operations.push({
      op: 'put',
      ...keys.event(finding.findingId, event.eventId),
      value: event,
      expiresAtMs: nowMs + settings.findingsHistoryKeptMs,
    });
  }
  return operations;
}

/** Takes away what the new row does not replace: another place in the list, the end of an acceptance that is over. */
function leave(before: FindingRow, finding: Finding): RecordOperation[] {
  const operations: RecordOperation[] = [];
  const old = keys.summary(before);
  const now = keys.summary(finding);
  if (old.pk !== now.pk || old.sk !== now.sk) operations.push({ op: 'delete', ...old });
  const untilMs = before.acceptance?.untilMs ?? null;
  if (untilMs !== null && finding.acceptance?.untilMs !== untilMs) {
    operations.push({ op: 'delete', ...keys.due(untilMs, before.findingId) });
  }
  return operations;
}

function summaryOf(finding: Finding): SummaryRow {
  const { findingId, kind, check, title, resource, severity, verdict, state, source } = finding;
  const { firstSeenMs, lastSeenMs, changedMs, reopened } = finding;
  return {
    ...{ findingId, kind, check, title, resource, severity, verdict, state, source },
    ...{ firstSeenMs, lastSeenMs, changedMs, reopened },
  };
}

function memberOf({ check }: Finding, { runMs }: Place): MemberRow {
  return { check, runMs };
}

/** Reads, lets `turn` decide, writes. Resolves to `null` when `turn` does. Throws `finding_not_found`, `finding_changed`. */
export async function changeFinding(
  deps: Pick<FindingsDeps, 'records' | 'settings' | 'clock' | 'onOpened'>,
  findingId: string,
  turn: (before: Finding) => (Turn & Decision & { readonly more?: readonly RecordOperation[] }) | null,
): Promise<Finding | null> {
  const { pk, sk } = keys.finding(findingId);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await deps.records.get<FindingRow>(pk, sk);
    if (!before) throw findingErrors('finding_not_found', { attempted: `Change the finding ${findingId}` });
    const next = turn(findingOf(before.value));
    if (next === null) return null;
    const { scopeId, runId, runMs } = before.value;
    const place = { scopeId, runId, runMs };
    const operations = turnOperations(before, next, place, deps.settings, deps.clock(), next);
    try {
      const opened = openedBy(next);
      const told = opened ? (deps.onOpened?.(scopeId, [opened]) ?? []) : [];
      const counted = await countOperations(deps, [{ before: before.value, after: next.finding, scopeId }]);
      await deps.records.transact([...operations, ...counted, ...(next.more ?? []), ...told]);
      return next.finding;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
  throw findingErrors('finding_changed', { attempted: `Change the finding ${findingId}` });
}

/** A finding without where it was seen. */
export function findingOf({ scopeId: _scope, runId: _run, runMs: _runMs, ...finding }: FindingRow): Finding {
  return finding;
}
