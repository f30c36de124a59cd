/** How each part of a bucket is asked for: the call, what its answer means, and which refusals mean “nothing is set”. */
import type * as S3 from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { BucketReadings, PartName } from '../bucket-facts.ts';

export type S3Sdk = typeof S3;

export interface AskedBucket {
  readonly Bucket: string;
  /** The account that it must belong to, or else nothing is answered. */
  readonly ExpectedBucketOwner?: string;
}

interface Part<Name extends PartName> {
  /** As the API names it, and as it is told to people. */
  readonly call: string;
  send(sdk: S3Sdk, client: S3Client, bucket: AskedBucket, signal: AbortSignal | undefined): Promise<object>;
  value(answer: Answer): BucketReadings[Name];
  /** Codes of refusals that mean that nothing is set, which then is `value({})`. */
  readonly unset: readonly string[];
}

/** An answer as plain data: times as text, nothing of the transport. */
export type Answer = Readonly<Record<string, unknown>>;

function orNull<Value>(value: unknown): Value | null {
  return (value ?? null) as Value | null;
}

const options = (abortSignal: AbortSignal | undefined) => (abortSignal ? { abortSignal } : {});

export const parts: { readonly [Name in PartName]: Part<Name> } = {
  acl: {
    call: 'GetBucketAcl',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketAclCommand(bucket), options(signal)),
    value: ({ Owner, Grants }) => ({ Owner, Grants }) as BucketReadings['acl'],
    unset: [],
  },
  policy: {
    call: 'GetBucketPolicy',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketPolicyCommand(bucket), options(signal)),
    value: ({ Policy }) => orNull<string>(Policy === '' ? null : Policy),
    unset: ['NoSuchBucketPolicy'],
  },
  policyStatus: {
    call: 'GetBucketPolicyStatus',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketPolicyStatusCommand(bucket), options(signal)),
    value: ({ PolicyStatus }) => orNull<boolean>((PolicyStatus as { IsPublic?: boolean } | undefined)?.IsPublic),
    unset: ['NoSuchBucketPolicy'],
  },
  publicAccessBlock: {
    call: 'GetPublicAccessBlock',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetPublicAccessBlockCommand(bucket), options(signal)),
    value: ({ PublicAccessBlockConfiguration }) => orNull(PublicAccessBlockConfiguration),
    unset: ['NoSuchPublicAccessBlockConfiguration'],
  },
  ownership: {
    call: 'GetBucketOwnershipControls',
    send: (sdk, client, bucket, signal) =>
      client.send(new sdk.GetBucketOwnershipControlsCommand(bucket), options(signal)),
    value: ({ OwnershipControls }) =>
      orNull(
        (OwnershipControls as { Rules?: { ObjectOwnership?: string }[] } | undefined)?.Rules?.[0]?.ObjectOwnership,
      ),
    unset: ['OwnershipControlsNotFoundError'],
  },
  encryption: {
    call: 'GetBucketEncryption',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketEncryptionCommand(bucket), options(signal)),
    value: ({ ServerSideEncryptionConfiguration }) => orNull(ServerSideEncryptionConfiguration),
    unset: ['ServerSideEncryptionConfigurationNotFoundError'],
  },
  versioning: {
    call: 'GetBucketVersioning',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketVersioningCommand(bucket), options(signal)),
    value: (answer) => answer,
    unset: [],
  },
  logging: {
    call: 'GetBucketLogging',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketLoggingCommand(bucket), options(signal)),
    value: ({ LoggingEnabled }) => orNull(LoggingEnabled),
    unset: [],
  },
  lifecycle: {
    call: 'GetBucketLifecycleConfiguration',
    send: (sdk, client, bucket, signal) =>
      client.send(new sdk.GetBucketLifecycleConfigurationCommand(bucket), options(signal)),
    value: (answer) => (answer['Rules'] === undefined ? null : answer),
    unset: ['NoSuchLifecycleConfiguration'],
  },
  replication: {
    call: 'GetBucketReplication',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketReplicationCommand(bucket), options(signal)),
    value: ({ ReplicationConfiguration }) => orNull(ReplicationConfiguration),
    unset: ['ReplicationConfigurationNotFoundError'],
  },
  notification: {
    call: 'GetBucketNotificationConfiguration',
    send: (sdk, client, bucket, signal) =>
      client.send(new sdk.GetBucketNotificationConfigurationCommand(bucket), options(signal)),
    value: (answer) => answer,
    unset: [],
  },
  website: {
    call: 'GetBucketWebsite',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketWebsiteCommand(bucket), options(signal)),
    value: (answer) => (Object.keys(answer).length === 0 ? null : answer),
    unset: ['NoSuchWebsiteConfiguration'],
  },
  cors: {
    call: 'GetBucketCors',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketCorsCommand(bucket), options(signal)),
    value: (answer) => (answer['CORSRules'] === undefined ? null : answer),
    unset: ['NoSuchCORSConfiguration'],
  },
  objectLock: {
    call: 'GetObjectLockConfiguration',
    send: (sdk, client, bucket, signal) =>
      client.send(new sdk.GetObjectLockConfigurationCommand(bucket), options(signal)),
    value: ({ ObjectLockConfiguration }) => orNull(ObjectLockConfiguration),
    unset: ['ObjectLockConfigurationNotFoundError', 'NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFound'],
  },
  tags: {
    call: 'GetBucketTagging',
    send: (sdk, client, bucket, signal) => client.send(new sdk.GetBucketTaggingCommand(bucket), options(signal)),
    value: ({ TagSet = [] }) =>
      Object.fromEntries(
        (TagSet as { Key?: string; Value?: string }[]).map(({ Key = '', Value = '' }) => [Key, Value]),
      ),
    unset: ['NoSuchTagSet', 'NoSuchTagSetError'],
  },
};

/** Without what belongs to the transport, and with times as text, so that it can be kept and written back. */
export function plain(answer: object): Answer {
  const { $metadata: _metadata, ...rest } = answer as { readonly $metadata?: unknown };
  return JSON.parse(JSON.stringify(rest)) as Answer;
}
