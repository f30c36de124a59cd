import type { BlockPublicAccess, ExposureFacts, Read } from './facts.ts';
import type { Flag, Unknown } from './ways.ts';

/** The two flags that close what is there already. The other two only refuse what is new. */
type Closing = 'ignorePublicAcls' | 'restrictPublicBuckets';

type Level = readonly [level: Flag['level'], read: Read<BlockPublicAccess | null>];

export interface Flags {
  /** Every level at which the flag is on: the most restrictive of them counts, so one is enough. */
  readonly ignorePublicAcls: readonly Flag[];
  readonly restrictPublicBuckets: readonly Flag[];
  /** `BucketOwnerEnforced`: ACLs are switched off. */
  readonly aclsDisabled: readonly Flag[];
  readonly unknowns: readonly Unknown[];
}

/** Block Public Access of organisation, account and bucket, and of the access point where a request comes through one. */
export function flagsOf(facts: ExposureFacts, accessPoint?: Read<BlockPublicAccess | null>): Flags {
  const { organization, account, bucket } = facts.blockPublicAccess;
  const levels: Level[] = [
    ['organization', organization],
    ['account', account],
    ['bucket', bucket],
  ];
  if (accessPoint !== undefined) levels.push(['access-point', accessPoint]);
  const ignorePublicAcls = levelsWith(levels, 'ignorePublicAcls', 'IgnorePublicAcls');
  const restrictPublicBuckets = levelsWith(levels, 'restrictPublicBuckets', 'RestrictPublicBuckets');
  const enforced = 'value' in facts.ownership && facts.ownership.value === 'BucketOwnerEnforced';
  return {
    ignorePublicAcls,
    restrictPublicBuckets,
    aclsDisabled: enforced ? [{ flag: 'BucketOwnerEnforced', level: 'bucket' }] : [],
    unknowns: ignorePublicAcls.length > 0 && restrictPublicBuckets.length > 0 ? [] : levels.flatMap(unreadLevel),
  };
}

function levelsWith(levels: readonly Level[], name: Closing, flag: Flag['flag']): Flag[] {
  const on: Flag[] = [];
  for (const [level, read] of levels) if ('value' in read && read.value?.[name] === true) on.push({ flag, level });
  return on;
}

/** Taken as off, so it can hide nothing bad: where something is public, it may be stopped after all. */
function unreadLevel([level, read]: Level): Unknown[] {
  if ('value' in read) return [];
  const part = `Block Public Access of the ${level.replace('-', ' ')}`;
  return [{ part, reason: `${read.unread}; it is taken as off`, couldBe: 'private' }];
}
