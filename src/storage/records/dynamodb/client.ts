import type * as Sdk from '@aws-sdk/client-dynamodb';
import { profileOptions } from '../../../base/aws/profile.ts';
import { storageErrors } from '../../errors.ts';
import { renewCredentials, UNCACHED } from '../../renewed-credentials.ts';

/** Where a table is. What is not given comes from the standard AWS chain. */
export interface DynamoPlace {
  readonly table: string;
  readonly region?: string;
  /** Of another server than Amazon's own, such as http://localhost:8000. */
  readonly endpoint?: string;
  /** Of the shared AWS files, whose credentials are used for the table alone. */
  readonly profile?: string;
}

export interface DynamoConnection {
  readonly sdk: Omit<typeof Sdk, 'default'>;
  readonly client: Sdk.DynamoDBClient;
  /** The one in force. */
  readonly region: string;
  /** The place as a URL, with that region. */
  readonly url: string;
}

/** Loaded on first use: who keeps records in a file does not wait for it. Throws `store_url_invalid` without a region. */
export async function connectDynamo(place: DynamoPlace, attempted: string): Promise<DynamoConnection> {
  // By its default: in a bundle a CommonJS module has no other export.
  const { default: sdk } = await import('@aws-sdk/client-dynamodb');
  const client = new sdk.DynamoDBClient({
    ...UNCACHED,
    ...(await profileOptions(place.profile)),
    ...(place.region === undefined ? {} : { region: place.region }),
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    // Retried by retry.ts, which knows of the budget and of transactions that were refused for the moment.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 3000, httpAgent: { maxSockets: 64 }, httpsAgent: { maxSockets: 64 } },
  });
  client.middlewareStack.add(renewCredentials(client), { step: 'initialize', name: 'renewCredentials' });
  let region;
  try {
    region = await client.config.region();
  } catch (cause) {
    client.destroy();
    throw storageErrors('store_url_invalid', {
      attempted,
      detail: 'no AWS region is known',
      remedy: `Say it in the URL, dynamodb://${place.table}?region=eu-central-1, or set AWS_REGION.`,
      cause,
    });
  }
  const query = new URLSearchParams({ region, ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }) });
  return { sdk, client, region, url: `dynamodb://${place.table}?${String(query)}` };
}
