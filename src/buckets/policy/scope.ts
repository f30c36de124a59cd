import { actions, type Action } from './actions.ts';
import type { Statement } from './document.ts';
import { behind, matches, parseGlob, type Glob, type GlobOptions } from './glob.ts';

/** What a policy is attached to: `arn:aws:s3:::photos`, and what stands before the key in the ARN of an object. */
export interface Target {
  readonly arn: string;
  readonly objects: string;
}

export function bucketTarget(partition: string, bucket: string): Target {
  const arn = `arn:${partition}:s3:::${bucket}`;
  return { arn, objects: `${arn}/` };
}

export function accessPointTarget(arn: string): Target {
  return { arn, objects: `${arn}/object/` };
}

/** What a statement reaches. */
export interface Scope {
  /** One per action of {@link actions}. */
  readonly actions: Uint8Array;
  /** Whether it reaches the bucket itself. */
  readonly bucket: boolean;
  /** Keys it reaches, or with `negated` those that it does not. */
  readonly keys: readonly Glob[];
  readonly negated: boolean;
}

export function scopeOf(statement: Statement, target: Target, options: GlobOptions): Scope {
  const negated = statement.resourcesNegated;
  const keys: Glob[] = [];
  let bucket = false;
  for (const resource of statement.resources) {
    // As nearly everybody writes it; no key is behind the one, and no bucket matches the other.
    if (resource === target.arn) bucket = true;
    else if (resource.startsWith(target.objects)) keys.push(parseGlob(resource.slice(target.objects.length), options));
    else {
      const glob = parseGlob(resource, options);
      // A variable may be anything, except where that would take something away for certain.
      bucket ||= matches(glob, target.arn) && !(negated && glob.open);
      keys.push(...behind(glob, target.objects));
    }
  }
  return { actions: actionsOf(statement.actions, statement.actionsNegated), bucket: bucket !== negated, keys, negated };
}

/** Whether it reaches any key at all: NotResource leaves nearly all. */
export function reachesObjects({ keys, negated }: Scope): boolean {
  return negated || keys.length > 0;
}

function actionsOf(patterns: readonly string[], negated: boolean): Uint8Array {
  const [only] = patterns;
  if (patterns.length === 1 && only !== undefined && !negated) return matchedBy(only);
  const mask = new Uint8Array(actions.length).fill(negated ? 1 : 0);
  for (const pattern of patterns) {
    const matched = matchedBy(pattern);
    for (let index = 0; index < mask.length; index += 1) if (matched[index] === 1) mask[index] = negated ? 0 : 1;
  }
  return mask;
}

const MATCHED = new Map<string, Uint8Array>();
/** Policies are written by strangers: what they make up must not pile up. */
const KEPT = 2_000;
const NAMES = actions.map(({ name }) => name.toLowerCase());

function matchedBy(pattern: string): Uint8Array {
  const known = MATCHED.get(pattern);
  if (known !== undefined) return known;
  if (MATCHED.size >= KEPT) MATCHED.clear();
  // Actions take no variables.
  const glob = parseGlob(pattern.toLowerCase(), { variables: false, known: {} });
  const matched = Uint8Array.from(NAMES, (name) => (matches(glob, name) ? 1 : 0));
  MATCHED.set(pattern, matched);
  return matched;
}

export function actionAt(index: number): Action {
  const action = actions[index];
  if (action === undefined) throw new RangeError(`There is no action ${index}`);
  return action;
}
