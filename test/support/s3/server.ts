/** The S3 servers of other people, as `npm run services:install` starts them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { newId } from '../../../src/base/ids.ts';
import type { S3ServerName } from './server-names.ts';

const SERVICES = join(import.meta.dirname, '../../../.services');

export interface S3Server {
  readonly endpoint: string;
  /** Why tests that need it cannot run; `false`: they can. What `skip` of node:test takes. */
  readonly skip: string | false;
}

/** Known to every server that the services start, on the loopback address alone. DynamoDB Local takes no hyphen. */
const CREDENTIALS = { accessKeyId: 'holdfasttest', secretAccessKey: 'holdfast-secret' };

/** Where HOLDFAST_SERVICES=required is set a missing server throws, so that CI cannot pass by skipping. */
export function s3Server(name: S3ServerName): S3Server {
  const file = join(SERVICES, `${name}.endpoint`);
  if (existsSync(file)) {
    // What the AWS chain of this process finds, as it would on a server.
    process.env['AWS_ACCESS_KEY_ID'] = CREDENTIALS.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = CREDENTIALS.secretAccessKey;
    return { endpoint: readFileSync(file, 'utf8').trim(), skip: false };
  }
  const reason = `${name} does not run; npm run services:install starts it`;
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return { endpoint: '', skip: reason };
}

/** What config makes of a store's URL. */
export function s3Place({ endpoint }: S3Server, bucket: string, prefix = '') {
  const chosen = { bucket, prefix, endpoint, region: 'us-east-1' };
  return { ...chosen, vendor: null, pathStyle: null, encryption: null, kmsKeyId: null };
}

export interface TestBucket extends AsyncDisposable {
  readonly name: string;
  readonly client: S3Client;
  /** `s3://NAME/PREFIX?…` for HOLDFAST_OBJECTS and its like. */
  readonly url: UrlOf;
  /** Keys of uploads in parts that are not finished. */
  openUploads(): Promise<string[]>;
  /** Makes it again when a test has deleted it. */
  restore(): Promise<void>;
}

type UrlOf = (prefix?: string) => string;

const urlIn =
  ({ endpoint }: S3Server, bucket: string): UrlOf =>
  (prefix = '') =>
    `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}?endpoint=${endpoint}&region=us-east-1`;

function clientOf({ endpoint }: S3Server, accessKeyId = CREDENTIALS.accessKeyId): S3Client {
  const credentials = { ...CREDENTIALS, accessKeyId };
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
}

/** One bucket for many tests, each with a prefix of its own; it stays until the server is stopped. */
export async function sharedBucket(server: S3Server): Promise<UrlOf> {
  const name = 'holdfast-tests';
  const client = clientOf(server);
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  } catch (error) {
    // Made by another test meanwhile, or long ago.
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou')) throw error;
  } finally {
    client.destroy();
  }
  return urlIn(server, name);
}

/** Another user of Ceph, with the same secret, who may do nothing in the buckets of the first one, nor that one in theirs. */
export const CEPH_PARTNER = 'holdfastpartner';

/** A new bucket of whoever has that access key; disposing removes it with all that is in it. */
export async function testBucket(
  server: S3Server,
  { lockable = false, owner = CREDENTIALS.accessKeyId } = {},
): Promise<TestBucket> {
  const client = clientOf(server, owner);
  const name = `test-${newId()}`;
  await client.send(new CreateBucketCommand({ Bucket: name, ...(lockable && { ObjectLockEnabledForBucket: true }) }));
  return {
    name,
    client,
    url: urlIn(server, name),
    async openUploads() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
      return Uploads.map(({ Key = '' }) => Key);
    },
    async restore() {
      await client.send(new CreateBucketCommand({ Bucket: name }));
    },
    async [Symbol.asyncDispose]() {
      await emptyBucket(client, name);
      await client.send(new DeleteBucketCommand({ Bucket: name }));
      client.destroy();
    },
  };
}

export async function emptyBucket(client: S3Client, name: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
    const all = [...Versions, ...DeleteMarkers];
    if (all.length === 0) return;
    await Promise.all(
      all.map(({ Key, VersionId }) =>
        // Where somebody locks objects by rule, the rights of an owner go over that.
        client.send(new DeleteObjectCommand({ Bucket: name, Key, VersionId, BypassGovernanceRetention: true })),
      ),
    );
  }
}
