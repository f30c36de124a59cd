/** Rules that suppress findings: made and removed by people, held against every run, and at once against what is known. */
import { isId, newId } from '../base/ids.ts';
import { findingErrors } from './errors.ts';
import type { Decider, FindingsDeps } from './findings-deps.ts';
import { isProblem } from './finding.ts';
import { walkList } from './list.ts';
import { keys, RULES, type RuleRow } from './records.ts';
import { isInForce, ruleFor } from './rules.ts';
import { changeFinding } from './write.ts';

export type RuleRequest = Omit<RuleRow, 'ruleId' | 'by' | 'atMs'>;

/** All rules, the oldest first, those that have ended included. */
export async function loadRules({ records, settings }: FindingsDeps): Promise<RuleRow[]> {
  const rules: RuleRow[] = [];
  let after: string | undefined;
  do {
    const options = { limit: Math.min(1000, settings.findingsRulesKept), ...(after === undefined ? {} : { after }) };
    const page = await records.query<RuleRow>(RULES, options);
    rules.push(...page.items.map(({ value }) => value));
    after = page.next;
  } while (after !== undefined);
  return rules;
}

/** Throws `finding_rule_empty`, `finding_until_past`, `finding_rules_full`. Resolves with how many findings it covers now. */
export async function addRule(
  deps: FindingsDeps,
  who: Decider,
  request: RuleRequest,
): Promise<{ readonly rule: RuleRow; readonly suppressed: number }> {
  const { records, clock, settings, audit } = deps;
  const parts = [request.check, request.resource, request.path, request.tag];
  if (parts.every((part) => part === null || /^\**$/.test(part))) throw findingErrors('finding_rule_empty');
  const atMs = clock();
  if (!isInForce(request, atMs)) throw findingErrors('finding_until_past');
  const rules = await loadRules(deps);
  if (rules.length >= settings.findingsRulesKept) throw findingErrors('finding_rules_full');
  const rule: RuleRow = { ruleId: newId(), ...request, by: who.by, atMs };
  // A rule that has ended is not needed for reading what it did: the history says so.
  const ends = rule.untilMs === null ? {} : { expiresAtMs: rule.untilMs + settings.findingsHistoryKeptMs };
  await records.transact([
    { op: 'put', ...keys.rule(rule.ruleId), value: rule, ...ends, if: 'absent' },
    ...(rule.untilMs === null
      ? []
      : [{ op: 'put' as const, ...keys.due(rule.untilMs, rule.ruleId), value: { ruleId: rule.ruleId } }]),
    ...audit.operations({
      act: 'finding_rule.added',
      actorId: who.actorId,
      sessionId: who.sessionId,
      subjectIds: [rule.ruleId],
      facts: { untilMs: rule.untilMs },
    }),
  ]);
  return { rule, suppressed: await applyRules(deps) };
}

/** Throws `finding_rule_not_found`. Resolves with how many findings are open again. */
export async function removeRule(deps: FindingsDeps, who: Decider, ruleId: string): Promise<number> {
  const { records, audit } = deps;
  const { pk, sk } = keys.rule(ruleId);
  const rule = isId(ruleId) ? await records.get<RuleRow>(pk, sk) : null;
  if (!rule) throw findingErrors('finding_rule_not_found', { attempted: `Remove the rule ${ruleId}` });
  await records.transact([
    { op: 'delete', pk, sk, if: 'present' },
    ...(rule.value.untilMs === null ? [] : [{ op: 'delete' as const, ...keys.due(rule.value.untilMs, ruleId) }]),
    ...audit.operations({
      act: 'finding_rule.removed',
      actorId: who.actorId,
      sessionId: who.sessionId,
      subjectIds: [ruleId],
    }),
  ]);
  return await applyRules(deps);
}

/**
 * Holds the rules against all that is open or suppressed, or one of them, without waiting for the next run. Resolves with
 * how many changed. Safe to repeat: a crash in the middle leaves the rest to the next run.
 */
export async function applyRules(
  deps: FindingsDeps,
  among: readonly ('open' | 'suppressed')[] = ['open', 'suppressed'],
): Promise<number> {
  const rules = await loadRules(deps);
  let changed = 0;
  for (const state of among) {
    for await (const { findingId } of walkList(deps, [state])) {
      const done = await changeFinding(deps, findingId, (finding) => {
        const nowMs = deps.clock();
        const rule = isProblem(finding.verdict) ? ruleFor(rules, finding, nowMs) : null;
        if (rule && finding.state === 'open') {
          const next = { ...finding, state: 'suppressed' as const, ruleId: rule.ruleId, changedMs: nowMs };
          return { finding: next, change: 'suppressed', by: rule.by, reason: rule.reason };
        }
        if (!rule && finding.state === 'suppressed') {
          const next = { ...finding, state: 'open' as const, ruleId: null, changedMs: nowMs };
          return { finding: next, change: 'suppression_ended', by: null, reason: null };
        }
        return null;
      });
      if (done) changed += 1;
    }
  }
  return changed;
}
