import type { Condition, Policy, Statement } from './reading/document.ts';
import type { GlobOptions, KnownVariables } from './patterns/glob.ts';
import { testOf, type Test } from './conditions/operators.ts';
import { scopeOf, type Scope, type Target } from './scope.ts';
import type { Keyed } from './strangers/witness.ts';

/** A statement with everything in it taken apart, for one target. */
export interface Compiled {
  readonly statement: Statement;
  readonly scope: Scope;
  readonly conditions: readonly Tested[];
}

export interface Tested extends Keyed {
  readonly condition: Condition;
  readonly test: Test;
}

export interface CompiledPolicy {
  readonly allows: readonly Compiled[];
  readonly denies: readonly Compiled[];
}

export const NO_POLICY: CompiledPolicy = { allows: [], denies: [] };

/** `lenient`: the store may read it otherwise than AWS does, and what that would let in is let in. */
export function compile(
  { variables, statements }: Policy,
  target: Target,
  known: KnownVariables,
  lenient = false,
): CompiledPolicy {
  const options: GlobOptions = { variables, known, lenient };
  const allows: Compiled[] = [];
  const denies: Compiled[] = [];
  for (const statement of statements) {
    // Ceph 16 denies nothing by NotAction.
    if (lenient && statement.effect === 'Deny' && statement.actionsNegated) continue;
    const compiled = {
      statement,
      scope: scopeOf(statement, target, options),
      conditions: statement.conditions.map((condition) => ({
        condition,
        key: condition.key,
        test: testOf(condition.operator, condition.values, options),
      })),
    };
    (statement.effect === 'Allow' ? allows : denies).push(compiled);
  }
  return { allows, denies };
}
