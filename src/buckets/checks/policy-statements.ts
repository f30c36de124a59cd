import type { Fact } from '../facts/fact.ts';
import { judge, pass, seen, unknown, type Judgement } from './judge.ts';

/** The statements of a policy as they are written, for checks that look at single words of it. */
export interface WrittenStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: {
    readonly [operator: string]: { readonly [key: string]: string | readonly string[] | boolean };
  };
}

/** `null`: it is no policy. */
export function statementsOf(policy: string): readonly WrittenStatement[] | null {
  try {
    const { Statement } = JSON.parse(policy) as { Statement?: WrittenStatement | WrittenStatement[] };
    const all = Array.isArray(Statement) ? Statement : [Statement];
    return all.every((each) => typeof each === 'object' && each !== null) ? all : null;
  } catch {
    return null;
  }
}

/** Judges the statements of a policy, none where there is none; of one that cannot be understood nothing is said. */
export function judgeStatements(
  policy: Fact<string | null>,
  decide: (statements: readonly WrittenStatement[]) => Judgement,
): Judgement {
  return judge(policy, 'Policy', (text) => {
    if (text === null) return pass(seen('Policy', 'none'));
    const statements = statementsOf(text);
    return statements === null ? unknown(seen('Policy', 'it cannot be understood')) : decide(statements);
  });
}

/** What may stand alone or in a list. */
export function listOf<Value>(value: Value | readonly Value[] | undefined): readonly Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Value[]) : [value as Value];
}

/** The values of a condition, whatever the case of operator and key. */
export function conditionValues({ Condition }: WrittenStatement, operator: RegExp, key: RegExp): readonly string[] {
  return Object.entries(Condition ?? {}).flatMap(([name, keys]) =>
    operator.test(name)
      ? Object.entries(keys).flatMap(([each, values]) => (key.test(each) ? listOf(values).map(String) : []))
      : [],
  );
}
