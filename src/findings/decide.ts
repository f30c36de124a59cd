/** What people decide about findings: to live with one until a day, to take that back, to approve the present state. */
import type { RecordOperation } from '../storage/index.ts';
import { hasCode, type HoldfastError } from '../base/errors.ts';
import { findingErrors } from './errors.ts';
import { isFindingId, type Acceptance, type Finding } from './finding.ts';
import type { Decider, FindingsDeps } from './findings-deps.ts';
import { walkList, type Filter } from './list.ts';
import { changeFinding } from './write.ts';

export interface AcceptRequest {
  readonly reason: string;
  /** `null`: for good. */
  readonly untilMs: number | null;
}

/** Throws `finding_not_found`, `finding_not_open`, `finding_until_past`. */
export async function accept(
  deps: FindingsDeps,
  who: Decider,
  findingId: string,
  request: AcceptRequest,
  baseline = false,
): Promise<Finding> {
  const attempted = `Accept the finding ${findingId}`;
  assertId(findingId, attempted);
  const atMs = deps.clock();
  const { reason, untilMs } = request;
  if (untilMs !== null && untilMs <= atMs) throw findingErrors('finding_until_past', { attempted });
  const acceptance: Acceptance = { by: who.by, reason, atMs, untilMs, baseline };
  const finding = await changeFinding(deps, findingId, (before) => {
    // Accepting again says so with another reason or another day.
    if (before.state !== 'open' && before.state !== 'accepted') {
      throw findingErrors('finding_not_open', { attempted, detail: `it is ${before.state}` });
    }
    return {
      finding: { ...before, state: 'accepted', acceptance, changedMs: atMs },
      change: 'accepted',
      by: who.by,
      reason,
      more: noted(deps, who, 'finding.accepted', findingId, { untilMs }),
    };
  });
  return finding as Finding;
}

/** Takes an acceptance back. Throws `finding_not_found`, `finding_not_decided`. */
export async function reopen(deps: FindingsDeps, who: Decider, findingId: string, reason: string): Promise<Finding> {
  const attempted = `Reopen the finding ${findingId}`;
  assertId(findingId, attempted);
  const finding = await changeFinding(deps, findingId, (before) => {
    if (before.state !== 'accepted') {
      throw findingErrors('finding_not_decided', { attempted, detail: `it is ${before.state}` });
    }
    const { reopened } = before;
    return {
      finding: { ...before, state: 'open', acceptance: null, reopened: reopened + 1, changedMs: deps.clock() },
      change: 'reopened',
      by: who.by,
      reason,
      more: noted(deps, who, 'finding.reopened', findingId, {}),
    };
  });
  return finding as Finding;
}

export interface Decided {
  readonly changed: readonly string[];
  /** What was left as it is, and why. */
  readonly unchanged: readonly { readonly findingId: string; readonly code: string; readonly reason: string }[];
}

/** The same decision for many, each for itself: one that was fixed meanwhile does not hold up the others. */
export async function decideEach(
  findingIds: readonly string[],
  decide: (findingId: string) => Promise<Finding>,
): Promise<Decided> {
  const changed: string[] = [];
  const unchanged: Decided['unchanged'][number][] = [];
  for (const findingId of new Set(findingIds)) {
    try {
      await decide(findingId);
      changed.push(findingId);
    } catch (error) {
      if (!hasCode(error, 'finding_not_open', 'finding_not_decided', 'finding_not_found', 'finding_changed'))
        throw error;
      unchanged.push({ findingId, code: error.code, reason: reasonOf(error) });
    }
  }
  return { changed, unchanged };
}

function reasonOf({ title, detail }: HoldfastError): string {
  return detail === undefined ? title : `${title}: ${detail}`;
}

/** Approves the present state: accepts all that is open and fits. Resolves with how many. */
export async function baseline(
  deps: FindingsDeps,
  who: Decider,
  filter: Filter,
  request: AcceptRequest,
): Promise<number> {
  if (request.untilMs !== null && request.untilMs <= deps.clock()) throw findingErrors('finding_until_past');
  let accepted = 0;
  for await (const { findingId } of walkList(deps, ['open'], filter)) {
    try {
      await accept(deps, who, findingId, request, true);
      accepted += 1;
    } catch (error) {
      // Fixed or gone while we walked.
      if (!hasCode(error, 'finding_not_open', 'finding_not_found')) throw error;
    }
  }
  return accepted;
}

function noted(
  { audit }: FindingsDeps,
  { actorId, sessionId }: Decider,
  act: 'finding.accepted' | 'finding.reopened',
  findingId: string,
  facts: { readonly [name: string]: number | null },
): readonly RecordOperation[] {
  return audit.operations({ act, actorId, sessionId, subjectIds: [findingId], facts });
}

function assertId(findingId: string, attempted: string): void {
  if (!isFindingId(findingId)) throw findingErrors('finding_not_found', { attempted });
}
