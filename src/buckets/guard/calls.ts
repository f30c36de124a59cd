/**
 * The calls that the guard of an account listens for, as CloudTrail names them, which is not always as the SDK does: what
 * the SDK calls PutPublicAccessBlock is PutBucketPublicAccessBlock there. Both are listened for where sources disagree.
 * deploy/aws/guard.yaml has the same list; a test compares.
 */

export const creations = ['CreateBucket'] as const;

/** They free a name, which is watched from then on. */
export const deletions = ['DeleteBucket'] as const;

/** What can let somebody in, or take away what protects. Whether it did is found out by looking. */
export const loosenings = [
  'PutBucketAcl',
  'PutBucketPolicy',
  'DeleteBucketPolicy',
  'PutBucketPublicAccessBlock',
  'PutPublicAccessBlock',
  'DeleteBucketPublicAccessBlock',
  'DeletePublicAccessBlock',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'PutBucketEncryption',
  'DeleteBucketEncryption',
  'PutBucketWebsite',
  'PutBucketCors',
  'PutBucketReplication',
  'PutBucketVersioning',
  'PutBucketLifecycle',
  'PutBucketLogging',
  'PutBucketTagging',
  'DeleteBucketTagging',
  // From then on tags decide who gets in, and are set by the two calls below alone.
  'PutBucketAbac',
] as const;

/** They change the tags of whatever an ARN names: buckets, and more that is none of the guard's. */
export const tagCalls = ['TagResource', 'UntagResource'] as const;

/** They hold for every bucket of the account, and name none. */
export const accountLoosenings = ['PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock'] as const;

/** They name an access point, whose bucket has to be looked up. */
export const accessPointLoosenings = ['CreateAccessPoint', 'PutAccessPointPolicy', 'DeleteAccessPointPolicy'] as const;

/**
 * They are about access points that reach into several Regions, and come in us-west-2 whatever these are. Making one takes
 * AWS minutes to hours: every bucket behind such a point is looked at.
 */
export const multiRegionLoosenings = ['CreateMultiRegionAccessPoint', 'PutMultiRegionAccessPointPolicy'] as const;

/** All that the rule has to hear. */
export const allCalls: readonly string[] = [
  ...creations,
  ...deletions,
  ...loosenings,
  ...tagCalls,
  ...accountLoosenings,
  ...accessPointLoosenings,
  ...multiRegionLoosenings,
];
