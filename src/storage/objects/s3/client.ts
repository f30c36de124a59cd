import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { profileOptions } from '../../../base/aws/profile.ts';
import { httpOnUse, httpsOnUse } from '../../../base/http/node-http.ts';
import { refuseForeignAnswers } from '../../../base/aws/s3-answers.ts';
import { storageErrors } from '../../errors.ts';
import { renewCredentials, UNCACHED } from '../../renewed-credentials.ts';
import { s3Error } from './errors.ts';
import { leaveBodiesUnsigned } from './unsigned-bodies.ts';
import type { S3Vendor } from './vendors.ts';

export type S3Sdk = typeof Sdk;

/** Where objects lie, as their URL says it; see config/store-url.ts. */
export interface S3Place {
  readonly bucket: string;
  /** Segments of keys with a slash behind, or empty. */
  readonly prefix: string;
  /** `null`: Amazon's of the Region, or what the AWS configuration names. */
  readonly endpoint: string | null;
  /** `null`: what the AWS configuration names. */
  readonly region: string | null;
  /** A name of vendors.ts; `null`: told by the endpoint. */
  readonly vendor: string | null;
  readonly pathStyle: boolean | null;
  /** `null`: what is usual with the vendor. */
  readonly encryption: 'none' | 'AES256' | 'aws:kms' | null;
  readonly kmsKeyId: string | null;
  /** Of the shared AWS files, whose credentials are used here alone; without it: those of the standard AWS chain. */
  readonly profile?: string;
}

export interface S3ClientSettings {
  readonly s3ConnectTimeoutMs: number;
  readonly s3RequestTimeoutMs: number;
  readonly s3StallTimeoutMs: number;
  readonly s3Attempts: number;
  readonly s3Connections: number;
}

/**
 * Runs one command; errors come out with our codes, an abort with the reason of its signal. `inSilence`: the store works and says
 * nothing until it is done, so that only the time of the request counts. Default false.
 */
export type Send = <Result>(
  attempted: string,
  command: (sdk: S3Sdk, client: S3Client, options: { readonly abortSignal?: AbortSignal }) => Promise<Result>,
  signal?: AbortSignal,
  inSilence?: boolean,
) => Promise<Result>;

export interface S3Connection extends AsyncDisposable {
  readonly send: Send;
}

/** Loads the SDK and makes a client, and a patient one when it is first needed. Sends nothing. Throws `store_url_invalid` when no Region is known. */
export async function connectS3(place: S3Place, vendor: S3Vendor, settings: S3ClientSettings): Promise<S3Connection> {
  // By its default: in a bundle a CommonJS module has no other export.
  const { default: sdk } = (await import('@aws-sdk/client-s3')) as unknown as { readonly default: S3Sdk };
  const profile = await profileOptions(place.profile);
  // Of both clients: the number of connections is one to the store.
  const sockets = { keepAlive: true, maxSockets: settings.s3Connections };
  const agents = {
    httpAgent: new (httpOnUse().Agent)(sockets),
    httpsAgent: new (httpsOnUse().Agent)(sockets),
  };
  const optionsFor = (stallMs: number) => ({
    ...UNCACHED,
    ...profile,
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint }),
    ...(place.region === null ? {} : { region: place.region }),
    forcePathStyle: place.pathStyle ?? vendor.pathStyle,
    requestChecksumCalculation: vendor.checksums,
    responseChecksumValidation: vendor.checksums,
    // Bodies lie in memory and can be sent again; waiting for the store's leave would cost a round trip per part.
    expectContinueHeader: false,
    // The SDK's own: exponential with jitter, and a budget that ends retrying while the store fails at everything.
    retryMode: 'standard' as const,
    maxAttempts: settings.s3Attempts,
    requestHandler: {
      connectionTimeout: settings.s3ConnectTimeoutMs,
      requestTimeout: settings.s3RequestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: stallMs,
      ...agents,
    },
  });
  const open = (stallMs: number): S3Client => {
    const client = new sdk.S3Client(optionsFor(stallMs));
    client.middlewareStack.add(refuseForeignAnswers, { step: 'initialize', name: 'refuseForeignAnswers' });
    client.middlewareStack.add(renewCredentials(client), { step: 'initialize', name: 'renewCredentials' });
    client.middlewareStack.add(leaveBodiesUnsigned(), { step: 'build', name: 'leaveBodiesUnsigned' });
    return client;
  };
  const client = open(settings.s3StallTimeoutMs);
  let patient: S3Client | undefined;
  await assertRegion(client, place);
  return {
    send(attempted, command, signal, inSilence = false) {
      const used = inSilence ? (patient ??= open(settings.s3RequestTimeoutMs)) : client;
      return run(attempted, () => command(sdk, used, signalOption(signal)), signal);
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      patient?.destroy();
    },
  };
}

async function assertRegion(client: S3Client, place: S3Place): Promise<void> {
  try {
    await client.config.region();
  } catch (cause) {
    client.destroy();
    throw storageErrors('store_url_invalid', {
      attempted: `Use the bucket ${place.bucket}`,
      detail: 'no Region is known',
      remedy: 'Add ?region= to the address of the store (us-east-1 where the store has no Regions), or set AWS_REGION.',
      cause,
    });
  }
}

function signalOption(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

async function run<Result>(attempted: string, call: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    if (signal?.aborted && (error as { name?: unknown }).name === 'AbortError') signal.throwIfAborted();
    throw s3Error(error, attempted);
  }
}
