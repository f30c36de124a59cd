import type { Observation } from './finding.ts';
import type { RuleRow } from './records.ts';

/** The rule that suppresses what was observed, the oldest first; `null` when none does. */
export function ruleFor(rules: readonly RuleRow[], observed: Observation, nowMs: number): RuleRow | null {
  return rules.find((rule) => isInForce(rule, nowMs) && covers(rule, observed)) ?? null;
}

export function isInForce({ untilMs }: Pick<RuleRow, 'untilMs'>, nowMs: number): boolean {
  return untilMs === null || untilMs > nowMs;
}

/** Every part that the rule names has to match. */
function covers(rule: RuleRow, { check, resource }: Observation): boolean {
  if (rule.check !== null && !matches(rule.check, check)) return false;
  if (rule.resource !== null && !matches(rule.resource, resource.uid) && !matches(rule.resource, resource.name)) {
    return false;
  }
  if (rule.path !== null && !matches(rule.path, resource.path ?? '')) return false;
  return rule.tag === null || hasTag(rule.tag, resource.tags ?? {});
}

function hasTag(wanted: string, tags: NonNullable<Observation['resource']['tags']>): boolean {
  const at = wanted.indexOf('=');
  const [name, value] = at < 0 ? [wanted, '*'] : [wanted.slice(0, at), wanted.slice(at + 1)];
  return Object.hasOwn(tags, name) && matches(value, tags[name] ?? '');
}

/**
 * Whether `text` is what the pattern says; `*` stands for any characters, everything else for itself. Linear: it goes
 * back to the last star only, so that no pattern can make it slow.
 */
export function matches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
