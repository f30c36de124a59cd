import { keyRule } from '../../policy/conditions/condition-keys.ts';
import { bindingValues } from '../../policy/conditions/fixed-values.ts';
import { testOf } from '../../policy/conditions/operators.ts';
import { exposureOf } from '../exposure.ts';
import type { ExposureFacts } from '../facts.ts';
import { nameOfStatement } from '../proof/sentences.ts';

/** A statement as JSON has it. */
type Written = Readonly<Record<string, unknown>>;

export interface StatementChange {
  /** Where it stood before, counted from 0. */
  readonly index: number;
  readonly sid: string | null;
  readonly before: Written;
  /** `null`: it is removed. */
  readonly after: Written | null;
  /** One plain sentence. */
  readonly explanation: string;
}

export interface PolicyRepair {
  /** The text to put; `null`: nothing would be left, so the policy is to be deleted. */
  readonly policy: string | null;
  readonly changes: readonly StatementChange[];
}

/**
 * The smallest change to a bucket's policy that leaves strangers no way in through it, also none that only a flag
 * closes today. A public statement loses the part that is public, and goes where nothing else is in it; every other one
 * stays as it is. `null`: there is nothing to repair, or the policy cannot be judged.
 */
export function repairPolicy(facts: ExposureFacts): PolicyRepair | null {
  const text = 'value' in facts.policy ? facts.policy.value : null;
  const wrong = new Set(publicStatements(facts));
  if (text === null || wrong.size === 0) return null;
  const document = JSON.parse(text) as Written;
  const written = (Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']]) as Written[];
  const kept: Written[] = [];
  const changes: StatementChange[] = [];
  written.forEach((before, index) => {
    if (!wrong.has(index)) {
      kept.push(before);
      return;
    }
    const after =
      narrowings(before, document['Version'] === '2012-10-17').find((each) =>
        isClosed(facts, document, written, index, each),
      ) ?? null;
    const sid = typeof before['Sid'] === 'string' ? before['Sid'] : null;
    const name = nameOfStatement({ index, sid });
    const explanation =
      after === null
        ? `${name} goes: it lets in nobody but strangers.`
        : `${name} keeps what is fixed in it, and loses the rest.`;
    changes.push({ index, sid, before, after, explanation });
    if (after !== null) kept.push(after);
  });
  return {
    policy: kept.length === 0 ? null : JSON.stringify({ ...document, Statement: kept }),
    changes,
  };
}

/** Places of the statements by which strangers get in, now or with every flag gone. */
function publicStatements(facts: ExposureFacts): number[] {
  return exposureOf(facts).ways.flatMap(({ from, level, statement }) =>
    from === 'policy' && level === 'public' && statement !== null ? [statement.index] : [],
  );
}

function isClosed(
  facts: ExposureFacts,
  document: Written,
  all: readonly Written[],
  index: number,
  after: Written,
): boolean {
  const Statement = all.map((each, place) => (place === index ? after : each));
  const changed = { ...facts, policy: { value: JSON.stringify({ ...document, Statement }) } };
  return !publicStatements(changed).includes(index);
}

/** What may be left of a statement, the least change first. Each lets in less than the statement did. */
function narrowings(statement: Written, variables: boolean): Written[] {
  const principal = namedPrincipals(statement['Principal']);
  const condition = bindingConditions(statement['Condition'], variables);
  const narrowed: Written[] = [];
  if (condition !== null) narrowed.push({ ...statement, Condition: condition });
  if (principal !== null) narrowed.push({ ...statement, Principal: principal });
  return narrowed;
}

/** Without everybody, where somebody else is named; `null`: nobody is. */
function namedPrincipals(principal: unknown): Written | null {
  if (typeof principal !== 'object' || principal === null) return null;
  const left = namedAnyhow<unknown>();
  for (const [kind, names] of Object.entries(principal)) {
    const list = listOf(names).filter((name) => !isEverybody(kind, name));
    if (list.length > 0) left[kind] = Array.isArray(names) ? list : list[0];
  }
  return Object.keys(left).length === 0 ? null : left;
}

function isEverybody(kind: string, name: string): boolean {
  return name.includes('*') || name.includes('?') || (kind === 'Federated' && !name.startsWith('arn:'));
}

/** With the values alone that hold strangers out, and with operators that need the key; `null`: no condition has any. */
function bindingConditions(conditions: unknown, variables: boolean): Written | null {
  if (typeof conditions !== 'object' || conditions === null) return null;
  let found = false;
  const narrowed = namedAnyhow<Record<string, unknown>>();
  const taken = new Set<string>();
  for (const [operator, keys] of Object.entries(conditions as Record<string, Written>)) {
    for (const [name, values] of Object.entries(keys)) {
      const strict = operator.replace(/^ForAllValues:/i, 'ForAnyValue:').replace(/IfExists$/i, '');
      const { rule } = keyRule(name.toLowerCase());
      const binding = listOf(values).filter((value) => {
        const test = testOf(strict, [value], { variables, known: {} });
        return (bindingValues(test, rule) ?? []).length > 0;
      });
      found ||= binding.length > 0;
      const place = binding.length > 0 ? strict : operator;
      const left = binding.length === 0 ? values : Array.isArray(values) ? binding : binding[0];
      // Two that come to stand in one place: the first is already narrower than the statement was.
      const condition = `${place} ${name}`.toLowerCase();
      if (taken.has(condition)) return null;
      taken.add(condition);
      (narrowed[place] ??= namedAnyhow())[name] = left;
    }
  }
  return found ? narrowed : null;
}

/** For names that strangers write: `__proto__` is one like any other. */
function namedAnyhow<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

function listOf(values: unknown): string[] {
  return (Array.isArray(values) ? (values as unknown[]) : [values]).map(String);
}
