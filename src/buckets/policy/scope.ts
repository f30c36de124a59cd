import { actions, type Action } from './actions.ts';
import type { Statement } from './reading/document.ts';
import { behind, matches, parseGlob, type Glob, type GlobOptions } from './patterns/glob.ts';
import { remembering } from './remembering.ts';

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

/** Some of all {@link actions}. */
export interface ActionSet {
  /** 1 at the places of those that are in it. */
  readonly mask: Uint8Array;
  /** Their places, in order: all, those that are about the bucket, and those about objects. */
  readonly indexes: readonly number[];
  readonly onBucket: readonly number[];
  readonly onObjects: readonly number[];
}

/** What a statement reaches. */
export interface Scope {
  readonly actions: ActionSet;
  /** Whether it reaches the bucket itself. */
  readonly bucket: boolean;
  /** Keys it reaches, or with `negated` those that it does not. */
  readonly keys: readonly Glob[];
  readonly negated: boolean;
}

export function scopeOf(statement: Statement, target: Target, options: GlobOptions): Scope {
  const negated = statement.resourcesNegated;
  // What is not certain counts where that lets in, and not where that takes something away.
  const isEnough = (statement.effect === 'Allow') !== negated;
  const keys: Glob[] = [];
  let bucket = false;
  for (const written of statement.resources) {
    const resource = isEnough && options.lenient === true ? written.replace(OF_A_TENANT, '$1:::') : written;
    // As nearly everybody writes it; no key is behind the one, and no bucket matches the other.
    if (resource === target.arn) bucket = true;
    else if (resource.startsWith(target.objects)) keys.push(parseGlob(resource.slice(target.objects.length), options));
    else {
      const glob = parseGlob(resource, options);
      // A variable may be anything.
      bucket ||= matches(glob, target.arn, null) && (isEnough || !glob.open);
      keys.push(...behind(glob, target.objects));
    }
  }
  return { actions: actionsOf(statement.actions, statement.actionsNegated), bucket: bucket !== negated, keys, negated };
}

/** Other stores have tenants, whom the ARN of a bucket may name: `arn:aws:s3::tenant:photos` in Ceph. */
const OF_A_TENANT = /^(arn:[^:]*:s3):[^:]*:[^:]*:/;

/** Whether it reaches any key at all: NotResource leaves nearly all. */
export function reachesObjects({ keys, negated }: Scope): boolean {
  return negated || keys.length > 0;
}

function actionsOf(patterns: readonly string[], negated: boolean): ActionSet {
  const [only] = patterns;
  if (patterns.length === 1 && only !== undefined && !negated) return matchedBy(only);
  const mask = new Uint8Array(actions.length).fill(negated ? 1 : 0);
  for (const pattern of patterns) for (const index of matchedBy(pattern).indexes) mask[index] = negated ? 0 : 1;
  return setOf(mask);
}

const NAMES = actions.map(({ name }) => name.toLowerCase());

const matchedBy = remembering(2_000, (pattern): ActionSet => {
  // Actions take no variables.
  const glob = parseGlob(pattern.toLowerCase(), { variables: false, known: {} });
  return setOf(Uint8Array.from(NAMES, (name) => (matches(glob, name, null) ? 1 : 0)));
});

const ON_BUCKET = actions.map(({ on }) => on === 'bucket');

function setOf(mask: Uint8Array): ActionSet {
  const set = { mask, indexes: [] as number[], onBucket: [] as number[], onObjects: [] as number[] };
  for (let index = 0; index < mask.length; index += 1) {
    if (mask[index] !== 1) continue;
    set.indexes.push(index);
    (ON_BUCKET[index] === true ? set.onBucket : set.onObjects).push(index);
  }
  return set;
}

export function actionAt(index: number): Action {
  const action = actions[index];
  if (action === undefined) throw new RangeError(`There is no action ${index}`);
  return action;
}
