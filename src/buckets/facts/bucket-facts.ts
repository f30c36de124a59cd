import { unread, type Fact } from './fact.ts';

/**
 * How a bucket is set up, in the words of the S3 API, so that what was read can be written back as it was. `null` stands
 * for what is not set; times are RFC 3339.
 */
export interface BucketSettings {
  readonly acl: Acl;
  /** The policy's JSON as it is stored. */
  readonly policy: string | null;
  readonly publicAccessBlock: PublicAccessBlock | null;
  readonly ownership: string | null;
  readonly encryption: Encryption | null;
  readonly versioning: { readonly Status?: string; readonly MFADelete?: string };
  readonly logging: { readonly TargetBucket?: string; readonly TargetPrefix?: string } | null;
  readonly lifecycle: Lifecycle | null;
  readonly replication: Replication | null;
  readonly notification: Notification;
  readonly website: Website | null;
  readonly cors: { readonly CORSRules?: readonly CorsRule[] } | null;
  readonly objectLock: ObjectLock | null;
  readonly tags: { readonly [name: string]: string };
}

/** What is read of a bucket beside its settings. */
export interface BucketReadings extends BucketSettings {
  /** What the store itself makes of the policy. `null`: there is no policy. */
  readonly policyStatus: boolean | null;
}

export type PartName = keyof BucketReadings;

export const partNames = [
  'acl',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'ownership',
  'encryption',
  'versioning',
  'logging',
  'lifecycle',
  'replication',
  'notification',
  'website',
  'cors',
  'objectLock',
  'tags',
] as const satisfies readonly PartName[];

export interface Grant {
  readonly Grantee?: { readonly Type?: string; readonly ID?: string; readonly URI?: string };
  readonly Permission?: string;
}

export interface Acl {
  readonly Owner?: { readonly ID?: string };
  readonly Grants?: readonly Grant[];
}

export interface PublicAccessBlock {
  readonly BlockPublicAcls?: boolean;
  readonly IgnorePublicAcls?: boolean;
  readonly BlockPublicPolicy?: boolean;
  readonly RestrictPublicBuckets?: boolean;
}

export interface Encryption {
  readonly Rules?: readonly {
    readonly ApplyServerSideEncryptionByDefault?: { readonly SSEAlgorithm?: string; readonly KMSMasterKeyID?: string };
    readonly BucketKeyEnabled?: boolean;
    readonly BlockedEncryptionTypes?: { readonly EncryptionType?: readonly string[] };
  }[];
}

export interface LifecycleRule {
  readonly ID?: string;
  readonly Status?: string;
  readonly Prefix?: string;
  readonly Filter?: object;
  readonly Expiration?: {
    readonly Days?: number;
    readonly Date?: string;
    readonly ExpiredObjectDeleteMarker?: boolean;
  };
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: number };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number };
}

export interface Lifecycle {
  readonly Rules?: readonly LifecycleRule[];
  readonly TransitionDefaultMinimumObjectSize?: string;
}

export interface Replication {
  readonly Role?: string;
  readonly Rules?: readonly {
    readonly Status?: string;
    readonly Destination?: { readonly Bucket?: string; readonly Account?: string };
  }[];
}

export interface Notification {
  readonly TopicConfigurations?: readonly { readonly TopicArn?: string }[];
  readonly QueueConfigurations?: readonly { readonly QueueArn?: string }[];
  readonly LambdaFunctionConfigurations?: readonly { readonly LambdaFunctionArn?: string }[];
  readonly EventBridgeConfiguration?: object;
}

export interface Website {
  readonly IndexDocument?: { readonly Suffix?: string };
  readonly RedirectAllRequestsTo?: { readonly HostName?: string };
  readonly RoutingRules?: readonly { readonly Redirect?: { readonly HostName?: string } }[];
}

export interface CorsRule {
  readonly AllowedOrigins?: readonly string[];
  readonly AllowedMethods?: readonly string[];
}

export interface ObjectLock {
  readonly ObjectLockEnabled?: string;
  readonly Rule?: {
    readonly DefaultRetention?: { readonly Mode?: string; readonly Days?: number; readonly Years?: number };
  };
}

export interface AccessPoint {
  /** Of one that reaches into several Regions its alias: `….mrap`. */
  readonly name: string;
  /** `VPC` cannot be reached from the internet, whatever its policy says. */
  readonly origin: Fact<'Internet' | 'VPC'>;
  readonly policy: Fact<string | null>;
  readonly publicAccessBlock: Fact<PublicAccessBlock | null>;
}

/** One of a few objects that were looked at. */
export interface ObjectSample {
  readonly key: string;
  readonly acl: Fact<Acl>;
  /** The first bytes as text, where that was asked for. */
  readonly head: Fact<string>;
}

/** Another bucket that this one names. */
export interface ReferencedBucket {
  readonly name: string;
  /** `the access log`, `the replication`, … */
  readonly where: string;
  /** Whether there is such a bucket, of whomever. */
  readonly exists: Fact<boolean>;
  /** It was ours once, and is somebody else's now. Missing: no. */
  readonly isTaken?: boolean;
}

/** Everything that is known about one bucket. */
export type BucketFacts = {
  readonly [Part in PartName]: Fact<BucketReadings[Part]>;
} & {
  readonly bucket: string;
  readonly region: Fact<string>;
  readonly accessPoints: Fact<readonly AccessPoint[]>;
  readonly objects: Fact<readonly ObjectSample[]>;
  readonly references: Fact<readonly ReferencedBucket[]>;
};

/** A name that a service of AWS would take for a bucket of this account. */
export interface ServiceName {
  readonly name: string;
  readonly service: string;
  readonly region: string;
  /** Whose it is. */
  readonly holder: Fact<'nobody' | 'us' | 'others'>;
}

/** A bucket that something outside of settings of buckets names: a distribution, a DNS record, a file. */
export interface OutsideReference {
  readonly name: string;
  /** For people: `CloudFront E2EXAMPLE, origin media`. */
  readonly where: string;
  readonly holder: Fact<'nobody' | 'us' | 'others'>;
  /** It was ours once. */
  readonly isFreed: boolean;
}

/** What was found there, and what could not be asked. */
export interface OutsideReferences {
  readonly found: readonly OutsideReference[];
  readonly unread: readonly { readonly source: string; readonly why: string }[];
}

/** Trails of all Regions, by what they record of the objects of every bucket. */
export interface DataEvents {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly unread: readonly { readonly trail: string; readonly why: string }[];
}

/** What holds for all buckets of an account, or of a store that is no part of AWS. */
export interface AccountFacts {
  /** Twelve digits; unread where the store knows no accounts. */
  readonly accountId: Fact<string>;
  /** The canonical id by which ACLs name the account. */
  readonly canonicalId: Fact<string>;
  readonly partition: string;
  /** As it takes effect: what the organisation prescribes is in it already. */
  readonly publicAccessBlock: Fact<PublicAccessBlock | null>;
  readonly serviceNames: Fact<readonly ServiceName[]>;
  readonly outsideReferences: Fact<OutsideReferences>;
  readonly dataEvents: Fact<DataEvents>;
}

/** An account before anything was looked up for it. */
export type NamedAccount = Omit<AccountFacts, 'serviceNames' | 'outsideReferences' | 'dataEvents'>;

/** What is looked up for an account only where somebody wants to know. */
export const nothingLookedUp: Omit<AccountFacts, keyof NamedAccount> = {
  serviceNames: unread('not_asked'),
  outsideReferences: unread('not_asked'),
  dataEvents: unread('not_asked'),
};
