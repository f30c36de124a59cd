import { actionNamed } from '../policy/actions.ts';
import {
  ALL_USERS,
  AUTHENTICATED_USERS,
  LOG_DELIVERY,
  type Acl,
  type AclGrant,
  type AclPermission,
  type ExposureFacts,
} from './facts.ts';
import type { Flags } from './flags.ts';
import { requestFor } from './proving-request.ts';
import { abilities, type Ability, type Audience, type Way } from './ways.ts';

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
export function aclWays(facts: ExposureFacts, flags: Flags): Way[] {
  const ways = facts.objectAcls.flatMap(({ key, acl }) => waysOf(facts, flags, acl, key));
  return 'value' in facts.acl ? [...waysOf(facts, flags, facts.acl.value, null), ...ways] : ways;
}

function waysOf(facts: ExposureFacts, flags: Flags, { ownerId, grants }: Acl, key: string | null): Way[] {
  const ways: Way[] = [];
  for (const grant of grants) {
    const audience = audienceOf(grant, ownerId);
    const actions = (key === null ? BUCKET_ACTIONS : OBJECT_ACTIONS)[grant.permission];
    if (audience !== null && actions.length > 0) ways.push(wayOf(facts, flags, { grant, audience, actions, key }));
  }
  return ways;
}

interface JudgedGrant {
  readonly grant: AclGrant;
  readonly audience: Audience;
  readonly actions: readonly string[];
  readonly key: string | null;
}

function wayOf(facts: ExposureFacts, flags: Flags, { grant, audience, actions, key }: JudgedGrant): Way {
  const isPublic = audience.kind === 'strangers' || audience.kind === 'any-account';
  const given = new Set(actions.map((name) => actionNamed(name)?.ability));
  const signed = audience.kind === 'any-account';
  const what = key === null ? `the bucket ${facts.bucket}` : `the object ${key}`;
  return {
    level: isPublic ? 'public' : 'shared',
    from: key === null ? 'acl' : 'object-acl',
    statement: null,
    grant,
    through: key,
    audience,
    abilities: abilities.filter((ability: Ability) => given.has(ability)),
    actions,
    resources: [key ?? ''],
    conditions: [],
    takenAway: [],
    stoppedBy: [...flags.aclsDisabled, ...(isPublic ? flags.ignorePublicAcls : [])],
    wouldStop: isPublic ? 'IgnorePublicAcls' : 'BucketOwnerEnforced',
    request: isPublic ? requestFor(facts, { action: actions[0] ?? '', key: key ?? 'any-name', signed }) : null,
    explanation: `The ACL of ${what} grants ${grant.permission} to ${nameOf(audience)}.`,
  };
}

function nameOf({ kind, names }: Audience): string {
  if (kind === 'strangers') return 'everyone';
  return kind === 'any-account' ? 'everyone with an AWS account' : names.join(', ');
}

function audienceOf({ grantee: { kind, id } }: AclGrant, ownerId: string | null): Audience | null {
  if (kind !== 'group') return id === ownerId ? null : { kind: 'canonical-user', names: [id] };
  if (id === ALL_USERS) return { kind: 'strangers', names: [] };
  if (id === AUTHENTICATED_USERS) return { kind: 'any-account', names: [] };
  // A group that nobody heard of may be anybody.
  return id === LOG_DELIVERY ? { kind: 'service', names: ['log delivery'] } : { kind: 'strangers', names: [id] };
}
