/** The guard as it is deployed in an account: its parts, asked one by one, and its receipts. */
import type * as EventSdk from '@aws-sdk/client-eventbridge';
import type * as KeySdk from '@aws-sdk/client-kms';
import type * as LambdaSdk from '@aws-sdk/client-lambda';
import type * as TopicSdk from '@aws-sdk/client-sns';
import type * as TrailSdk from '@aws-sdk/client-cloudtrail';
import type { Clock } from '../../../base/clock.ts';
import { openStack } from '../../../stacks/index.ts';
import { bucketErrors } from '../../errors.ts';
import type { AwsPlace } from '../../facts/aws/clients.ts';
import { refusalOf, refusalText } from '../../../base/sdk-refusal.ts';
import type { BucketsSettings } from '../../settings.ts';
import { canaryState } from '../canary.ts';
import { canaryHealth, type DeployedGuard, type PartHealth } from '../examine.ts';
import { receiptKey } from '../table.ts';
import { openGuardTable } from './dynamo-table.ts';

export interface DeployedGuardDeps {
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
}

/** Throws `guard_not_deployed`, and what {@link openStack} throws. */
export async function openDeployedGuard(
  name: string,
  place: AwsPlace,
  { settings, clock, wait }: DeployedGuardDeps,
): Promise<DeployedGuard> {
  await using opening = new AsyncDisposableStack();
  const stack = opening.use(await openStack(name, place, wait));
  const ids = await stack.resources();
  if (ids === null) throw bucketErrors('guard_not_deployed', { attempted: `Look for ${name}` });
  const trail = ids['Trail'] || ((await stack.state())?.parameters['TrailArn'] ?? '');
  const { region } = stack;
  const table = opening.use(
    await openGuardTable({ table: ids['Table'] ?? '', region, endpoint: place.awsEndpoint }, clock),
  );
  const options = { region, ...(place.awsEndpoint === null ? {} : { endpoint: place.awsEndpoint }) };
  const opened = opening.move();
  return {
    receipt: (receiptId) => table.get(receiptKey(receiptId)),
    async examine() {
      const parts: readonly (readonly [string, () => Promise<Found>])[] = [
        ['stack', async () => stackHealth((await stack.state())?.status ?? 'gone')],
        ['trail', () => trailHealth(trail, options)],
        ['rule', () => ruleHealth(ids['BucketCalls'] ?? '', options)],
        ['function for events', () => functionHealth(ids['EventFunction'] ?? '', 2, options)],
        ['function for tasks', () => functionHealth(ids['TaskFunction'] ?? '', 0, options)],
        ...(ids['NoticeFunction'] === undefined
          ? []
          : ([
              [
                'function for objects',
                () =>
                  functionHealth(ids['NoticeFunction'] ?? '', ids['NewBucketSource'] === undefined ? 1 : 2, options),
              ],
            ] as const)),
        ['subscription', () => subscriptionHealth(ids['Topic'] ?? '', options)],
        ['key', () => keyHealth(ids['Key'] ?? '', options)],
      ];
      const found = await Promise.all(parts.map(async ([part, look]) => ({ part, ...(await looked(look)) })));
      return [...found, canaryHealth(await canaryState({ table }), clock(), settings.guardCanaryMs)];
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

type Found = Omit<PartHealth, 'part'>;
type Options = { readonly region: string; readonly endpoint?: string };

const works = (detail: string): Found => ({ health: 'works', detail });
const broken = (detail: string): Found => ({ health: 'broken', detail });

/** What may not be asked is unknown; what is not there is broken. */
async function looked(look: () => Promise<Found>): Promise<Found> {
  try {
    return await look();
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    const isMissing = refusal.status === 404 || /NotFound|DoesNotExist/.test(refusal.name);
    return isMissing
      ? broken(`it is not there (${refusalText(refusal)}); deploy it again`)
      : { health: 'unknown', detail: `it could not be looked at: ${refusalText(refusal)}` };
  }
}

function stackHealth(status: string): Found {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return works(status);
  return status.endsWith('_IN_PROGRESS')
    ? { health: 'unknown', detail: `it is being changed (${status})` }
    : broken(`${status}: deploy it again`);
}

async function trailHealth(Name: string, options: Options): Promise<Found> {
  if (Name === '') return broken('there is none; deploy it again');
  const { default: sdk } = (await import('@aws-sdk/client-cloudtrail')) as unknown as {
    readonly default: typeof TrailSdk;
  };
  using client = closing(new sdk.CloudTrailClient(options));
  const { IsLogging, LatestDeliveryError } = await client.send(new sdk.GetTrailStatusCommand({ Name }));
  if (IsLogging !== true) return broken('it records nothing; start it again');
  return LatestDeliveryError ? broken(`it cannot write its log: ${LatestDeliveryError}`) : works('it records');
}

async function ruleHealth(Name: string, options: Options): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-eventbridge')) as unknown as {
    readonly default: typeof EventSdk;
  };
  using client = closing(new sdk.EventBridgeClient(options));
  const { State } = await client.send(new sdk.DescribeRuleCommand({ Name }));
  const { Targets = [] } = await client.send(new sdk.ListTargetsByRuleCommand({ Rule: Name }));
  if (State !== 'ENABLED') return broken(`it is ${State}; enable it`);
  return Targets.length === 2
    ? works('it is enabled, with both queues')
    : broken('its queues are gone; deploy it again');
}

async function functionHealth(FunctionName: string, sources: number, options: Options): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-lambda')) as unknown as {
    readonly default: typeof LambdaSdk;
  };
  using client = closing(new sdk.LambdaClient(options));
  const { State, LastUpdateStatus } = await client.send(new sdk.GetFunctionConfigurationCommand({ FunctionName }));
  if (State === 'Failed' || LastUpdateStatus === 'Failed') return broken('its code cannot be run; deploy it again');
  if (sources === 0) return works(State ?? 'it is there');
  const { EventSourceMappings = [] } = await client.send(new sdk.ListEventSourceMappingsCommand({ FunctionName }));
  const enabled = EventSourceMappings.filter((each) => each.State === 'Enabled').length;
  return enabled === sources
    ? works(sources === 1 ? 'it reads its queue' : 'it reads both queues')
    : broken(`it reads ${enabled} of ${sources} queues`);
}

async function subscriptionHealth(TopicArn: string, options: Options): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-sns')) as unknown as { readonly default: typeof TopicSdk };
  using client = closing(new sdk.SNSClient(options));
  const { Subscriptions = [] } = await client.send(new sdk.ListSubscriptionsByTopicCommand({ TopicArn }));
  const confirmed = Subscriptions.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:')).length;
  if (confirmed > 0) return works(`${confirmed} confirmed`);
  return broken(
    Subscriptions.length > 0 ? 'nobody has confirmed the mail of Amazon SNS yet' : 'there is none; deploy it again',
  );
}

async function keyHealth(KeyId: string, options: Options): Promise<Found> {
  const { default: sdk } = (await import('@aws-sdk/client-kms')) as unknown as { readonly default: typeof KeySdk };
  using client = closing(new sdk.KMSClient(options));
  const { KeyMetadata } = await client.send(new sdk.DescribeKeyCommand({ KeyId }));
  const { KeyState } = KeyMetadata ?? {};
  return KeyState === 'Enabled'
    ? works('it is enabled')
    : broken(`it is ${KeyState}; enable it, or cancel its deletion`);
}

function closing<Client extends { destroy(): void }>(client: Client): Client & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
