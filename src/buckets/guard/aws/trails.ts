/** Trails of CloudTrail: without one that records the calls, EventBridge hands none of them over. */
import type * as TrailSdk from '@aws-sdk/client-cloudtrail';
import { refusalOf, refusalText } from '../../../base/aws/sdk-refusal.ts';

export interface TrailPlace {
  readonly region: string;
  /** What stands in for AWS; `null`: AWS itself. */
  readonly endpoint: string | null;
}

/** What a trail does about the calls of `region`; `why` says what it lacks. */
export type TrailRecord = { readonly records: true } | { readonly records: false; readonly why: string };

type Selectors = Pick<TrailSdk.GetEventSelectorsCommandOutput, 'EventSelectors' | 'AdvancedEventSelectors'>;

/** Whether a trail with these selectors records what changes buckets: management events that write. Pure. */
export function recordsCalls({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors): boolean {
  const isBasic = EventSelectors.some(
    ({ IncludeManagementEvents, ReadWriteType }) => IncludeManagementEvents !== false && ReadWriteType !== 'ReadOnly',
  );
  return (
    isBasic ||
    AdvancedEventSelectors.some(({ FieldSelectors = [] }) => {
      const isManagement = FieldSelectors.some(
        ({ Field, Equals = [] }) => Field === 'eventCategory' && Equals.includes('Management'),
      );
      // A further field leaves something out, unless it is known what.
      return isManagement && FieldSelectors.every(letsCallsIn);
    })
  );
}

function letsCallsIn({ Field, Equals, NotEquals, ...further }: TrailSdk.AdvancedFieldSelector): boolean {
  if (Object.values(further).some((values) => values !== undefined && values.length > 0)) return false;
  if (Field === 'eventCategory') return true;
  const wanted = Field === 'readOnly' ? 'false' : Field === 'eventSource' ? 's3.amazonaws.com' : null;
  if (wanted === null) return false;
  return (Equals === undefined || Equals.includes(wanted)) && !(NotEquals ?? []).includes(wanted);
}

/** Throws what AWS refuses. `arn` may be of another Region: it is asked in its own. */
export async function trailRecord(arn: string, { region, endpoint }: TrailPlace): Promise<TrailRecord> {
  const sdk = await loaded();
  const home = arn.split(':')[3] ?? region;
  const client = new sdk.CloudTrailClient({ region: home, ...(endpoint === null ? {} : { endpoint }) });
  try {
    const { IsLogging, LatestDeliveryError } = await client.send(new sdk.GetTrailStatusCommand({ Name: arn }));
    if (IsLogging !== true) {
      return lacks(`it records nothing; start it: aws cloudtrail start-logging --region ${home} --name ${arn}`);
    }
    const { Trail } = await client.send(new sdk.GetTrailCommand({ Name: arn }));
    if (home !== region && Trail?.IsMultiRegionTrail !== true) {
      return lacks(
        `it records ${home} alone, and not ${region}; make it one of all Regions, or name another (--trail)`,
      );
    }
    if (!recordsCalls(await client.send(new sdk.GetEventSelectorsCommand({ TrailName: arn })))) {
      return lacks('it leaves out management events that write; let it record them, or name another (--trail)');
    }
    return LatestDeliveryError
      ? lacks(`it cannot write its log: ${LatestDeliveryError}; see its bucket and its key`)
      : { records: true };
  } finally {
    client.destroy();
  }
}

export interface OwnTrail {
  /** One that records the calls of this Region; `null`: none was found. */
  readonly arn: string | null;
  /** What could not be looked at, and why. */
  readonly unread: readonly string[];
}

/** Trails that are looked at; an account may have five in a Region, and an organisation adds some. */
const MOST_TRAILS = 30;

/** Looks for a trail that is there already. What may not be looked at is told, and is none. */
export async function findTrail(place: TrailPlace): Promise<OwnTrail> {
  const { region, endpoint } = place;
  const sdk = await loaded();
  const client = new sdk.CloudTrailClient({ region, ...(endpoint === null ? {} : { endpoint }) });
  const unread: string[] = [];
  const told = (error: unknown, what: string): void => {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    unread.push(`${what}: ${refusalText(refusal)}`);
  };
  try {
    const { trailList = [] } = await client.send(new sdk.DescribeTrailsCommand({}));
    for (const { TrailARN = '' } of trailList.slice(0, MOST_TRAILS)) {
      try {
        if ((await trailRecord(TrailARN, place)).records) return { arn: TrailARN, unread };
      } catch (error) {
        told(error, TrailARN);
      }
    }
  } catch (error) {
    told(error, 'the trails of the account');
  } finally {
    client.destroy();
  }
  return { arn: null, unread };
}

function lacks(why: string): TrailRecord {
  return { records: false, why };
}

async function loaded(): Promise<typeof TrailSdk> {
  const { default: sdk } = (await import('@aws-sdk/client-cloudtrail')) as unknown as {
    readonly default: typeof TrailSdk;
  };
  return sdk;
}
