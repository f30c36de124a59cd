/**
 * A run is one look of one guard at one place. It is begun, sends what it sees in batches, and ends; only a run that
 * ends complete tells that what it did not see is gone. A batch may be sent again, as after a lost answer.
 */
import { hasCode } from '../base/errors.ts';
import { isId, newId } from '../base/ids.ts';
import type { RecordItem, RecordOperation } from '../storage/index.ts';
import { countOperations, countsOf, recount, type CountedTurn } from './counts.ts';
import { findingErrors } from './errors.ts';
import { findingId, severities, verdicts, type Observation, type Verdict } from './finding.ts';
import { limitObservation } from './limit-observation.ts';
import { ROWS_FOR_OPENED, type FindingsDeps } from './findings-deps.ts';
import { observe, openedBy, vanish, type Opened } from './lifecycle.ts';
import { knownAmong } from './of-place.ts';
import {
  keys,
  membersOf,
  RUNS,
  scopeIdOf,
  type FindingRow,
  type MemberRow,
  type RuleRow,
  type RunRow,
} from './records.ts';
import { loadRules } from './rule-acts.ts';
import { ruleFor } from './rules.ts';
import type { FindingsSettings } from './settings.ts';
import { changeFinding, findingOf, ROWS_PER_FINDING, turnOperations } from './write.ts';

export interface RunStart {
  readonly source: string;
  readonly scope: string;
  /** The checks it makes; `null`: all that the guard has. */
  readonly checks: readonly string[] | null;
  /** Who reports: nobody else goes on with the run. */
  readonly reporterId?: string;
  /** What it saw is kept elsewhere too, and here for so long at most. */
  readonly keptMs?: number;
  /** Who reports may say nothing of what another guard has found. */
  readonly isConfined?: boolean;
  /** Who reports tells people of what is critical by itself. */
  readonly tellsCritical?: boolean;
}

/** A run, and who wants to go on with it. */
interface OfRun {
  readonly runId: string;
  readonly reporterId: string | undefined;
}

export async function beginRun({ records, clock, settings }: FindingsDeps, start: RunStart): Promise<RunRow> {
  const run: RunRow = {
    runId: newId(),
    ...start,
    startedMs: clock(),
    endedMs: null,
    complete: false,
    batches: 0,
    counts: { fail: 0, unknown: 0, pass: 0, not_applicable: 0 },
  };
  const expiresAtMs = expiryOf(run, settings);
  await records.transact([{ op: 'put', ...keys.run(run.runId), value: run, expiresAtMs, if: 'absent' }]);
  return run;
}

/**
 * Takes one batch: every finding first, then the run itself counts it. Two observations of one check on one resource
 * in a batch are one finding, the worse of the two. What is new at a place that has as many findings as it may is left
 * out, and told when the run ends. Throws `finding_run_not_found`, `finding_run_ended`,
 * `finding_batch_invalid`.
 */
export async function observeBatch(
  deps: FindingsDeps,
  { batch, observations, ...of }: OfRun & { readonly batch: number; readonly observations: readonly Observation[] },
): Promise<RunRow> {
  const run = await runBegunBy(deps, of);
  if (run.value.endedMs !== null) throw findingErrors('finding_run_ended');
  if (observations.length > deps.settings.findingsPerBatch) {
    throw findingErrors('finding_batch_invalid', { detail: `at most ${deps.settings.findingsPerBatch} at once` });
  }
  if (batch !== run.value.batches && batch !== run.value.batches - 1) {
    throw findingErrors('finding_batch_invalid', { detail: `batch ${batch} after ${run.value.batches}` });
  }
  const worst = worstOfEach(observations);
  const rules = await loadRules(deps);
  const perTransaction = Math.floor((100 - ROWS_FOR_OPENED - ROWS_FOR_COUNTS) / ROWS_PER_FINDING);
  const { kept, leftOut } = await fitting(deps, scopeIdOf(run.value), worst);
  for (let at = 0; at < kept.length; at += perTransaction) {
    await writeSome(deps, run.value, rules, kept.slice(at, at + perTransaction));
  }
  if (batch === run.value.batches - 1) return run.value;
  return await countBatch(deps, run, { batch, worst, leftOut });
}

/** Of the place that is looked at. */
const ROWS_FOR_COUNTS = 1;
/** Findings are forgotten by their age, which counts of a full place learn so often. */
const COUNT_AGAIN_MS = 3_600_000;

/** Leaves out what is new where the place is full: what is known of it goes on being told. */
async function fitting(
  deps: FindingsDeps,
  scopeId: string,
  observations: ReadonlyMap<string, Observation>,
): Promise<{ readonly kept: readonly Observation[]; readonly leftOut: number }> {
  const most = deps.settings.findingsPerPlace;
  let counts = await countsOf(deps, scopeId);
  const mayNotFit = (): boolean => counts.value.members + observations.size > most;
  if (!mayNotFit()) return { kept: [...observations.values()], leftOut: 0 };
  if (counts.value.countedMs + COUNT_AGAIN_MS <= deps.clock()) counts = await recount(deps, counts);
  const known = await knownAmong(deps, [...observations.keys()]);
  let room = Math.max(0, most - counts.value.members);
  const kept = [...observations].filter(([id]) => known.has(id) || room-- > 0).map(([, observed]) => observed);
  return { kept, leftOut: observations.size - kept.length };
}

function expiryOf({ startedMs, keptMs }: RunRow, { findingsRunsKeptMs }: FindingsSettings): number {
  return startedMs + Math.min(findingsRunsKeptMs, keptMs ?? findingsRunsKeptMs);
}

async function writeSome(
  deps: FindingsDeps,
  run: RunRow,
  rules: readonly RuleRow[],
  observations: readonly Observation[],
): Promise<void> {
  const { records, settings, clock } = deps;
  const place = { scopeId: scopeIdOf(run), runId: run.runId, runMs: run.startedMs };
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    const nowMs = clock();
    const befores = await Promise.all(
      observations.map((observed) => {
        const { pk, sk } = keys.finding(findingId(observed));
        return records.get<FindingRow>(pk, sk);
      }),
    );
    if (befores.some((before) => before !== null && isOfAnother(run, before.value))) {
      throw findingErrors('finding_source_refused', { attempted: `Note ${observations.length} findings` });
    }
    const opened: Opened[] = [];
    const turns: CountedTurn[] = [];
    const operations = observations.flatMap((observed, index): RecordOperation[] => {
      const before = befores[index] ?? null;
      const rule = ruleFor(rules, observed, nowMs);
      const turn = observe(before ? findingOf(before.value) : null, observed, { nowMs, source: run.source, rule });
      const open = openedBy(turn);
      if (open) opened.push(open);
      turns.push({ before: before?.value ?? null, after: turn.finding, scopeId: place.scopeId });
      return turnOperations(before, turn, place, settings, nowMs);
    });
    if (opened.length > 0) operations.push(...(deps.onOpened?.(place.scopeId, opened, run) ?? []));
    operations.push(...(await countOperations(deps, turns)));
    try {
      await records.transact(operations);
      return;
    } catch (error) {
      // Somebody accepted one of them meanwhile, or another guard saw the same.
      if (!hasCode(error, 'record_conflict')) throw error;
    }
  }
  throw findingErrors('finding_changed', { attempted: `Note ${observations.length} findings` });
}

/** A finding is its check and its resource, and whoever sees both sees the same one: also who is to see others alone. */
function isOfAnother({ isConfined, source }: RunRow, found: Pick<FindingRow, 'source'>): boolean {
  return isConfined === true && found.source !== source;
}

async function countBatch(
  { records, settings }: FindingsDeps,
  run: RecordItem<RunRow>,
  {
    batch,
    worst,
    leftOut,
  }: { readonly batch: number; readonly worst: ReadonlyMap<string, Observation>; readonly leftOut: number },
): Promise<RunRow> {
  const counts: Record<Verdict, number> = { ...run.value.counts };
  for (const { verdict } of worst.values()) counts[verdict] += 1;
  const left = (run.value.leftOut ?? 0) + leftOut;
  const next: RunRow = { ...run.value, batches: batch + 1, counts, ...(left > 0 && { leftOut: left }) };
  const seen = [...worst].map(
    ([id, { verdict, severity }]) => [id, verdicts.indexOf(verdict), severities.indexOf(severity)] as const,
  );
  const expiresAtMs = expiryOf(run.value, settings);
  await records.transact([
    { op: 'put', ...keys.run(next.runId), value: next, expiresAtMs, if: { revision: run.revision } },
    { op: 'put', ...keys.verdicts(next.runId, batch), value: { seen }, expiresAtMs },
  ]);
  return next;
}

/** Ends a run. When it is complete, what it looked for and did not see is gone. Ending it again changes nothing. */
export async function endRun(
  deps: FindingsDeps,
  { complete, ...of }: OfRun & { readonly complete: boolean },
): Promise<RunRow> {
  const { records, clock, settings } = deps;
  const { runId } = of;
  const run = await runBegunBy(deps, of);
  if (run.value.endedMs !== null) return run.value;
  await tellOfLimit(deps, run.value);
  if (complete) await closeUnseen(deps, run.value);
  const next: RunRow = { ...run.value, endedMs: clock(), complete };
  const expiresAtMs = expiryOf(next, settings);
  await records.transact([{ op: 'put', ...keys.run(runId), value: next, expiresAtMs, if: { revision: run.revision } }]);
  return next;
}

/** A finding of its own says that the place is full; it is fixed once there is room again. */
async function tellOfLimit(deps: FindingsDeps, run: RunRow): Promise<void> {
  const most = deps.settings.findingsPerPlace;
  if (run.batches === 0) return;
  let observed = limitObservation(run, most);
  if ((run.leftOut ?? 0) === 0) {
    const isKnown = (await knownAmong(deps, [findingId(observed)])).size > 0;
    if (!isKnown) return;
    const { value } = await countsOf(deps, scopeIdOf(run));
    if (value.members < most) observed = { ...observed, verdict: 'pass', evidence: [] };
  }
  await writeSome(deps, run, await loadRules(deps), [observed]);
}

async function closeUnseen(deps: FindingsDeps, run: RunRow): Promise<void> {
  const lookedFor = run.checks === null ? null : new Set(run.checks);
  let after: string | undefined;
  do {
    const options = { limit: 1000, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query<MemberRow>(membersOf(scopeIdOf(run)), options);
    for (const { sk, value } of page.items) {
      // What a run that began later has seen meanwhile is not gone.
      if (value.runMs >= run.startedMs || (lookedFor && !lookedFor.has(value.check))) continue;
      await changeFinding(deps, sk, (before) => {
        const turn = isOfAnother(run, before) ? null : vanish(before, deps.clock());
        return turn && { ...turn, by: null, reason: null };
      }).catch((error: unknown) => {
        // It was forgotten between the two reads.
        if (!hasCode(error, 'finding_not_found')) throw error;
      });
    }
    after = page.next;
  } while (after !== undefined);
}

/** The newest runs first. */
export async function listRuns(
  { records }: FindingsDeps,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly runs: readonly RunRow[]; readonly next?: string }> {
  if (after !== undefined && !isId(after)) throw findingErrors('finding_cursor_invalid');
  const page = await records.query<RunRow>(RUNS, { reverse: true, limit, ...(after === undefined ? {} : { after }) });
  return { runs: page.items.map(({ value }) => value), ...(page.next === undefined ? {} : { next: page.next }) };
}

/** One guard cannot end the look of another, which would tell that what it had not come to yet is gone. */
async function runBegunBy(deps: FindingsDeps, { runId, reporterId }: OfRun): Promise<RecordItem<RunRow>> {
  const run = await runOf(deps, runId);
  const begunBy = run.value.reporterId;
  if (begunBy !== undefined && begunBy !== reporterId) {
    throw findingErrors('finding_run_not_found', { attempted: `Go on with the run ${runId}` });
  }
  return run;
}

export async function runOf({ records }: FindingsDeps, runId: string): Promise<RecordItem<RunRow>> {
  const { pk, sk } = keys.run(runId);
  const run = isId(runId) ? await records.get<RunRow>(pk, sk) : null;
  if (!run) throw findingErrors('finding_run_not_found', { attempted: `Look up the run ${runId}` });
  return run;
}

function worstOfEach(observations: readonly Observation[]): Map<string, Observation> {
  const worst = new Map<string, Observation>();
  for (const observed of observations) {
    const id = findingId(observed);
    const other = worst.get(id);
    if (!other || verdicts.indexOf(observed.verdict) < verdicts.indexOf(other.verdict)) worst.set(id, observed);
  }
  return worst;
}
