import { isWideToAws } from './addresses.ts';
import type { Anchor, KeyRule } from './condition-keys.ts';
import type { Glob } from '../patterns/glob.ts';
import type { Kind, Test } from './operators.ts';

/** Whether a pattern names one holder: an account, a network, a user; then no stranger can be meant by it. */
export function namesOneHolder(glob: Glob, anchor: Anchor, kind: Kind): boolean {
  if (glob.literal !== null) return glob.literal !== '' && !(anchor === 'user-id' && glob.literal === 'anonymous');
  if (glob.open) return false;
  const { text } = glob;
  switch (anchor) {
    case 'arn': {
      const parts = text.split(':');
      // A star of StringLike reaches over colons, so that it may swallow the account that it seems to stand before.
      const before = kind === 'arn' ? (parts[4] ?? '') : parts.slice(0, 5).join(':');
      return parts.length >= 6 && !before.includes('*') && /^\d{12}$/.test(parts[4] ?? '');
    }
    case 'user-id':
      return /^A[A-Z0-9]{11,}:/.test(text) || /^\d{12}:/.test(text);
    case 'organization-path':
      return /^o-[a-z0-9]{4,}\//.test(text);
    case 'whole':
      return false;
  }
}

/** The values that hold strangers out; `null`: at least one of them does not. Only of operators that are not negated. */
export function bindingValues(test: Test, rule: KeyRule): readonly string[] | null {
  const { operator, values, globs } = test;
  if (operator === null || operator.negated || operator.ifExists || operator.set === 'all') return null;
  if (rule.value === 'address') {
    if (operator.kind === 'ip') return test.isNarrow ? values : null;
    return globs.length > 0 && globs.every(({ literal }) => literal !== null) ? values : null;
  }
  if (rule.value === 'flag') {
    const others = values.every((value) => !rule.outsider.includes(value.toLowerCase()));
    return operator.kind === 'truth' && others ? values : null;
  }
  if (rule.value !== 'held' || globs.length === 0) return null;
  const bind = globs.every((glob) => namesOneHolder(glob, rule.anchor, operator.kind));
  // A variable that is known has become its value.
  return bind ? globs.map(({ literal, text }) => literal ?? text) : null;
}

/**
 * Whether no value that a stranger has can make the test come out as wished, a missing one apart: what can be told from
 * the policy alone, before any value is tried.
 */
export function leavesNoValue(test: Test, wish: boolean, rule: KeyRule): boolean {
  const { operator, globs, lenient } = test;
  if (operator === null || operator.negated === wish || (lenient && operator.negated)) return false;
  if (rule.value === 'address' && operator.kind === 'ip') return test.isNarrow;
  if (globs.length === 0) return false;
  if (rule.value === 'address') return globs.every(({ literal }) => literal !== null);
  return rule.value === 'held' && globs.every((glob) => namesOneHolder(glob, rule.anchor, operator.kind));
}

/** Whether AWS takes the values as fixed: without wildcard and variable, and addresses in ranges that are not too wide. */
export function isFixedToAws(test: Test, rule: KeyRule): boolean {
  const { operator, values, globs } = test;
  if (!rule.fixedToAws || operator === null || operator.negated || operator.ifExists || operator.set === 'all')
    return false;
  if (values.length === 0) return false;
  if (rule.value === 'address' && operator.kind === 'ip') {
    return test.ranges.every((range) => range !== null && !isWideToAws(range));
  }
  if (globs.length === 0) return false;
  const parts = rule.audience === 'access-point' && rule.anchor === 'arn';
  return globs.every((glob) => glob.literal !== null || (parts && namesOneHolder(glob, 'arn', operator.kind)));
}
