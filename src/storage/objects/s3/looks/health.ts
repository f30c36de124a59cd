/** Looks at a bucket the way a careful operator would. Leaves nothing in it and switches nothing on. */
import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { newId } from '../../../../base/ids.ts';
import { hasCode, HoldfastError } from '../../../../base/errors.ts';
import { areCredentialsRefused } from '../../../renewed-credentials.ts';
import { encryptionOf } from '../bucket.ts';
import { connectS3, type S3ClientSettings, type S3Connection, type S3Place, type S3Sdk } from '../client.ts';
import { leastPolicy } from './least-policy.ts';
import { lockOf } from './object-lock.ts';
import { s3VendorOf } from '../vendors.ts';

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
  /** `always`: every object, for some time. */
  readonly objectLock: 'off' | 'on' | 'always' | null;
  /** How far the clock of this machine is behind that of the store; below zero it is ahead. */
  readonly clockSkewMs: number | null;
  /** The least that the credentials must allow, as a policy of AWS. */
  readonly policy: string;
}

type Options = { readonly abortSignal?: AbortSignal };
type Call<Result> = (sdk: S3Sdk, client: S3Client, options: Options) => Promise<Result>;
type Ask = <Result>(call: Call<Result>) => Promise<Result>;

/**
 * Throws when the bucket cannot be reached at all, or the store does not know these credentials. `signal` ends the look, and what was
 * written for it is taken out all the same.
 */
export async function examineS3Bucket(
  place: S3Place,
  settings: S3ClientSettings,
  signal?: AbortSignal,
): Promise<S3Health> {
  await using connection = await connectS3(place, s3VendorOf(place), settings);
  const ask = askOf(connection, place, signal);
  const unseen: string[] = [];
  const versionsUnseen: string[] = [];
  const versioning = await ask((sdk, client, options) =>
    client.send(new sdk.GetBucketVersioningCommand({ Bucket: place.bucket }), options),
  ).catch(orNull('s3:GetBucketVersioning', versionsUnseen));
  return {
    // The server looks at versioning at every start, and is no server that may not.
    denied: [...versionsUnseen, ...(await deniedActs(connection, place, signal))],
    versions: versioning === null ? null : versioning.Status === 'Enabled',
    removing: await removingRules(ask, place, unseen),
    isPublic: await publicity(ask, place, unseen),
    objectLock: await lockOf(() =>
      ask((sdk, client, options) =>
        client.send(new sdk.GetObjectLockConfigurationCommand({ Bucket: place.bucket }), options),
      ),
    ).catch(orNull('s3:GetBucketObjectLockConfiguration', unseen)),
    unseen,
    clockSkewMs: await clockSkew(ask, place),
    policy: leastPolicy(place),
  };
}

function askOf(connection: S3Connection, { bucket }: S3Place, signal?: AbortSignal): Ask {
  return (call) => connection.send(`Look at the bucket ${bucket}`, call, signal);
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
 * stored and read by whoever may use that key, too. What writes is begun or not, and never cut off; `askAnyway` is for what takes it
 * out again, and heeds no signal.
 */
async function deniedActs(connection: S3Connection, place: S3Place, signal?: AbortSignal): Promise<string[]> {
  const [ask, askAnyway] = [askOf(connection, place, signal), askOf(connection, place)];
  const { bucket: Bucket, prefix } = place;
  const encryption = encryptionOf({ place, vendor: s3VendorOf(place) });
  const isKms = place.encryption === 'aws:kms';
  const Key = `${prefix}probe-${newId()}`;
  const Body = Buffer.from('x');
  const at = { Bucket, Key };
  let uploadId: string | undefined;
  let versionId: string | undefined;
  let isWritten = false;
  const acts: readonly (readonly [string, Call<unknown>])[] = [
    [
      's3:ListBucket',
      (sdk, client, options) =>
        client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: prefix, MaxKeys: 1 }), options),
    ],
    [
      isKms ? 's3:PutObject or kms:GenerateDataKey' : 's3:PutObject',
      async (sdk, client) => {
        isWritten = true;
        versionId = (await client.send(new sdk.PutObjectCommand({ ...at, Body, ...encryption }))).VersionId;
      },
    ],
    [
      isKms ? 's3:GetObject or kms:Decrypt' : 's3:GetObject',
      async (sdk, client, options) => {
        const { Body: body } = await client.send(new sdk.GetObjectCommand(at), options);
        await body?.transformToByteArray();
      },
    ],
    [
      's3:GetObjectVersion',
      async (sdk, client, options) => {
        if (versionId === undefined) return;
        const { Body: body } = await client.send(new sdk.GetObjectCommand({ ...at, VersionId: versionId }), options);
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
      (sdk, client, options) => client.send(new sdk.ListPartsCommand({ ...at, UploadId: uploadId }), options),
    ],
    [
      's3:AbortMultipartUpload',
      (sdk, client) => client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId: uploadId })),
    ],
    [
      's3:ListBucketMultipartUploads',
      (sdk, client, options) => client.send(new sdk.ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }), options),
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
  let failure: { readonly error: unknown } | undefined;
  for (const [name, act] of acts) {
    const takesOut = TAKING_OUT.has(name);
    if (failure && !(takesOut && isWritten)) continue;
    try {
      await (takesOut ? askAnyway : ask)(act);
    } catch (error) {
      // A store that is away is not asked again.
      if (failure && hasCode(error, 'store_unavailable')) break;
      if (failure) continue;
      if (signal?.aborted || isTheEnd(error)) failure = { error };
      else if (hasCode(error, 'store_denied') && !isUnknownAct(error)) denied.push(name + reasonOf(error));
    }
  }
  if (failure) {
    signal?.throwIfAborted();
    throw failure.error;
  }
  return denied;
}

/** Of the acts above those that leave less behind than there was. */
const TAKING_OUT: ReadonlySet<string> = new Set([
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:ListBucketVersions',
  's3:DeleteObjectVersion',
]);

/** What says nothing of a single right: no policy would change it. */
function isTheEnd(error: unknown): boolean {
  if (!(error instanceof HoldfastError) || error.code === 'store_unavailable') return true;
  return areCredentialsRefused(error.detail?.split(',')[0] ?? '');
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
    const answer = await ask((sdk, client, options) =>
      client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: bucket }), options),
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
  const policy = await ask((sdk, client, options) =>
    client.send(new sdk.GetBucketPolicyStatusCommand({ Bucket }), options),
  ).then(
    ({ PolicyStatus }) => PolicyStatus?.IsPublic ?? false,
    (error: unknown) => {
      const detail = error instanceof HoldfastError ? (error.detail ?? '') : '';
      return detail.startsWith('NoSuchBucketPolicy') ? false : orNull('s3:GetBucketPolicyStatus', unseen)(error);
    },
  );
  const grants = await ask((sdk, client, options) =>
    client.send(new sdk.GetBucketAclCommand({ Bucket }), options),
  ).then(
    ({ Grants = [] }) => Grants.some(({ Grantee }) => EVERYBODY.includes(Grantee?.URI ?? '')),
    orNull('s3:GetBucketAcl', unseen),
  );
  if (policy === true || grants === true) return true;
  // One of both ways in was not looked at, or the store knows neither.
  return unseen.length > before || (policy === null && grants === null) ? null : false;
}

/** From the date of an answer, which every server of HTTP gives, and the SDK corrects its own clock by; a refusal has one too. */
async function clockSkew(ask: Ask, { bucket: Bucket }: S3Place): Promise<number | null> {
  return ask(async (sdk, client, options) => {
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
      await client.send(new sdk.HeadBucketCommand({ Bucket }), options);
    } catch (error) {
      if (date === undefined) throw error;
    }
    const atMs = Date.parse(date ?? '');
    return Number.isNaN(atMs) ? null : atMs - Date.now();
  });
}
