/** Looks at a bucket the way a careful operator would. Leaves nothing in it and switches nothing on. */
import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { newId } from '../../../base/ids.ts';
import { HoldfastError } from '../../../base/errors.ts';
import { areCredentialsRefused } from '../../renewed-credentials.ts';
import { encryptionOf } from './bucket.ts';
import { connectS3, type S3ClientSettings, type S3Connection, type S3Place, type S3Sdk } from './client.ts';
import { leastPolicy } from './least-policy.ts';
import { s3VendorOf } from './vendors.ts';

/** `null`: the store does not say, or these credentials may not ask. */
export interface S3Health {
  /** What the server needs and may not do, in the words of AWS. */
  readonly denied: readonly string[];
  /** What it may not look at, in the same words: nobody can tell what that would have shown. */
  readonly unseen: readonly string[];
  readonly versions: boolean | null;
  /** Rules of the bucket that would take objects away from the workspace, by their names. */
  readonly removing: readonly string[] | null;
  readonly isPublic: boolean | null;
  /** How far the clock of this machine is behind that of the store; below zero it is ahead. */
  readonly clockSkewMs: number | null;
  /** The least that the credentials must allow, as a policy of AWS. */
  readonly policy: string;
}

type Ask = <Result>(call: (sdk: S3Sdk, client: S3Client) => Promise<Result>) => Promise<Result>;

/** Throws when the bucket cannot be reached at all, or the store does not know these credentials. */
export async function examineS3Bucket(place: S3Place, settings: S3ClientSettings): Promise<S3Health> {
  await using connection = await connectS3(place, s3VendorOf(place), settings);
  const ask = askOf(connection, place);
  const unseen: string[] = [];
  const versionsUnseen: string[] = [];
  const versioning = await ask((sdk, client) =>
    client.send(new sdk.GetBucketVersioningCommand({ Bucket: place.bucket })),
  ).catch(orNull('s3:GetBucketVersioning', versionsUnseen));
  return {
    // The server looks at versioning at every start, and is no server that may not.
    denied: [...versionsUnseen, ...(await deniedActs(ask, place))],
    versions: versioning === null ? null : versioning.Status === 'Enabled',
    removing: await removingRules(ask, place, unseen),
    isPublic: await publicity(ask, place, unseen),
    unseen,
    clockSkewMs: await clockSkew(ask, place),
    policy: leastPolicy(place),
  };
}

function askOf(connection: S3Connection, { bucket }: S3Place): Ask {
  return (call) => connection.send(`Look at the bucket ${bucket}`, (sdk, client) => call(sdk, client));
}

/** `null` for a store that knows no such act, and for one that forbids it; the latter goes into `unseen`. */
function orNull(act: string, unseen: string[]): (error: unknown) => null {
  return (error) => {
    if (!(error instanceof HoldfastError) || error.code === 'store_unavailable') throw error;
    if (error.code === 'store_denied' && !isUnknownAct(error)) unseen.push(act);
    return null;
  };
}

/**
 * By doing each once, as the server does it, with an object that is nobody's. What is encrypted with a key of a key service is
 * stored and read by whoever may use that key, too.
 */
async function deniedActs(ask: Ask, place: S3Place): Promise<string[]> {
  const { bucket: Bucket, prefix } = place;
  const encryption = encryptionOf({ place, vendor: s3VendorOf(place) });
  const isKms = place.encryption === 'aws:kms';
  const Key = `${prefix}probe-${newId()}`;
  const Body = Buffer.from('x');
  const at = { Bucket, Key };
  let uploadId: string | undefined;
  let versionId: string | undefined;
  const acts: readonly (readonly [string, (sdk: S3Sdk, client: S3Client) => Promise<unknown>])[] = [
    [
      's3:ListBucket',
      (sdk, client) => client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1 })),
    ],
    [
      isKms ? 's3:PutObject or kms:GenerateDataKey' : 's3:PutObject',
      async (sdk, client) => {
        versionId = (await client.send(new sdk.PutObjectCommand({ ...at, Body, ...encryption }))).VersionId;
      },
    ],
    [
      isKms ? 's3:GetObject or kms:Decrypt' : 's3:GetObject',
      async (sdk, client) => {
        const { Body: body } = await client.send(new sdk.GetObjectCommand(at));
        await body?.transformToByteArray();
      },
    ],
    [
      's3:GetObjectVersion',
      async (sdk, client) => {
        if (versionId === undefined) return;
        const { Body: body } = await client.send(new sdk.GetObjectCommand({ ...at, VersionId: versionId }));
        await body?.transformToByteArray();
      },
    ],
    [
      's3:PutObject (in parts)',
      async (sdk, client) => {
        uploadId = (await client.send(new sdk.CreateMultipartUploadCommand({ ...at, ...encryption }))).UploadId;
      },
    ],
    [
      's3:ListMultipartUploadParts',
      (sdk, client) => client.send(new sdk.ListPartsCommand({ ...at, UploadId: uploadId })),
    ],
    [
      's3:AbortMultipartUpload',
      (sdk, client) => client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId: uploadId })),
    ],
    [
      's3:ListBucketMultipartUploads',
      (sdk, client) => client.send(new sdk.ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 })),
    ],
    ['s3:DeleteObject', (sdk, client) => client.send(new sdk.DeleteObjectCommand(at))],
    [
      's3:ListBucketVersions',
      async (sdk, client) => {
        const { DeleteMarkers = [] } = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: Key }));
        for (const { VersionId } of DeleteMarkers) await client.send(new sdk.DeleteObjectCommand({ ...at, VersionId }));
      },
    ],
    [
      's3:DeleteObjectVersion',
      async (sdk, client) => {
        if (versionId !== undefined) await client.send(new sdk.DeleteObjectCommand({ ...at, VersionId: versionId }));
      },
    ],
  ];
  const denied: string[] = [];
  for (const [name, act] of acts) {
    try {
      await ask(act);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      // No policy would change that.
      if (areCredentialsRefused(error.detail?.split(',')[0] ?? '')) throw error;
      if (error.code === 'store_denied' && !isUnknownAct(error)) denied.push(name + reasonOf(error));
      else if (error.code === 'store_unavailable') throw error;
    }
  }
  return denied;
}

/** Where it is no missing right: a key that is switched off, say. */
function reasonOf({ detail = '' }: HoldfastError): string {
  const [name = ''] = detail.split(',');
  return name === '' || name === 'AccessDenied' || name === 'Forbidden' ? '' : ` (${name})`;
}

/** A store that has no such act is not one that forbids it. */
function isUnknownAct(error: HoldfastError): boolean {
  return /NotImplemented|MethodNotAllowed|, 50/.test(error.detail ?? '');
}

/** Whatever expires or is moved where reading takes hours is gone for people. */
async function removingRules(ask: Ask, { bucket, prefix }: S3Place, unseen: string[]): Promise<string[] | null> {
  let rules: Sdk.LifecycleRule[];
  try {
    const answer = await ask((sdk, client) =>
      client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: bucket })),
    );
    rules = answer.Rules ?? [];
  } catch (error) {
    if (error instanceof HoldfastError && error.detail?.startsWith('NoSuchLifecycleConfiguration')) return [];
    return orNull('s3:GetLifecycleConfiguration', unseen)(error);
  }
  // A rule that says it in the old way is taken for one of the whole bucket: better told once too often.
  const touches = ({ Filter }: Sdk.LifecycleRule): boolean => {
    const start = Filter?.Prefix ?? Filter?.And?.Prefix ?? '';
    return start.startsWith(prefix) || prefix.startsWith(start);
  };
  const removes = ({ Expiration, Transitions = [] }: Sdk.LifecycleRule): boolean =>
    Expiration?.Days !== undefined ||
    Expiration?.Date !== undefined ||
    Transitions.some(({ StorageClass }) => StorageClass === 'GLACIER' || StorageClass === 'DEEP_ARCHIVE');
  return rules
    .filter((rule) => rule.Status === 'Enabled' && touches(rule) && removes(rule))
    .map(({ ID }) => ID ?? 'without a name');
}

const EVERYBODY = [
  'http://acs.amazonaws.com/groups/global/AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
];

/** By its policy and by its list of grants; objects of ours have no grants of their own. */
async function publicity(ask: Ask, { bucket: Bucket }: S3Place, unseen: string[]): Promise<boolean | null> {
  const before = unseen.length;
  const policy = await ask((sdk, client) => client.send(new sdk.GetBucketPolicyStatusCommand({ Bucket }))).then(
    ({ PolicyStatus }) => PolicyStatus?.IsPublic ?? false,
    (error: unknown) => {
      const detail = error instanceof HoldfastError ? (error.detail ?? '') : '';
      return detail.startsWith('NoSuchBucketPolicy') ? false : orNull('s3:GetBucketPolicyStatus', unseen)(error);
    },
  );
  const grants = await ask((sdk, client) => client.send(new sdk.GetBucketAclCommand({ Bucket }))).then(
    ({ Grants = [] }) => Grants.some(({ Grantee }) => EVERYBODY.includes(Grantee?.URI ?? '')),
    orNull('s3:GetBucketAcl', unseen),
  );
  if (policy === true || grants === true) return true;
  // One of both ways in was not looked at, or the store knows neither.
  return unseen.length > before || (policy === null && grants === null) ? null : false;
}

/** From the date of an answer, which every server of HTTP gives, and the SDK corrects its own clock by; a refusal has one too. */
async function clockSkew(ask: Ask, { bucket: Bucket }: S3Place): Promise<number | null> {
  return ask(async (sdk, client) => {
    let date: string | undefined;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        date = (result.response as { headers?: Record<string, string> }).headers?.['date'];
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'dateOfAnswer', override: true },
    );
    try {
      await client.send(new sdk.HeadBucketCommand({ Bucket }));
    } catch (error) {
      if (date === undefined) throw error;
    }
    const atMs = Date.parse(date ?? '');
    return Number.isNaN(atMs) ? null : atMs - Date.now();
  });
}
