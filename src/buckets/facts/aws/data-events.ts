/** Which trails of CloudTrail record who reads and writes the objects of every bucket. */
import type * as TrailSdk from '@aws-sdk/client-cloudtrail';
import type { DataEvents } from '../bucket-facts.ts';
import { whyUnread } from '../fact.ts';
import { asFact, signalOption, type Asking } from './asking.ts';

/** `awsEndpoint` as in `AwsPlace`. A trail that may not be asked is unread; the others are asked all the same. */
export async function readDataEvents(
  { clients, settings, ask }: Asking,
  awsEndpoint: string | null,
  signal: AbortSignal | undefined,
): Promise<DataEvents> {
  const { default: sdk } = (await import('@aws-sdk/client-cloudtrail')) as unknown as {
    readonly default: typeof TrailSdk;
  };
  const sent = signalOption(signal);
  const clientIn = (region: string) =>
    new sdk.CloudTrailClient({
      region,
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: settings.bucketsRequestTimeoutMs,
        requestTimeout: settings.bucketsRequestTimeoutMs,
        throwOnRequestTimeout: true,
      },
      credentials: clients.s3In(null).config.credentials,
      ...(awsEndpoint === null ? {} : { endpoint: awsEndpoint }),
    });
  const found = { reads: [] as string[], writes: [] as string[], unread: [] as DataEvents['unread'][number][] };
  const home = clientIn(clients.homeRegion);
  try {
    // Those of other Regions and of the organisation are named as well, where they reach into this one.
    const { trailList = [] } = await ask(() => home.send(new sdk.DescribeTrailsCommand({}), sent), signal);
    for (const {
      TrailARN = '',
      Name: name = TrailARN,
      HomeRegion = clients.homeRegion,
      IsMultiRegionTrail,
    } of trailList) {
      // One of a single Region is deaf to buckets elsewhere.
      if (IsMultiRegionTrail !== true) continue;
      const client = HomeRegion === clients.homeRegion ? home : clientIn(HomeRegion);
      const recorded = await asFact(async () => {
        const { IsLogging } = await ask(
          () => client.send(new sdk.GetTrailStatusCommand({ Name: TrailARN }), sent),
          signal,
        );
        if (IsLogging !== true) return NOTHING;
        const command = new sdk.GetEventSelectorsCommand({ TrailName: TrailARN });
        return recordedBy(await ask(() => client.send(command, sent), signal));
      });
      if (client !== home) client.destroy();
      if (!recorded.known) found.unread.push({ trail: name, why: whyUnread(recorded) });
      else {
        if (recorded.value.reads) found.reads.push(name);
        if (recorded.value.writes) found.writes.push(name);
      }
    }
    return found;
  } finally {
    home.destroy();
  }
}

interface Recorded {
  readonly reads: boolean;
  readonly writes: boolean;
}
const NOTHING: Recorded = { reads: false, writes: false };

/** What a trail records of the objects of all buckets; one that is for some of them does not count. */
export function recordedBy({
  EventSelectors = [],
  AdvancedEventSelectors = [],
}: Pick<TrailSdk.GetEventSelectorsCommandOutput, 'EventSelectors' | 'AdvancedEventSelectors'>): Recorded {
  const all = [...EventSelectors.map(byBasic), ...AdvancedEventSelectors.map(byAdvanced)];
  return { reads: all.some(({ reads }) => reads), writes: all.some(({ writes }) => writes) };
}

function byBasic({ ReadWriteType = 'All', DataResources = [] }: TrailSdk.EventSelector): Recorded {
  const isWhole = DataResources.some(
    ({ Type, Values = [] }) => Type === OBJECTS && Values.some((arn) => /^arn:[a-z-]+:s3(:::)?$/.test(arn)),
  );
  return { reads: isWhole && ReadWriteType !== 'WriteOnly', writes: isWhole && ReadWriteType !== 'ReadOnly' };
}

/** All fields have to fit, so that each further one leaves something out. */
function byAdvanced({ FieldSelectors = [] }: TrailSdk.AdvancedEventSelector): Recorded {
  const isEqual = (field: string, value: string): boolean =>
    FieldSelectors.some(({ Field, Equals }) => Field === field && Equals?.includes(value) === true);
  const isWhole =
    isEqual('eventCategory', 'Data') &&
    isEqual('resources.type', OBJECTS) &&
    FieldSelectors.every(({ Field = '' }) => ['eventCategory', 'resources.type', 'readOnly'].includes(Field));
  const isEither = !FieldSelectors.some(({ Field }) => Field === 'readOnly');
  return {
    reads: isWhole && (isEither || isEqual('readOnly', 'true')),
    writes: isWhole && (isEither || isEqual('readOnly', 'false')),
  };
}

const OBJECTS = 'AWS::S3::Object';
