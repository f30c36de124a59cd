/**
 * What was read of a bucket, as far as it decides who gets in. It comes from any S3-compatible store; what a store does
 * not have is `null`, and what could not be read says why, because "could not look" is never the same as "not there".
 */

export type Read<Value> = { readonly value: Value } | { readonly unread: string };

/** The flags in AWS's words. */
export interface BlockPublicAccess {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

export type AclPermission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL';

export interface AclGrant {
  /** `group`: a URI such as {@link ALL_USERS}; `user`: a canonical id; `email`: an address. */
  readonly grantee: { readonly kind: 'group' | 'user' | 'email'; readonly id: string };
  readonly permission: AclPermission;
}

export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
export const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

/** Who asks without an account, and owns what was written so: of Amazon S3, and of Ceph. */
const ANONYMOUS: ReadonlySet<string> = new Set(['65a011a29cdf8ec533ec3d1ccaae921c', 'anonymous']);

/** Whether a canonical id is everybody's. */
export function isAnonymous(id: string): boolean {
  return ANONYMOUS.has(id);
}

export interface Acl {
  /** Canonical id of the owner; `null`: the store does not say. */
  readonly ownerId: string | null;
  readonly grants: readonly AclGrant[];
}

export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export interface AccessPoint {
  readonly name: string;
  /** `arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME`; one of several Regions has none, and its alias (`….mrap`) for a name. */
  readonly arn: string;
  readonly networkOrigin: 'internet' | 'vpc';
  readonly policy: Read<string | null>;
  /** `null`: none was set, all flags are off. */
  readonly blockPublicAccess: Read<BlockPublicAccess | null>;
}

export interface ObjectAcl {
  readonly key: string;
  readonly acl: Acl;
}

export interface ExposureFacts {
  readonly bucket: string;
  /** `aws`, `aws-cn`, `aws-us-gov`; other stores: `aws`. */
  readonly partition: string;
  /** `null`: not known, or the store has none. */
  readonly region: string | null;
  /** Where other stores than AWS answer: `https://s3.example.org`. `null`: AWS. */
  readonly endpoint: string | null;
  /**
   * How the store reads policies: as AWS does, or in its own way, which is not known; then whatever a store is known to
   * read otherwise counts as open. Left out: as AWS, where there is no endpoint or it is one of AWS’s.
   */
  readonly reading?: 'aws' | 'own';
  /** Of the owner: 12 digits on AWS; the tenant, often empty, elsewhere. `null`: not known, then every account counts as another. */
  readonly accountId: string | null;
  /** `o-…` of the owner; `null`: none or not known. */
  readonly organizationId: string | null;
  readonly acl: Read<Acl>;
  /** The text as the store gave it; `null`: there is none. */
  readonly policy: Read<string | null>;
  /** What the store says of the policy (`IsPublic`); `null`: it says nothing. */
  readonly policyStatus: Read<boolean | null>;
  /** `null`: never set, or unknown to the store; ACLs hold then. */
  readonly ownership: Read<Ownership | null>;
  readonly blockPublicAccess: {
    /** `null`: none was set, all flags are off. */
    readonly bucket: Read<BlockPublicAccess | null>;
    readonly account: Read<BlockPublicAccess | null>;
    readonly organization: Read<BlockPublicAccess | null>;
  };
  readonly accessPoints: Read<readonly AccessPoint[]>;
  /** ACLs of the objects that were looked at: a sample, so their silence proves nothing. */
  readonly objectAcls: readonly ObjectAcl[];
  /** Time of the look, against which dates in conditions are held, ms since the epoch; `null`: dates count as fulfilled. */
  readonly atMs: number | null;
}
