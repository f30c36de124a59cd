import { indexOfAction } from '../../policy/actions.ts';
import { deniesForStrangers, passing, type Entry } from '../../policy/entry.ts';
import { parseGlob } from '../../policy/patterns/glob.ts';
import {
  ALL_USERS,
  AUTHENTICATED_USERS,
  isAnonymous,
  LOG_DELIVERY,
  type Acl,
  type AclGrant,
  type AclPermission,
} from '../facts.ts';
import type { Flags } from '../flags.ts';
import { ownDenies } from './named-denies.ts';
import { leftOver, type LeftOver, type Passage } from './policy-ways.ts';
import { provingRequest } from '../proof/proof.ts';
import { nameOfAudience, takenAwayFrom } from '../proof/sentences.ts';
import { abilities, type Audience, type Way } from '../ways.ts';

/** What a permission of an ACL stands for, by S3's own table; a bucket's READ does not open its objects. */
const BUCKET_ACTIONS: Record<AclPermission, readonly string[]> = {
  READ: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
  WRITE: ['s3:PutObject', 's3:DeleteObject'],
  READ_ACP: ['s3:GetBucketAcl'],
  WRITE_ACP: ['s3:PutBucketAcl'],
  FULL_CONTROL: [
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:ListBucketMultipartUploads',
    's3:PutObject',
    's3:DeleteObject',
    's3:GetBucketAcl',
    's3:PutBucketAcl',
  ],
};

const OBJECT_ACTIONS: Record<AclPermission, readonly string[]> = {
  READ: ['s3:GetObject', 's3:GetObjectVersion'],
  // Means nothing on an object.
  WRITE: [],
  READ_ACP: ['s3:GetObjectAcl', 's3:GetObjectVersionAcl'],
  WRITE_ACP: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'],
  FULL_CONTROL: [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:GetObjectAcl',
    's3:GetObjectVersionAcl',
    's3:PutObjectAcl',
    's3:PutObjectVersionAcl',
  ],
};

/** The grants to anybody but the owner: of the bucket's ACL, and of the objects that were looked at. */
export function aclWays(passage: Passage, flags: Flags): Way[] {
  const { acl, objectAcls } = passage.facts;
  const asked = objectAcls.filter(({ key }) => passage.onlyKey === null || key === passage.onlyKey);
  const { ownerId } = passage.home;
  // Whoever owns an object in somebody else's bucket is somebody else.
  const ways = asked.flatMap(({ key, acl: own }) =>
    waysOf(passage, flags, { ...own, ownerId: ownerId ?? own.ownerId }, key),
  );
  return 'value' in acl ? [...waysOf(passage, flags, acl.value, null), ...ways] : ways;
}

function waysOf(passage: Passage, flags: Flags, { ownerId, grants }: Acl, key: string | null): Way[] {
  const ways: Way[] = [];
  for (const grant of grants) {
    const audience = audienceOf(grant, ownerId);
    const granted = (key === null ? BUCKET_ACTIONS : OBJECT_ACTIONS)[grant.permission];
    const way = audience === null ? null : wayOf(passage, flags, { grant, audience, granted, key });
    if (way !== null) ways.push(way);
  }
  return ways;
}

interface JudgedGrant {
  readonly grant: AclGrant;
  readonly audience: Audience;
  readonly granted: readonly string[];
  readonly key: string | null;
}

/** Who gets in by a grant: those it names, or whom statements of kind Deny leave of everybody; `null`: nobody. */
function enteringBy({ audience, granted, key }: JudgedGrant, isToAll: boolean, passage: Passage): LeftOver | null {
  const denies = isToAll ? deniesForStrangers(passage.denies) : ownDenies(passage.denies, audience);
  const surroundings = { denies, given: passage.given, atMs: passage.facts.atMs, budget: passage.budget };
  const entry = entryOfGrant(granted, key);
  const passed = passing(entry, surroundings);
  if (passed.length > 0) return { passed, audience, denies };
  return isToAll ? leftOver(entry, passage) : null;
}

/** `null`: statements of kind Deny leave nothing of it. */
function wayOf(passage: Passage, flags: Flags, judged: JudgedGrant): Way | null {
  const { grant, granted, key } = judged;
  const isToAll = judged.audience.kind === 'strangers' || judged.audience.kind === 'any-account';
  const entering = enteringBy(judged, isToAll, passage);
  if (entering === null) return null;
  const { passed, audience, denies } = entering;
  const isPublic = isToAll && audience === judged.audience;
  const left = isToAll && !isPublic ? `, of whom statements of kind Deny leave ${nameOfAudience(audience)}` : '';
  const given = new Set(passed.map(({ action }) => action.ability));
  const what = key === null ? `the bucket ${passage.facts.bucket}` : `the object ${key}`;
  const signed = audience.kind === 'any-account';
  // The flag goes by the groups of everybody; of an id of everybody AWS does not say so.
  const isIgnorable = isToAll && grant.grantee.kind === 'group';
  return {
    level: isPublic ? 'public' : 'shared',
    from: key === null ? 'acl' : 'object-acl',
    statement: null,
    grant,
    through: key,
    audience,
    abilities: abilities.filter((ability) => given.has(ability)),
    actions: granted,
    allowed: passed.map(({ action }) => action.name),
    resources: [key ?? ''],
    conditions: [],
    takenAway: takenAwayFrom(passed, denies),
    stoppedBy: [...flags.aclsDisabled, ...(isIgnorable ? flags.ignorePublicAcls : [])],
    wouldStop: isIgnorable ? 'IgnorePublicAcls' : 'BucketOwnerEnforced',
    request: isPublic ? provingRequest({ ...passage, through: null }, passed, signed) : null,
    explanation: `The ACL of ${what} grants ${grant.permission} to ${nameOfAudience(judged.audience)}${left}.`,
  };
}

function entryOfGrant(granted: readonly string[], key: string | null): Entry {
  const indexes = granted.map(indexOfAction);
  const keys = key === null ? ANY_KEY : [parseGlob(key, { variables: false, known: {}, plain: true })];
  return { indexes, conditions: [], keys: [keys], notKeys: [] };
}

const ANY_KEY = [parseGlob('*', { variables: false, known: {} })];

function audienceOf({ grantee: { kind, id } }: AclGrant, ownerId: string | null): Audience | null {
  if (kind === 'user' && isAnonymous(id)) return { kind: 'strangers', names: [] };
  if (kind !== 'group') return id === ownerId ? null : { kind: 'canonical-user', names: [id] };
  if (id === ALL_USERS) return { kind: 'strangers', names: [] };
  if (id === AUTHENTICATED_USERS) return { kind: 'any-account', names: [] };
  // A group that nobody heard of may be anybody.
  return id === LOG_DELIVERY ? { kind: 'service', names: ['log delivery'] } : { kind: 'strangers', names: [id] };
}
