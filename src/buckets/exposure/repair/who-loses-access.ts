import { nameOfAudience } from '../proof/sentences.ts';
import { abilities, type Ability, type Audience, type Exposure, type Way } from '../ways.ts';

/** Somebody who gets in before a change and not any more, or not by all they could, after it. */
export interface Loss {
  readonly audience: Audience;
  /** What they can do nowhere any more. */
  readonly lost: readonly Ability[];
  /** What they can still do, but on fewer keys, with fewer actions or under further conditions. */
  readonly narrowed: readonly Ability[];
  /** The ways that are gone or narrower. */
  readonly ways: readonly Way[];
  /** One plain sentence. */
  readonly explanation: string;
}

/**
 * Who loses access by a change, told from how the bucket is judged before and after it. The owner's own account is not
 * among them: what its people may do is up to their own policies. Errs towards telling too much.
 */
export function whoLosesAccess(before: Exposure, after: Exposure): Loss[] {
  const left = after.ways.filter(isOpen);
  const losses = new Map<string, { audience: Audience; ways: Way[] }>();
  for (const way of before.ways.filter(isOpen)) {
    if (left.some((other) => includes(other, way))) continue;
    const name = JSON.stringify([way.audience.kind, way.audience.names]);
    const loss = losses.get(name) ?? { audience: way.audience, ways: [] };
    loss.ways.push(way);
    losses.set(name, loss);
  }
  return [...losses.values()].map(({ audience, ways }) => {
    const had = new Set(ways.flatMap((way) => way.abilities));
    const still = new Set(left.filter((way) => reaches(way.audience, audience)).flatMap((way) => way.abilities));
    const lost = abilities.filter((ability) => had.has(ability) && !still.has(ability));
    const narrowed = abilities.filter((ability) => had.has(ability) && still.has(ability));
    return { audience, lost, narrowed, ways, explanation: told(audience, lost, narrowed) };
  });
}

function isOpen({ stoppedBy }: Way): boolean {
  return stoppedBy.length === 0;
}

/** Whether who came by `way` can do as much by `other`. */
function includes(other: Way, way: Way): boolean {
  return (
    reaches(other.audience, way.audience) &&
    other.from === way.from &&
    other.through === way.through &&
    way.actions.every((action) => other.actions.includes(action)) &&
    way.resources.every((resource) => other.resources.includes(resource)) &&
    JSON.stringify(other.conditions) === JSON.stringify(way.conditions) &&
    JSON.stringify(other.takenAway.map(unnumbered)) === JSON.stringify(way.takenAway.map(unnumbered))
  );
}

/** Statements change their places when others go. */
function unnumbered(sentence: string): string {
  return sentence.replace(/^Statement \d+/, '');
}

/** Whether everybody of `audience` is meant by `by` as well. */
function reaches(by: Audience, audience: Audience): boolean {
  if (by.kind === 'strangers') return true;
  return by.kind === audience.kind && audience.names.every((name) => by.names.includes(name));
}

function told(audience: Audience, lost: readonly Ability[], narrowed: readonly Ability[]): string {
  const gone = lost.length === 0 ? '' : ` can no longer ${lost.map((ability) => VERBS[ability]).join(', ')}`;
  const less =
    narrowed.length === 0 ? '' : ` can ${narrowed.map((ability) => VERBS[ability]).join(', ')} less than before`;
  const name = nameOfAudience(audience);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${gone}${gone && less ? ' and' : ''}${less}.`;
}

const VERBS: Record<Ability, string> = {
  list: 'list names',
  read: 'read objects',
  write: 'write objects',
  settings: 'see settings',
  'acl-write': 'change ACLs',
  'policy-write': 'change policies',
  control: 'change settings',
};
