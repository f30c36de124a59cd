import type { Ability } from '../exposure/ways.ts';

/**
 * The actions of S3 that a bucket's policy can hand out: what each enables, whether it is about the bucket or an object,
 * and the plainest request for it. After the service authorization reference of Amazon S3.
 */
export interface Action {
  /** `s3:GetObject`. */
  readonly name: string;
  readonly ability: Ability;
  readonly on: 'bucket' | 'object';
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'POST';
  /** Follows the path: `?acl`. */
  readonly query: string;
  /** What must be so beside, where a plain request does not do; `null`: nothing. */
  readonly needs: string | null;
}

type Group = readonly [
  ability: Ability,
  on: Action['on'],
  method: Action['method'],
  names: readonly (readonly [name: string, query?: string])[],
  needs?: string,
];

/** Whoever has an account can name any bucket that lets them as the target of their own. */
const BY_REPLICATION = 'is made by S3 for a bucket of theirs that replicates into this one';

/** Tags of a bucket may decide who gets in, and since they do they have calls of their own. */
const AT_CONTROL = 'goes to the control address of its account, as /v20180820/tags/ with the ARN of the bucket';

const GROUPS: readonly Group[] = [
  [
    'read',
    'object',
    'GET',
    [
      ['GetObject'],
      ['GetObjectVersion', '?versionId=ID'],
      ['GetObjectTorrent', '?torrent'],
      ['GetObjectVersionTorrent', '?torrent&versionId=ID'],
      // What people write beside an object is as good as what is in it.
      ['GetObjectAnnotation', '?annotation'],
      ['GetObjectVersionAnnotation', '?annotation&versionId=ID'],
    ],
  ],
  [
    'list',
    'bucket',
    'GET',
    [
      ['ListBucket', '?list-type=2'],
      ['ListBucketVersions', '?versions'],
      ['ListBucketMultipartUploads', '?uploads'],
    ],
  ],
  ['write', 'object', 'PUT', [['PutObject']]],
  [
    'write',
    'object',
    'DELETE',
    [['DeleteObject'], ['DeleteObjectVersion', '?versionId=ID'], ['AbortMultipartUpload', '?uploadId=ID']],
  ],
  ['write', 'object', 'POST', [['RestoreObject', '?restore']]],
  [
    'write',
    'object',
    'PUT',
    [
      ['PutObjectTagging', '?tagging'],
      ['PutObjectVersionTagging', '?tagging&versionId=ID'],
      ['PutObjectRetention', '?retention'],
      ['PutObjectLegalHold', '?legal-hold'],
      ['UpdateObjectEncryption', '?encryption'],
      ['PutObjectAnnotation', '?annotation'],
      ['PutObjectVersionAnnotation', '?annotation&versionId=ID'],
    ],
  ],
  [
    'write',
    'object',
    'DELETE',
    [
      ['DeleteObjectTagging', '?tagging'],
      ['DeleteObjectVersionTagging', '?tagging&versionId=ID'],
      ['DeleteObjectAnnotation', '?annotation'],
      ['DeleteObjectVersionAnnotation', '?annotation&versionId=ID'],
    ],
  ],
  [
    'acl-write',
    'object',
    'PUT',
    [
      ['PutObjectAcl', '?acl'],
      ['PutObjectVersionAcl', '?acl&versionId=ID'],
    ],
  ],
  ['acl-write', 'bucket', 'PUT', [['PutBucketAcl', '?acl']]],
  [
    'policy-write',
    'bucket',
    'PUT',
    [
      ['PutBucketPolicy', '?policy'],
      ['PutBucketPublicAccessBlock', '?publicAccessBlock'],
    ],
  ],
  ['policy-write', 'bucket', 'DELETE', [['DeleteBucketPolicy', '?policy']]],
  [
    'settings',
    'object',
    'GET',
    [
      ['GetObjectAcl', '?acl'],
      ['GetObjectVersionAcl', '?acl&versionId=ID'],
      ['GetObjectTagging', '?tagging'],
      ['GetObjectVersionTagging', '?tagging&versionId=ID'],
      ['GetObjectAttributes', '?attributes'],
      ['GetObjectVersionAttributes', '?attributes&versionId=ID'],
      ['GetObjectRetention', '?retention'],
      ['GetObjectLegalHold', '?legal-hold'],
      ['ListObjectAnnotations', '?annotation'],
      ['ListObjectVersionAnnotations', '?annotation&versionId=ID'],
      ['ListMultipartUploadParts', '?uploadId=ID'],
    ],
  ],
  [
    'settings',
    'bucket',
    'GET',
    [
      ['GetBucketAcl', '?acl'],
      ['GetBucketPolicy', '?policy'],
      ['GetBucketPolicyStatus', '?policyStatus'],
      ['GetBucketPublicAccessBlock', '?publicAccessBlock'],
      ['GetBucketOwnershipControls', '?ownershipControls'],
      ['GetBucketLocation', '?location'],
      ['GetBucketVersioning', '?versioning'],
      ['GetBucketLogging', '?logging'],
      ['GetBucketNotification', '?notification'],
      ['GetBucketWebsite', '?website'],
      ['GetBucketCORS', '?cors'],
      ['GetBucketTagging', '?tagging'],
      ['GetBucketRequestPayment', '?requestPayment'],
      ['GetBucketObjectLockConfiguration', '?object-lock'],
      ['GetBucketMetadataTableConfiguration', '?metadataTable'],
      ['GetBucketAbac', '?abac'],
      ['GetAccelerateConfiguration', '?accelerate'],
      ['GetAnalyticsConfiguration', '?analytics'],
      ['GetEncryptionConfiguration', '?encryption'],
      ['GetIntelligentTieringConfiguration', '?intelligent-tiering'],
      ['GetInventoryConfiguration', '?inventory'],
      ['GetLifecycleConfiguration', '?lifecycle'],
      ['GetMetricsConfiguration', '?metrics'],
      ['GetReplicationConfiguration', '?replication'],
    ],
  ],
  [
    'control',
    'bucket',
    'PUT',
    [
      ['PutBucketOwnershipControls', '?ownershipControls'],
      ['PutBucketVersioning', '?versioning'],
      ['PutBucketLogging', '?logging'],
      ['PutBucketNotification', '?notification'],
      ['PutBucketWebsite', '?website'],
      ['PutBucketCORS', '?cors'],
      ['PutBucketTagging', '?tagging'],
      ['PutBucketRequestPayment', '?requestPayment'],
      ['PutBucketObjectLockConfiguration', '?object-lock'],
      ['PutBucketAbac', '?abac'],
      ['UpdateBucketMetadataInventoryTableConfiguration', '?metadataInventoryTable'],
      ['UpdateBucketMetadataJournalTableConfiguration', '?metadataJournalTable'],
      ['UpdateBucketMetadataAnnotationTableConfiguration', '?metadataAnnotationTable'],
      ['PutAccelerateConfiguration', '?accelerate'],
      ['PutAnalyticsConfiguration', '?analytics'],
      ['PutEncryptionConfiguration', '?encryption'],
      ['PutIntelligentTieringConfiguration', '?intelligent-tiering'],
      ['PutInventoryConfiguration', '?inventory'],
      ['PutLifecycleConfiguration', '?lifecycle'],
      ['PutMetricsConfiguration', '?metrics'],
      ['PutReplicationConfiguration', '?replication'],
    ],
  ],
  ['control', 'bucket', 'POST', [['CreateBucketMetadataTableConfiguration', '?metadataConfiguration']]],
  [
    'control',
    'bucket',
    'DELETE',
    [
      ['DeleteBucket'],
      ['DeleteBucketWebsite', '?website'],
      ['DeleteBucketMetadataTableConfiguration', '?metadataConfiguration'],
    ],
  ],
  // Last: where a plain request does it as well, that one is shown.
  ['settings', 'bucket', 'GET', [['ListTagsForResource', '?tagging']], AT_CONTROL],
  ['control', 'bucket', 'POST', [['TagResource', '?tagging']], AT_CONTROL],
  ['control', 'bucket', 'DELETE', [['UntagResource', '?tagging']], AT_CONTROL],
  [
    'write',
    'object',
    'PUT',
    [['ReplicateObject'], ['ReplicateTags', '?tagging'], ['ReplicateObjectAnnotation', '?annotation']],
    BY_REPLICATION,
  ],
  ['write', 'object', 'DELETE', [['ReplicateDelete']], BY_REPLICATION],
];

export const actions: readonly Action[] = GROUPS.flatMap(([ability, on, method, names, needs = null]) =>
  names.map(([name, query = '']) => ({ name: `s3:${name}`, ability, on, method, query, needs })),
);

const BY_NAME = new Map(actions.map((action) => [action.name.toLowerCase(), action]));

/** Throws RangeError when there is none of that name. */
export function indexOfAction(name: string): number {
  const index = actions.findIndex((action) => action.name === name);
  if (index === -1) throw new RangeError(`There is no action ${name}`);
  return index;
}

/** Case does not matter in actions. */
export function actionNamed(name: string): Action | undefined {
  return BY_NAME.get(name.toLowerCase());
}
