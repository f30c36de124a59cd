/** Decisions that were made until a day: once it has come, they hold no longer, whether a guard has looked since or not. */
import { hasCode } from '../base/errors.ts';
import type { FindingsDeps } from './findings-deps.ts';
import { expire } from './lifecycle.ts';
import { DUE, dueBefore, type DueRow } from './records.ts';
import { applyRules } from './rule-acts.ts';
import { changeFinding } from './write.ts';

const AT_ONCE = 100;

/**
 * Opens again what was accepted until a day that has come, and what a rule suppressed until then. Resolves with how many.
 * Safe to repeat: a crash in the middle leaves the rest to the next call.
 */
export async function expireDecisions(deps: FindingsDeps): Promise<number> {
  const { records } = deps;
  let expired = 0;
  const nowMs = deps.clock();
  for (;;) {
    const { items } = await records.query<DueRow>(DUE, { limit: AT_ONCE });
    const due = items.filter(({ sk }) => sk < `${dueBefore(nowMs + 1)}#`);
    if (due.length === 0) return expired;
    if (due.some(({ value }) => 'ruleId' in value)) expired += await applyRules(deps, ['suppressed']);
    for (const { pk, sk, value } of due) {
      const done = 'findingId' in value && (await expireOne(deps, value.findingId, nowMs));
      if (done) expired += 1;
      // Rules were held against everything above; of a finding nothing is left when it has gone another way.
      else await records.transact([{ op: 'delete', pk, sk }]);
    }
  }
}

async function expireOne(deps: FindingsDeps, findingId: string, nowMs: number): Promise<boolean> {
  try {
    const changed = await changeFinding(deps, findingId, (before) => {
      const turn = expire(before, nowMs);
      return turn && { ...turn, by: null, reason: null };
    });
    return changed !== null;
  } catch (error) {
    if (hasCode(error, 'finding_not_found')) return false;
    throw error;
  }
}
