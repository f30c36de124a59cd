import { actions } from './actions.ts';
import type { Compiled, CompiledPolicy, Tested } from './compiled.ts';
import { keyRule } from './conditions/condition-keys.ts';
import { entryOf, deniesForStrangers, passesAny, type Surroundings } from './entry.ts';
import { isFixedToAws } from './conditions/fixed-values.ts';
import { meansStrangers } from './strangers/principals.ts';

/** The actions that AWS counts: a policy that opens nothing but others is not public to it. */
const COUNTED = /^s3:(?:get|list|put|delete|abortmultipartupload|restoreobject)/i;

const IS_COUNTED = actions.map(({ name }) => COUNTED.test(name));

function isCounted(index: number): boolean {
  return IS_COUNTED[index] === true;
}

/**
 * Whether a statement makes the policy public by AWS's rule: it grants to more than fixed values. The rule is coarser
 * than what requests can do, and decides what RestrictPublicBuckets cuts and BlockPublicPolicy refuses.
 */
export function isPublicToAws(allow: Compiled, policy: CompiledPolicy, around: Omit<Surroundings, 'denies'>): boolean {
  if (!meansStrangers(allow.statement.principals)) return false;
  if (allow.conditions.some(isFixed)) return false;
  // What is left of the conditions may come out as anything.
  const entry = { ...entryOf(allow), conditions: [] };
  // Nothing is in the way.
  if (policy.denies.length === 0 && !allow.scope.negated) return entry.indexes.some(isCounted);
  const denies = deniesForStrangers(policy.denies).filter(({ conditions }) => conditions.every(isFixedOnceDenied));
  return passesAny(entry, isCounted, { ...around, denies });
}

function isFixed({ key, test }: Tested): boolean {
  return isFixedToAws(test, keyRule(key).rule);
}

/** `Deny … StringNotEquals` leaves just the fixed values over. */
function isFixedOnceDenied({ key, test }: Tested): boolean {
  const { operator } = test;
  if (operator === null || !operator.negated) return false;
  return isFixedToAws(test.affirmed(), keyRule(key).rule);
}
