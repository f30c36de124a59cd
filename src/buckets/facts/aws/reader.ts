/** The {@link BucketReader} of AWS and of every store that speaks S3. */
import { hasCode } from '../../../base/errors.ts';
import { bucketErrors } from '../../errors.ts';
import type { BucketsSettings } from '../../settings.ts';
import type { BucketReader, ListedBucket } from '../bucket-reader.ts';
import { known, unread, type Fact } from '../fact.ts';
import { openPace, type Pace } from '../pace.ts';
import { readOutside } from './outside.ts';
import { asFact, signalOption, type Asking } from './asking.ts';
import { readAccessPoints, readMultiRegionAccessPoints } from './access-points.ts';
import { readAccount } from './account.ts';
import { openClients, type AwsPlace } from './clients.ts';
import { readDataEvents } from './data-events.ts';
import { parts, plain } from './parts.ts';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';
import { judgeRefusal, unreadReasonOf } from './refusal.ts';
import { sampleObjects } from './sample.ts';

export type { AwsPlace } from './clients.ts';

export interface AwsReader extends BucketReader {
  readonly pace: Pace;
}

export async function openAwsReader(place: AwsPlace, settings: BucketsSettings): Promise<AwsReader> {
  await using opened = new AsyncDisposableStack();
  const clients = opened.use(await openClients(place, settings));
  const pace = openPace(settings);
  const asking: Asking = {
    clients,
    settings,
    ask: (request, signal) => pace.run(request, judgeRefusal, signal),
  };
  const isAws = place.endpoint === null;
  const own = isAws ? await readAccount(asking) : null;
  const accountId = own?.accountId.known ? own.accountId.value : null;
  // Flags and access points are those of this account: a bucket of another one cannot be judged by them.
  const ofOurs = accountId === null ? {} : { ExpectedBucketOwner: accountId };
  const held = opened.move();
  return {
    pace,
    place: {
      scope: isAws ? `aws ${accountId ?? 'unknown account'}` : (place.endpoint ?? ''),
      provider: isAws ? 'aws' : null,
    },
    async account() {
      return own ?? (await storeAccount(asking));
    },
    list: (signal) => listBuckets(asking, signal),
    async region(bucket, signal) {
      const location = await asFact(async () => {
        const command = new clients.s3.GetBucketLocationCommand({ Bucket: bucket });
        return await asking.ask(() => clients.s3In(null).send(command, signalOption(signal)), signal);
      });
      // The first Region of all answers with nothing, one of the oldest with “EU”.
      return location.known
        ? known(REGIONS[location.value.LocationConstraint ?? ''] ?? location.value.LocationConstraint ?? 'us-east-1')
        : location;
    },
    async read(bucket, name, signal) {
      const part = parts[name];
      let raw: unknown;
      const fact = await asFact(async () => {
        try {
          const client = clients.s3In(bucket.region);
          const asked = { Bucket: bucket.name, ...ofOurs };
          const answer = plain(await asking.ask(() => part.send(clients.s3, client, asked, signal), signal));
          raw = answer;
          return part.value(answer);
        } catch (error) {
          const refusal = refusalOf(error);
          if (refusal) raw = { refused: refusal };
          if (refusal && part.unset.includes(refusal.name)) return part.value({});
          throw error;
        }
      });
      return { fact: isAws ? ofAws(fact) : fact, raw };
    },
    async accessPoints(region, signal) {
      if (!isAws) return unread('not_implemented');
      if (accountId === null) return unread('denied', 'the account is not known');
      return await asFact(() => readAccessPoints(asking, { accountId, region }, signal));
    },
    async multiRegionAccessPoints(signal) {
      // There are none in China and in the regions of the government.
      if (own?.partition !== 'aws') return unread('not_implemented');
      if (accountId === null) return unread('denied', 'the account is not known');
      return await asFact(() => readMultiRegionAccessPoints(asking, accountId, signal));
    },
    sample: (bucket, options, signal) => asFact(() => sampleObjects(asking, bucket, options, signal)),
    async holder(name, signal) {
      try {
        const command = new clients.s3.HeadBucketCommand({
          Bucket: name,
          // One that lets everybody in is not ours for that.
          ...ofOurs,
        });
        await asking.ask(() => clients.s3In(null).send(command, signalOption(signal)), signal);
        return known('us');
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal?.status === 404) return known('nobody');
        // It is there, and another Region's or another account's.
        if (refusal?.status === 403 || refusal?.status === 301) return known('others');
        if (!refusal) throw error;
        return unread(unreadReasonOf(refusal), refusalText(refusal));
      }
    },
    async outside(signal) {
      if (!isAws) return [];
      return await readOutside(asking, { region: clients.homeRegion, awsEndpoint: place.awsEndpoint }, signal);
    },
    async dataEvents(signal) {
      if (!isAws) return unread('not_implemented');
      return await asFact(() => readDataEvents(asking, place.awsEndpoint, signal));
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** AWS has every setting: with a 405 it refuses those who have the right and belong to another account. */
function ofAws<Value>(fact: Fact<Value>): Fact<Value> {
  const isRefused = !fact.known && fact.reason === 'not_implemented' && fact.detail.endsWith(', 405');
  return isRefused ? unread('denied', fact.detail) : fact;
}

const REGIONS: Readonly<Record<string, string>> = { '': 'us-east-1', EU: 'eu-west-1' };

async function* listBuckets({ clients, settings, ask }: Asking, signal?: AbortSignal): AsyncGenerator<ListedBucket> {
  const attempted = 'List the buckets';
  const client = clients.s3In(null);
  let token: string | undefined;
  let listed = 0;
  const seen = new Set<string>();
  do {
    const command = new clients.s3.ListBucketsCommand({
      MaxBuckets: settings.bucketsPageSize,
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await ask(() => client.send(command, signalOption(signal)), signal).catch((cause: unknown) => {
      throw unlisted(cause, attempted);
    });
    for (const { Name, BucketRegion } of page.Buckets ?? []) {
      // A store that pays no heed to the token answers with the same page again.
      if (Name === undefined || seen.has(Name)) continue;
      seen.add(Name);
      listed += 1;
      if (listed > settings.bucketsListed) {
        throw bucketErrors('buckets_unlisted', { attempted, detail: `more than ${settings.bucketsListed} buckets` });
      }
      yield { name: Name, region: BucketRegion ?? null };
    }
    if (page.ContinuationToken === token) return;
    token = page.ContinuationToken;
  } while (token !== undefined);
}

function unlisted(cause: unknown, attempted: string): unknown {
  const refusal = refusalOf(cause);
  if (!refusal || refusal.name === 'AbortError' || hasCode(cause, 'buckets_unlisted')) return cause;
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(refusal.name)) {
    return bucketErrors('buckets_no_credentials', { attempted, cause });
  }
  return bucketErrors('buckets_unlisted', { attempted, detail: refusalText(refusal), cause });
}

/** A store that is no part of AWS knows the owner of the list, and no accounts. */
async function storeAccount({ clients, ask }: Asking) {
  const owner = await asFact(async () => {
    const { Owner } = await ask(() => clients.s3In(null).send(new clients.s3.ListBucketsCommand({ MaxBuckets: 1 })));
    return Owner?.ID ?? '';
  });
  return {
    accountId: unread('not_implemented'),
    canonicalId: owner.known && owner.value === '' ? unread('failed', 'the list names no owner') : owner,
    partition: 'aws',
    publicAccessBlock: unread('not_implemented'),
  };
}
