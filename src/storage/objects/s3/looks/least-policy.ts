/**
 * The least that the credentials of a workspace must allow, as a policy of AWS. A test serves a workspace with exactly
 * this and nothing else, and holds every request that it makes against it: test/services/s3-rights.test.ts.
 */
import { kmsStatement } from '../../../../base/aws/kms-statement.ts';
import type { S3Place } from '../client.ts';

/** Rights to the bucket as a whole. */
const BUCKET = [
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
  's3:GetBucketVersioning',
  's3:PutBucketVersioning',
];

/** Rights to what lies under the prefix of the workspace. */
const OBJECTS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];

/** With these the doctor looks for what threatens the bucket; a workspace works without them. */
const LOOKS = [
  's3:GetLifecycleConfiguration',
  's3:GetBucketPolicyStatus',
  's3:GetBucketAcl',
  's3:GetBucketObjectLockConfiguration',
];

/** What the store does in the name of whoever asks it to encrypt with a key of KMS: writing, and reading as well. */
const KEY = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** As one line of JSON. */
export function leastPolicy(place: Pick<S3Place, 'bucket' | 'prefix' | 'region' | 'encryption' | 'kmsKeyId'>): string {
  const partition = partitionOf(place.region);
  const bucket = `arn:${partition}:s3:::${place.bucket}`;
  const statement = (Sid: string, Action: readonly string[], Resource: string) => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
  });
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      statement('HoldfastBucket', BUCKET, bucket),
      statement('HoldfastObjects', OBJECTS, `${bucket}/${place.prefix}*`),
      statement('HoldfastDoctorLooks', LOOKS, bucket),
      ...keyStatement(place, partition),
    ],
  });
}

/** None for the account's own key for S3 (aws/s3): its own policy lets in whoever may use the bucket. */
function keyStatement(
  { encryption, kmsKeyId }: Pick<S3Place, 'encryption' | 'kmsKeyId'>,
  partition: string,
): readonly object[] {
  if (encryption !== 'aws:kms' || kmsKeyId === null) return [];
  return [kmsStatement('HoldfastKey', KEY, kmsKeyId, partition)];
}

/** The clouds of Amazon that are apart from each other name their things apart. */
function partitionOf(region: string | null): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
