/** The rights to a bucket of S3: which ones a request takes, and a policy that gives exactly some of them. */
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { S3Call } from './faulty-s3.ts';
import type { TestBucket } from './server.ts';

/** The second user of Ceph RGW (scripts/services/ceph-rgw.sh), who owns no bucket: it may what a policy says. */
export const partner = {
  credentials: { AWS_ACCESS_KEY_ID: 'holdfastpartner', AWS_SECRET_ACCESS_KEY: 'holdfast-secret' },
  principal: { AWS: ['arn:aws:iam:::user/partner'] },
};

export interface Allowed {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** The statements of a policy that is printed somewhere in `text`. */
export function printedPolicy(text: string | null | undefined): Allowed[] {
  const { Statement } = JSON.parse(/\{.*\}/.exec(text ?? '')?.[0] ?? '{}') as { Statement: Allowed[] };
  return Statement;
}

/**
 * Gives the partner these rights to a bucket and no other: Ceph lets whoever owns an object or a bucket do more than a policy of theirs
 * allows, but nothing that one denies.
 */
export async function allowOnly({ client, name }: TestBucket, allowed: readonly Allowed[]): Promise<void> {
  const Principal = partner.principal;
  const resources = [...new Set(allowed.map(({ Resource }) => Resource))];
  const Statement = [
    ...allowed.map(({ Action, Resource }) => ({ Effect: 'Allow', Principal, Action, Resource })),
    ...resources.map((Resource) => ({
      Effect: 'Deny',
      Principal,
      NotAction: allowed.filter((each) => each.Resource === Resource).flatMap(({ Action }) => Action),
      Resource,
    })),
    { Effect: 'Deny', Principal, Action: 's3:*', NotResource: resources },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await client.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
}

/** By what of the query says what is asked of a bucket, or of an object; the first that fits. */
const OF_BUCKET: readonly (readonly [method: string, query: string | null, right: string])[] = [
  ['GET', 'versioning', 'GetBucketVersioning'],
  ['PUT', 'versioning', 'PutBucketVersioning'],
  ['GET', 'versions', 'ListBucketVersions'],
  ['GET', 'uploads', 'ListBucketMultipartUploads'],
  ['GET', 'lifecycle', 'GetLifecycleConfiguration'],
  ['GET', 'policyStatus', 'GetBucketPolicyStatus'],
  ['GET', 'acl', 'GetBucketAcl'],
  ['GET', 'object-lock', 'GetBucketObjectLockConfiguration'],
  ['GET', 'list-type', 'ListBucket'],
  ['HEAD', null, 'ListBucket'],
];
const OF_OBJECT: typeof OF_BUCKET = [
  ['GET', 'uploadId', 'ListMultipartUploadParts'],
  ['GET', 'versionId', 'GetObjectVersion'],
  ['GET', null, 'GetObject'],
  ['HEAD', 'versionId', 'GetObjectVersion'],
  ['HEAD', null, 'GetObject'],
  ['PUT', null, 'PutObject'],
  ['POST', 'uploads', 'PutObject'],
  ['POST', 'uploadId', 'PutObject'],
  ['DELETE', 'uploadId', 'AbortMultipartUpload'],
  ['DELETE', 'versionId', 'DeleteObjectVersion'],
  ['DELETE', null, 'DeleteObject'],
];

/** As the manual of S3 has them under “Actions, resources, and condition keys”. Throws for a request that it does not know. */
export function rightsOf({ method, key, query, headers }: S3Call): string[] {
  // `x-id=…` is a habit of the SDK.
  const found = (key === '' ? OF_BUCKET : OF_OBJECT).find(
    ([ofMethod, asked]) => ofMethod === method && (asked === null || query.has(asked)),
  );
  if (!found)
    throw new Error(
      `Tell which right ${method} ${key === '' ? 'of a bucket' : 'of an object'} ?${query.toString()} takes`,
    );
  const source = headers['x-amz-copy-source'];
  return [found[2], ...(source === undefined ? [] : ['GetObject'])].map((right) => `s3:${right}`);
}
