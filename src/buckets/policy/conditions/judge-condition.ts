import type { Audience, JudgedCondition } from '../../exposure/ways.ts';
import { keyRule } from './condition-keys.ts';
import type { Condition } from '../reading/document.ts';
import { bindingValues } from './fixed-values.ts';
import { operatorNamed, type Test } from './operators.ts';
import { holdsStrangersOut, PROFILES, strangersValue, type Profile, type Setting } from '../strangers/stranger.ts';
import type { Keyed } from '../strangers/witness.ts';

/** What one condition alone does to a stranger. `given`: values that every request has. */
export function judgeCondition(
  { operator, name, key, values }: Condition,
  test: Test,
  given: ReadonlyMap<string, string>,
  setting: Setting,
): JudgedCondition {
  const judged = (judgement: JudgedCondition['judged'], why: string): JudgedCondition => ({
    operator,
    key: name,
    values,
    judged: judgement,
    why,
  });
  if (test.operator === null) return judged('unknown', `no operator is called ${operator}; it is taken as fulfilled`);
  const { rule, knowledge } = keyRule(key);
  const value = given.get(key);
  const held =
    value === undefined ? rule : { ...rule, presence: 'always' as const, value: 'flag' as const, outsider: [value] };
  const demands = { must: [test], mustNot: [] };
  const profiles = value === undefined && holdsStrangersOut(key, test) ? [] : PROFILES;
  let open: { readonly profile: Profile; readonly value: string | null } | undefined;
  for (const profile of profiles) {
    const found = strangersValue(key, held, profile, demands, setting);
    if (found === undefined) continue;
    open = { profile, value: found };
    break;
  }
  if (open === undefined) {
    const fixed = bindingValues(test, rule);
    if (fixed !== null && fixed.length > 0)
      return judged('binds', `only ${fixed.join(', ')} ${HOW[rule.audience] ?? 'fits'}`);
    const service = rule.audience === 'service';
    return service ? judged('binds', 'only services of AWS have it') : judged('never', 'no request fulfils it');
  }
  if (knowledge === 'unknown') return judged('unknown', `nobody knows the key ${name}; it is taken as fulfilled`);
  if (knowledge === 'property') return judged('open', 'it holds for what is marked so, whoever asks');
  if (open.value === null) return judged('open', `a request without ${name} fulfils it${trap(operator)}`);
  return judged(
    'open',
    `a stranger fulfils it${open.profile.vpc ? ' out of any network at AWS' : ''} with ${name} ${open.value ?? ''}`,
  );
}

const HOW: Partial<Record<Audience['kind'], string>> = {
  network: 'is let in from',
  organization: 'is that organisation',
  account: 'is that account',
  'access-point': 'is that way in',
};

function trap(written: string): string {
  const operator = operatorNamed(written);
  if (operator?.ifExists === true) return ', which IfExists allows';
  return operator?.set === 'all' ? ', which ForAllValues allows' : '';
}

/** Whom conditions leave over that hold strangers out. */
export function audiencesOf(conditions: readonly Keyed[]): Audience[] {
  const audiences: Audience[] = [];
  for (const { key, test } of conditions) {
    const { rule } = keyRule(key);
    const names = bindingValues(test, rule);
    if (names !== null && names.length > 0) audiences.push({ kind: rule.audience, names });
  }
  return audiences;
}
