/** The clients of the AWS services that a guard asks, made on first use, one for each Region. */
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import type * as ControlSdk from '@aws-sdk/client-s3-control';
import type { STSClient } from '@aws-sdk/client-sts';
import type * as StsSdk from '@aws-sdk/client-sts';
import { profileOptions } from '../../../base/aws/profile.ts';
import { refuseForeignAnswers } from '../../../base/aws/s3-answers.ts';
import { bucketErrors } from '../../errors.ts';
import type { BucketsSettings } from '../../settings.ts';
import type { S3Sdk } from './parts.ts';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';
import { keptFresh } from './kept-fresh.ts';

/** Where to ask, and as whom. */
export interface AwsPlace {
  /** `null`: AWS, or whatever the AWS configuration names. */
  readonly endpoint: string | null;
  /** Where requests start that name no bucket; `null`: what the AWS configuration names, else us-east-1. */
  readonly region: string | null;
  /** What stands in for all of AWS (AWS_ENDPOINT_URL); `null`: AWS itself. */
  readonly awsEndpoint: string | null;
  /** ARN of a role to assume first. */
  readonly role: string | null;
  /** Of the shared AWS files, by whose credentials everything is asked; without it: those of the standard AWS chain. */
  readonly profile?: string;
}

export interface Clients extends AsyncDisposable {
  readonly s3: S3Sdk;
  /** `null`: of the Region where requests start. */
  s3In(region: string | null): S3Client;
  control(region: string | null): Promise<{ readonly sdk: typeof ControlSdk; readonly client: S3ControlClient }>;
  sts(): Promise<{ readonly sdk: typeof StsSdk; readonly client: STSClient }>;
  /** The Region where requests start. */
  readonly homeRegion: string;
}

type Credentials = NonNullable<S3ClientConfig['credentials']>;

/** Loads the SDK and assumes the role, if there is one. Throws `buckets_role_refused`. */
export async function openClients(place: AwsPlace, settings: BucketsSettings): Promise<Clients> {
  const { default: s3 } = (await import('@aws-sdk/client-s3')) as unknown as { readonly default: S3Sdk };
  const opened: { destroy(): void }[] = [];
  const held = <Client extends { destroy(): void }>(client: Client): Client => {
    opened.push(client);
    return client;
  };
  const own = await profileOptions(place.profile);
  const homeRegion = await regionOf(place, s3, own);
  const address = place.endpoint ?? place.awsEndpoint;
  const elsewhere = address === null ? null : new URL(address);
  let credentials: Credentials | undefined;
  const common = (region: string) => ({
    ...own,
    region,
    ...(elsewhere === null ? {} : { endpoint: elsewhere.href }),
    ...(credentials === undefined ? {} : { credentials }),
    // Trying again is the business of the pace, which knows of all requests.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: settings.bucketsRequestTimeoutMs,
      requestTimeout: settings.bucketsRequestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: settings.bucketsRequests },
      httpsAgent: { keepAlive: true, maxSockets: settings.bucketsRequests },
    },
  });
  const sts = async (): Promise<{ sdk: typeof StsSdk; client: STSClient }> => {
    const { default: sdk } = (await import('@aws-sdk/client-sts')) as unknown as { readonly default: typeof StsSdk };
    return { sdk, client: held(new sdk.STSClient(common(homeRegion))) };
  };
  if (place.role !== null) credentials = await assume(place.role, sts);

  const byRegion = new Map<string, S3Client>();
  return {
    s3,
    homeRegion,
    s3In(region) {
      const name = region ?? homeRegion;
      const known = byRegion.get(name);
      if (known) return known;
      const client = held(new s3.S3Client({ ...common(name), forcePathStyle: elsewhere !== null }));
      client.middlewareStack.add(refuseForeignAnswers, { step: 'initialize', name: 'refuseForeignAnswers' });
      byRegion.set(name, client);
      return client;
    },
    async control(region) {
      const { default: sdk } = (await import('@aws-sdk/client-s3-control')) as unknown as {
        readonly default: typeof ControlSdk;
      };
      // On AWS the account stands in the host name, which an address of one's own does not have.
      const provided = elsewhere === null ? {} : { endpointProvider: () => ({ url: elsewhere }) };
      return { sdk, client: held(new sdk.S3ControlClient({ ...common(region ?? homeRegion), ...provided })) };
    },
    sts,
    async [Symbol.asyncDispose]() {
      for (const client of opened) client.destroy();
    },
  };
}

/** The Region that the AWS configuration names; a store without Regions takes any. */
async function regionOf({ region }: AwsPlace, { S3Client }: S3Sdk, own: S3ClientConfig): Promise<string> {
  if (region !== null) return region;
  const client = new S3Client(own);
  try {
    return await client.config.region();
  } catch {
    return 'us-east-1';
  } finally {
    client.destroy();
  }
}

async function assume(role: string, sts: Clients['sts']): Promise<Credentials> {
  const attempted = `Assume the role ${role}`;
  const { sdk, client } = await sts();
  const ask = async () => {
    try {
      const { Credentials: given } = await client.send(
        new sdk.AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'holdfast-buckets' }),
      );
      return {
        accessKeyId: given?.AccessKeyId ?? '',
        secretAccessKey: given?.SecretAccessKey ?? '',
        sessionToken: given?.SessionToken ?? '',
        ...(given?.Expiration === undefined ? {} : { expiration: given.Expiration }),
      };
    } catch (cause) {
      const refusal = refusalOf(cause);
      if (!refusal) throw cause;
      throw bucketErrors('buckets_role_refused', { attempted, detail: refusalText(refusal), cause });
    }
  };
  return await keptFresh(ask);
}
