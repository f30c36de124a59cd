import type { AccessPoint, PublicAccessBlock } from '../bucket-facts.ts';
import { known } from '../fact.ts';
import { asFact, signalOption, type Asking } from './asking.ts';
import { refusalOf } from '../../../base/aws/sdk-refusal.ts';

/** Every access point of the account in a Region, by bucket. */
export async function readAccessPoints(
  { clients, ask }: Asking,
  { accountId: AccountId, region }: { readonly accountId: string; readonly region: string },
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly AccessPoint[]>> {
  const { sdk, client } = await clients.control(region);
  const found = new Map<string, AccessPoint[]>();
  let NextToken: string | undefined;
  do {
    const command = new sdk.ListAccessPointsCommand({ AccountId, ...(NextToken === undefined ? {} : { NextToken }) });
    const page = await ask(() => client.send(command, signalOption(signal)), signal);
    for (const { Name = '', Bucket = '', NetworkOrigin } of page.AccessPointList ?? []) {
      const policy = await asFact(async () => {
        try {
          const one = new sdk.GetAccessPointPolicyCommand({ AccountId, Name });
          return (await ask(() => client.send(one, signalOption(signal)), signal)).Policy ?? null;
        } catch (error) {
          if (refusalOf(error)?.name === 'NoSuchAccessPointPolicy') return null;
          throw error;
        }
      });
      const publicAccessBlock = await asFact(async () => {
        const one = new sdk.GetAccessPointCommand({ AccountId, Name });
        const answer = await ask(() => client.send(one, signalOption(signal)), signal);
        return (answer.PublicAccessBlockConfiguration as PublicAccessBlock | undefined) ?? null;
      });
      const origin = known(NetworkOrigin === 'VPC' ? ('VPC' as const) : ('Internet' as const));
      found.set(Bucket, [...(found.get(Bucket) ?? []), { name: Name, origin, policy, publicAccessBlock }]);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** Where AWS answers for access points of several Regions, wherever their buckets lie. */
const THEIR_REGION = 'us-west-2';

/** Every multi-Region access point of the account, by bucket, called by its alias as policies do. */
export async function readMultiRegionAccessPoints(
  { clients, ask }: Asking,
  AccountId: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, readonly AccessPoint[]>> {
  const { sdk, client } = await clients.control(THEIR_REGION);
  const found = new Map<string, AccessPoint[]>();
  let NextToken: string | undefined;
  do {
    const list = { AccountId, ...(NextToken === undefined ? {} : { NextToken }) };
    const command = new sdk.ListMultiRegionAccessPointsCommand(list);
    const page = await ask(() => client.send(command, signalOption(signal)), signal);
    for (const { Name = '', Alias = Name, PublicAccessBlock: block, Regions = [] } of page.AccessPoints ?? []) {
      const policy = await asFact(async () => {
        const one = new sdk.GetMultiRegionAccessPointPolicyCommand({ AccountId, Name });
        const answer = await ask(() => client.send(one, signalOption(signal)), signal);
        // One that is proposed is not in force yet.
        return answer.Policy?.Established?.Policy ?? null;
      });
      const publicAccessBlock = known((block as PublicAccessBlock | undefined) ?? null);
      const point: AccessPoint = { name: Alias, origin: known('Internet'), policy, publicAccessBlock };
      for (const { Bucket = '' } of Regions) found.set(Bucket, [...(found.get(Bucket) ?? []), point]);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
