/** What the evaluator of exposure wants to know, out of what was read. */
import type {
  AclPermission,
  BlockPublicAccess,
  ExposureFacts,
  Acl as JudgedAcl,
  AccessPoint as JudgedPoint,
  Ownership,
  Read,
} from '../exposure/facts.ts';
import type { AccessPoint, AccountFacts, Acl, BucketFacts, PublicAccessBlock } from './bucket-facts.ts';
import { whyUnread, type Fact } from './fact.ts';
import type { ReadName } from './gather.ts';

/** What has to be read before anything can be said about who gets in. */
export const exposureReads: readonly ReadName[] = [
  'acl',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'ownership',
  'accessPoints',
];

export interface JudgedPlace {
  readonly account: AccountFacts;
  /** `null`: AWS. */
  readonly endpoint: string | null;
  readonly atMs: number;
}

export function exposureFactsOf(facts: BucketFacts, { account, endpoint, atMs }: JudgedPlace): ExposureFacts {
  const region = facts.region.known ? facts.region.value : null;
  const accountId = account.accountId.known ? account.accountId.value : null;
  const samples = facts.objects.known ? facts.objects.value : [];
  // One of several Regions is called by its alias, and has no Region.
  const regionOf = (name: string) => (name.endsWith('.mrap') ? '' : (region ?? ''));
  const arnOf = (name: string) =>
    `arn:${account.partition}:s3:${regionOf(name)}:${accountId ?? ''}:accesspoint/${name}`;
  return {
    bucket: facts.bucket,
    partition: account.partition,
    region,
    endpoint,
    accountId,
    organizationId: null,
    acl: readOf(facts.acl, judgedAcl, { ownerId: null, grants: [] }),
    policy: readOf(facts.policy, (policy) => policy, null),
    policyStatus: readOf(facts.policyStatus, (isPublic) => isPublic, null),
    ownership: readOf(facts.ownership, (ownership) => ownership as Ownership | null, null),
    blockPublicAccess: {
      bucket: readOf(facts.publicAccessBlock, flagsOf, null),
      account: readOf(account.publicAccessBlock, flagsOf, null),
      // What an organisation prescribes is in the account's own, as AWS answers it.
      organization: { value: null },
    },
    accessPoints: readOf(
      facts.accessPoints,
      (points) => points.map((point) => judgedPoint(point, arnOf(point.name))),
      [],
    ),
    objectAcls: samples.flatMap(({ key, acl }) => (acl.known ? [{ key, acl: judgedAcl(acl.value) }] : [])),
    atMs,
  };
}

/** A store that does not have something has none of it; everything else that was not read stays unread. */
function readOf<Value, Judged>(fact: Fact<Value>, judged: (value: Value) => Judged, none: Judged): Read<Judged> {
  if (fact.known) return { value: judged(fact.value) };
  return fact.reason === 'not_implemented' ? { value: none } : { unread: whyUnread(fact) };
}

function judgedAcl({ Owner, Grants = [] }: Acl): JudgedAcl {
  return {
    ownerId: Owner?.ID ?? null,
    grants: Grants.map(({ Grantee, Permission }) => ({
      grantee:
        Grantee?.URI === undefined
          ? { kind: Grantee?.ID === undefined ? 'email' : 'user', id: Grantee?.ID ?? '' }
          : { kind: 'group', id: Grantee.URI },
      permission: Permission as AclPermission,
    })),
  };
}

function flagsOf(block: PublicAccessBlock | null): BlockPublicAccess | null {
  return (
    block && {
      blockPublicAcls: block.BlockPublicAcls === true,
      ignorePublicAcls: block.IgnorePublicAcls === true,
      blockPublicPolicy: block.BlockPublicPolicy === true,
      restrictPublicBuckets: block.RestrictPublicBuckets === true,
    }
  );
}

function judgedPoint({ name, origin, policy, publicAccessBlock }: AccessPoint, arn: string): JudgedPoint {
  return {
    name,
    arn,
    // What is not known to be inside a network is taken to be outside of it.
    networkOrigin: origin.known && origin.value === 'VPC' ? 'vpc' : 'internet',
    policy: readOf(policy, (text) => text, null),
    blockPublicAccess: readOf(publicAccessBlock, flagsOf, null),
  };
}
