/** Accounts and stores whose buckets admins may have looked at from this server, beside those of the workspace. */
import { endpointEnvironment, type Environment } from './env.ts';
import type { Mistake } from './store-url.ts';

export interface BucketPlaceConfig {
  /** `null`: AWS. */
  readonly endpoint: string | null;
  /** ARN of a role that is assumed first; `null`: the server's own credentials. */
  readonly role: string | null;
}

export type BucketPlaces = {
  readonly places: readonly BucketPlaceConfig[];
  /** What stands in for all of AWS (AWS_ENDPOINT_URL); `null`: AWS itself. */
  readonly awsEndpoint: string | null;
};

export function readBucketPlaces(environment: Environment, mistake: Mistake): BucketPlaces {
  const words = (environment['HOLDFAST_BUCKETS'] ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const places = [...new Set(words)].flatMap((word): readonly BucketPlaceConfig[] => {
    if (word === 'aws') return [{ endpoint: null, role: null }];
    if (/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(word)) return [{ endpoint: null, role: word }];
    const url = URL.parse(word);
    if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) {
      return [{ endpoint: url.origin, role: null }];
    }
    mistake(
      `HOLDFAST_BUCKETS: “${word.replace(/\/\/[^/]*@/, '//…@')}” is neither aws, nor the ARN of a role, nor the address of a store such as https://s3.example.org.`,
    );
    return [];
  });
  const awsEndpoint = endpointEnvironment.map((name) => environment[name]).find((text) => text !== undefined) ?? null;
  return { places, awsEndpoint };
}
