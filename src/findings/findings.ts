import { openAt, type OpenAtPlace } from './counts.ts';
import { findingErrors } from './errors.ts';
import { compareRuns, type Comparison } from './compare.ts';
import { accept, baseline, decideEach, reopen, type AcceptRequest, type Decided } from './decide.ts';
import { expireDecisions } from './expiry.ts';
import { isFindingId, type Finding, type Observation } from './finding.ts';
import type { Decider, FindingsDeps } from './findings-deps.ts';
import { findingsOf, knownAmong, wasWrong } from './of-place.ts';
import { countFindings, listFindings, walkList, type Filter, type ListPage, type Totals } from './list.ts';
import {
  EVENTS,
  eventsOf,
  keys,
  scopeIdOf,
  type EventRow,
  type FindingRow,
  type RuleRow,
  type RunRow,
} from './records.ts';
import { addRule, loadRules, removeRule, type RuleRequest } from './rule-acts.ts';
import { wellFormed } from './well-formed.ts';
import { findingOf } from './write.ts';
import { beginRun, endRun, listRuns, observeBatch, type RunStart } from './runs.ts';

export interface PageOptions {
  readonly after?: string | undefined;
  /** 1-1000. */
  readonly limit: number;
}

/** Everything there is to do with findings. Who may call it is decided where it is called from. */
export interface Findings {
  list(filter: Filter, page: PageOptions): Promise<ListPage>;
  /** All that fit, whole, worst first. */
  all(filter: Filter): AsyncGenerator<Finding>;
  totals(): Promise<Totals>;
  /** Throws `finding_not_found`. */
  show(findingId: string): Promise<{ readonly finding: Finding; readonly history: readonly EventRow[] }>;
  /** See {@link findingsOf}. */
  ofPlace(place: Pick<RunStart, 'source' | 'scope'>): AsyncGenerator<Finding>;
  /** See {@link knownAmong}. */
  knownAmong(findingIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** See {@link wasWrong}. */
  wasWrong(findingId: string, timesMs: readonly number[]): Promise<readonly boolean[]>;
  /** See {@link openAt}. */
  openAt(places: readonly Pick<RunStart, 'source' | 'scope'>[]): Promise<readonly OpenAtPlace[]>;
  accept(who: Decider, findingId: string, request: AcceptRequest): Promise<Finding>;
  reopen(who: Decider, findingId: string, reason: string): Promise<Finding>;
  acceptEach(who: Decider, findingIds: readonly string[], request: AcceptRequest): Promise<Decided>;
  reopenEach(who: Decider, findingIds: readonly string[], reason: string): Promise<Decided>;
  baseline(who: Decider, filter: Filter, request: AcceptRequest): Promise<number>;
  rules(): Promise<readonly RuleRow[]>;
  addRule(who: Decider, request: RuleRequest): Promise<{ readonly rule: RuleRow; readonly suppressed: number }>;
  removeRule(who: Decider, ruleId: string): Promise<number>;
  runs(page: PageOptions): Promise<{ readonly runs: readonly RunRow[]; readonly next?: string }>;
  beginRun(start: RunStart): Promise<RunRow>;
  /** Who began a run alone goes on with it; `reporterId` is left out where there is nobody else. */
  observe(runId: string, batch: number, observations: readonly Observation[], reporterId?: string): Promise<RunRow>;
  endRun(runId: string, complete: boolean, reporterId?: string): Promise<RunRow>;
  compare(fromRunId: string, toRunId: string): Promise<Comparison>;
}

/** Entries of a history that are shown; older ones stay for as long as they are kept. */
const HISTORY_SHOWN = 200;

export function openFindings(deps: FindingsDeps): Findings {
  const { records } = deps;
  const finding = async (findingId: string): Promise<Finding | null> => {
    const { pk, sk } = keys.finding(findingId);
    const row = await records.get<FindingRow>(pk, sk);
    return row && findingOf(row.value);
  };

  return {
    async list(filter, page) {
      await expireDecisions(deps);
      return await listFindings(deps, filter, page);
    },
    async *all(filter) {
      await expireDecisions(deps);
      for await (const { findingId } of walkList(deps, filter.states ?? ['open'], filter)) {
        const found = await finding(findingId);
        if (found) yield found;
      }
    },
    async totals() {
      await expireDecisions(deps);
      return await countFindings(deps);
    },
    async show(findingId) {
      await expireDecisions(deps);
      const found = isFindingId(findingId) ? await finding(findingId) : null;
      if (!found) throw findingErrors('finding_not_found', { attempted: `Show the finding ${findingId}` });
      const options = { prefix: EVENTS, reverse: true, limit: HISTORY_SHOWN };
      const { items } = await records.query<EventRow>(eventsOf(findingId), options);
      return { finding: found, history: items.map(({ value }) => value) };
    },
    async *ofPlace(place) {
      await expireDecisions(deps);
      yield* findingsOf(deps, place);
    },
    knownAmong: (findingIds) => knownAmong(deps, findingIds),
    wasWrong: (findingId, timesMs) => wasWrong(deps, findingId, timesMs),
    async openAt(places) {
      await expireDecisions(deps);
      return await openAt(deps, places.map(scopeIdOf));
    },
    accept: (who, findingId, request) => accept(deps, who, findingId, request),
    reopen: (who, findingId, reason) => reopen(deps, who, findingId, reason),
    acceptEach: (who, findingIds, request) => decideEach(findingIds, (id) => accept(deps, who, id, request)),
    reopenEach: (who, findingIds, reason) => decideEach(findingIds, (id) => reopen(deps, who, id, reason)),
    baseline: (who, filter, request) => baseline(deps, who, filter, request),
    rules: () => loadRules(deps),
    addRule: (who, request) => addRule(deps, who, request),
    removeRule: (who, ruleId) => removeRule(deps, who, ruleId),
    runs: (page) => listRuns(deps, page),
    beginRun: (start) => beginRun(deps, wellFormed(start)),
    observe: (runId, batch, observations, reporterId) =>
      observeBatch(deps, { runId, reporterId, batch, observations: wellFormed(observations) }),
    endRun: (runId, complete, reporterId) => endRun(deps, { runId, reporterId, complete }),
    compare: (fromRunId, toRunId) => compareRuns(deps, fromRunId, toRunId),
  };
}
