/** How each part of a bucket is asked for: the call, what its answer means, and which refusals mean “nothing is set”. */
import type * as S3 from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { BucketReadings, PartName } from '../bucket-facts.ts';

export type S3Sdk = typeof S3;

interface Part<Name extends PartName> {
  /** As the API names it, and as it is told to people. */
  readonly call: string;
  send(sdk: S3Sdk, client: S3Client, bucket: string, signal: AbortSignal | undefined): Promise<object>;
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
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketAclCommand({ Bucket }), options(signal)),
    value: ({ Owner, Grants }) => ({ Owner, Grants }) as BucketReadings['acl'],
    unset: [],
  },
  policy: {
    call: 'GetBucketPolicy',
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketPolicyCommand({ Bucket }), options(signal)),
    value: ({ Policy }) => orNull<string>(Policy === '' ? null : Policy),
    unset: ['NoSuchBucketPolicy'],
  },
  policyStatus: {
    call: 'GetBucketPolicyStatus',
    send: (sdk, client, Bucket, signal) =>
      client.send(new sdk.GetBucketPolicyStatusCommand({ Bucket }), options(signal)),
    value: ({ PolicyStatus }) => orNull<boolean>((PolicyStatus as { IsPublic?: boolean } | undefined)?.IsPublic),
    unset: ['NoSuchBucketPolicy'],
  },
  publicAccessBlock: {
    call: 'GetPublicAccessBlock',
    send: (sdk, client, Bucket, signal) =>
      client.send(new sdk.GetPublicAccessBlockCommand({ Bucket }), options(signal)),
    value: ({ PublicAccessBlockConfiguration }) => orNull(PublicAccessBlockConfiguration),
    unset: ['NoSuchPublicAccessBlockConfiguration'],
  },
  ownership: {
    call: 'GetBucketOwnershipControls',
    send: (sdk, client, Bucket, signal) =>
      client.send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }), options(signal)),
    value: ({ OwnershipControls }) =>
      orNull(
        (OwnershipControls as { Rules?: { ObjectOwnership?: string }[] } | undefined)?.Rules?.[0]?.ObjectOwnership,
      ),
    unset: ['OwnershipControlsNotFoundError'],
  },
  encryption: {
    call: 'GetBucketEncryption',
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketEncryptionCommand({ Bucket }), options(signal)),
    value: ({ ServerSideEncryptionConfiguration }) => orNull(ServerSideEncryptionConfiguration),
    unset: ['ServerSideEncryptionConfigurationNotFoundError'],
  },
  versioning: {
    call: 'GetBucketVersioning',
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketVersioningCommand({ Bucket }), options(signal)),
    value: (answer) => answer,
    unset: [],
  },
  logging: {
    call: 'GetBucketLogging',
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketLoggingCommand({ Bucket }), options(signal)),
    value: ({ LoggingEnabled }) => orNull(LoggingEnabled),
    unset: [],
  },
  lifecycle: {
    call: 'GetBucketLifecycleConfiguration',
    send: (sdk, client, Bucket, signal) =>
      client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket }), options(signal)),
    value: (answer) => (answer['Rules'] === undefined ? null : answer),
    unset: ['NoSuchLifecycleConfiguration'],
  },
  replication: {
    call: 'GetBucketReplication',
    send: (sdk, client, Bucket, signal) =>
      client.send(new sdk.GetBucketReplicationCommand({ Bucket }), options(signal)),
    value: ({ ReplicationConfiguration }) => orNull(ReplicationConfiguration),
    unset: ['ReplicationConfigurationNotFoundError'],
  },
  notification: {
    call: 'GetBucketNotificationConfiguration',
    send: (sdk, client, Bucket, signal) =>
      client.send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket }), options(signal)),
    value: (answer) => answer,
    unset: [],
  },
  website: {
    call: 'GetBucketWebsite',
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketWebsiteCommand({ Bucket }), options(signal)),
    value: (answer) => (Object.keys(answer).length === 0 ? null : answer),
    unset: ['NoSuchWebsiteConfiguration'],
  },
  cors: {
    call: 'GetBucketCors',
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketCorsCommand({ Bucket }), options(signal)),
    value: (answer) => (answer['CORSRules'] === undefined ? null : answer),
    unset: ['NoSuchCORSConfiguration'],
  },
  objectLock: {
    call: 'GetObjectLockConfiguration',
    send: (sdk, client, Bucket, signal) =>
      client.send(new sdk.GetObjectLockConfigurationCommand({ Bucket }), options(signal)),
    value: ({ ObjectLockConfiguration }) => orNull(ObjectLockConfiguration),
    unset: ['ObjectLockConfigurationNotFoundError', 'NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFound'],
  },
  tags: {
    call: 'GetBucketTagging',
    send: (sdk, client, Bucket, signal) => client.send(new sdk.GetBucketTaggingCommand({ Bucket }), options(signal)),
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
