import type { Compiled } from '../../policy/compiled.ts';
import type { Passed } from '../../policy/entry.ts';
import type { Ability, Audience, Way } from '../ways.ts';

/** What an ability lets people do, as it is said of them. */
export const may: Readonly<Record<Ability, string>> = {
  list: 'see names of objects',
  read: 'read objects',
  write: 'write, change or delete objects',
  settings: 'see how it is set up',
  'acl-write': 'change ACLs',
  'policy-write': 'change who gets in',
  control: 'change how it is set up',
};

/** What one way is, in one sentence. */
export function explained(way: Omit<Way, 'explanation'>, passed: readonly Passed[]): string {
  const { statement, abilities, resources, stoppedBy, through, conditions } = way;
  const what = abilities.map((ability) => may[ability]).join(', ');
  const keys = resources.filter((resource) => resource !== '' && resource !== '*');
  const where = keys.length === 0 ? '' : ` (${keys.join(', ')})`;
  const by = through === null ? '' : ` through the access point ${through}`;
  const flags = stoppedBy.map(({ flag, level }) => `${flag} of the ${level.replace('-', ' ')}`);
  const stopped = flags.length === 0 ? '' : `; ${flags.join(' and ')} ${flags.length === 1 ? 'stops' : 'stop'} it`;
  const guessed = conditions.filter(({ judged }) => judged === 'unknown').map(({ why }) => why);
  const assumed = passed.some(({ witness }) => witness.assumed) ? ['it is too intricate, so the worst is assumed'] : [];
  const because = [...guessed, ...assumed];
  const lets = `${nameOfStatement(statement)} lets ${nameOfAudience(way.audience)} ${what}${where}${by}`;
  return `${lets}${stopped}${because.length === 0 ? '' : ` (${because.join('; ')})`}.`;
}

export function nameOfStatement(statement: Way['statement']): string {
  if (statement === null) return 'The ACL';
  return `Statement ${statement.index + 1}${statement.sid ? ` “${statement.sid}”` : ''}`;
}

export function nameOfAudience({ kind, names }: Audience): string {
  const list = names.join(', ');
  switch (kind) {
    case 'strangers':
      return 'everyone';
    case 'any-account':
      return 'everyone with an AWS account';
    case 'account':
      return `the account ${list}`;
    case 'organization':
      return `the organisation ${list}`;
    case 'network':
      return `whoever comes from ${list}`;
    case 'service':
      return `the service ${list}`;
    case 'canonical-user':
      return `the user ${list}`;
    case 'federation':
      return `people signed in by ${list}`;
    case 'access-point':
      return `whoever comes through access points of ${list}`;
    case 'holder':
      return list === '' ? 'whoever fulfils its conditions' : `whoever holds ${list}`;
  }
}

/** One sentence for each statement of kind Deny that some of it meets. */
export function takenAwayFrom(passed: readonly Passed[], denies: readonly Compiled[]): string[] {
  return denies
    .filter(({ scope }) => passed.some(({ index }) => scope.actions.mask[index] === 1))
    .map(({ statement, conditions }) => {
      const actions = statement.actionsNegated
        ? `all but ${statement.actions.join(', ')}`
        : statement.actions.join(', ');
      const resources = `${statement.resourcesNegated ? 'all but ' : ''}${statement.resources.join(', ')}`;
      const when = conditions.map(
        ({ condition: { operator, name, values } }) => `${operator} ${name} ${values.join(', ')}`,
      );
      const clause = when.length === 0 ? '' : ` when ${when.join(' and ')}`;
      return `${nameOfStatement(statement)} denies ${actions} on ${resources}${clause}`;
    });
}
