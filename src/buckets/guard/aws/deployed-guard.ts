/** The guard as it is deployed in an account: its parts, asked one by one, and its receipts. */
import type { Clock } from '../../../base/clock.ts';
import { hasCode } from '../../../base/errors.ts';
import { openStack } from '../../../stacks/index.ts';
import { bucketErrors } from '../../errors.ts';
import type { AwsPlace } from '../../facts/aws/clients.ts';
import { eachAtOnce } from '../../facts/gather.ts';
import { keys, type LeavingRow, type TurnedRow } from '../../notices/rows.ts';
import { listWanted, type SwitchDeps } from '../../notices/switching/switch.ts';
import type { BucketsSettings } from '../../settings.ts';
import { canaryState } from '../canary.ts';
import {
  canaryHealth,
  eventsHealth,
  noticesHealth,
  sweepHealth,
  type DeployedGuard,
  type EventsState,
  type PartHealth,
} from '../examine.ts';
import { sweepState } from '../swept.ts';
import { receiptKey, type GuardTable } from '../table.ts';
import { openGuardTable } from './dynamo-table.ts';
import { deadLettersHealth } from './health/dead-letters.ts';
import { broken, looked, lookedAtAll, putBack, unsure, works, type Asked, type Found } from './health/found.ts';
import { functionHealth } from './health/functions.ts';
import { givenKeyHealth, keyHealth } from './health/keys.ts';
import { expectedRules, ruleHealth } from './health/rules.ts';
import { subscriptionHealth } from './health/subscription.ts';
import { trailRecord } from './trails.ts';

export interface DeployedGuardDeps {
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  /** What its notices remember, and how buckets send their events. */
  readonly openNotices: () => Promise<Pick<SwitchDeps, 'records' | 'notifier'> & AsyncDisposable>;
}

/** Throws `guard_not_deployed`, and what {@link openStack} throws. */
export async function openDeployedGuard(
  name: string,
  place: AwsPlace,
  { settings, clock, wait, openNotices }: DeployedGuardDeps,
): Promise<DeployedGuard> {
  await using opening = new AsyncDisposableStack();
  const stack = opening.use(await openStack(name, place, wait));
  const ids = await stack.resources();
  if (ids === null) throw bucketErrors('guard_not_deployed', { attempted: `Look for ${name}` });
  const { region } = stack;
  const endpoint = place.awsEndpoint;
  const table = opening.use(await openGuardTable({ table: ids['Table'] ?? '', region, endpoint }, clock));
  const opened = opening.move();
  return {
    receipt: (receiptId) => table.get(receiptKey(receiptId)),
    async examine() {
      const asked: Asked = { stack: name, region, endpoint };
      const state = await stack.state();
      const looks: readonly Look[] = [
        { part: 'stack', look: async () => stackHealth(state?.status ?? 'gone', asked) },
        ...partsOf(ids, state?.parameters ?? {}, asked),
      ];
      const found = await Promise.all(looks.map(async ({ part, look }) => ({ part, ...(await looked(look, asked)) })));
      return [
        ...found,
        ...(await lookedAtAll(['hearing', 'look at all'], () => fromRows(table), asked)),
        ...(await lookedAtAll(['mails about objects', 'events of objects'], fromNotices, asked)),
      ];
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };

  async function fromRows(kept: GuardTable): Promise<readonly PartHealth[]> {
    return [
      canaryHealth(await canaryState({ table: kept }), clock(), settings.guardCanaryMs, name),
      sweepHealth(await sweepState({ table: kept }), clock(), name),
    ];
  }

  async function fromNotices(): Promise<readonly PartHealth[]> {
    // Guards of old told of no objects.
    if (ids?.['NoticesTable'] === undefined) return [];
    await using notices = await openNotices();
    const { records } = notices;
    const turned = await records.get<TurnedRow>(keys.turned.pk, keys.turned.sk);
    const leaving = await records.get<LeavingRow>(keys.leaving.pk, keys.leaving.sk);
    const waiting = (leaving?.value.letters ?? []).map(({ atMs }) => atMs);
    const state = {
      turnedMs: turned?.value.atMs ?? null,
      waitingMs: waiting.length === 0 ? null : Math.min(...waiting),
    };
    return [noticesHealth(state, clock(), name), eventsHealth(await eventsOf(notices, settings))];
  }
}

async function eventsOf(
  { records, notifier }: Pick<SwitchDeps, 'records' | 'notifier'>,
  { bucketsAtOnce }: BucketsSettings,
): Promise<EventsState> {
  const wanted = await listWanted(records);
  const silent: string[] = [];
  const gone: string[] = [];
  const unread: string[] = [];
  const asking = eachAtOnce(wanted, bucketsAtOnce, async ({ bucket }) => {
    try {
      const notification = await notifier.read(bucket);
      if (notification === null) gone.push(bucket);
      else if (notification.EventBridgeConfiguration === undefined) silent.push(bucket);
    } catch (error) {
      if (!hasCode(error, 'bucket_change_failed')) throw error;
      unread.push(bucket);
    }
  });
  for await (const _ of asking);
  // Answers come in any order.
  for (const some of [silent, gone, unread]) some.sort(byName);
  return { wanted: wanted.length, silent, gone, unread };
}

function byName(one: string, other: string): number {
  return one < other ? -1 : 1;
}

interface Look {
  readonly part: string;
  readonly look: () => Promise<Found>;
}

/** What can be asked of AWS, by what the stack is made of and was told. */
function partsOf(
  ids: Readonly<Record<string, string>>,
  parameters: Readonly<Record<string, string>>,
  asked: Asked,
): readonly Look[] {
  const idOf = (name: string): string => ids[name] ?? '';
  const given = (name: string): string => parameters[name] ?? '';
  const lambda = (part: string, name: string, queues: number): Look => ({
    ...{ part, look: () => functionHealth(idOf(name), queues, asked) },
  });
  const told = (part: string, protocol: 'email' | 'sms', endpoint: string): Look => ({
    ...{ part, look: () => subscriptionHealth({ topic: idOf('Topic'), protocol, endpoint }, asked) },
  });
  return [
    { part: 'trail', look: () => trailHealth(ids['Trail'] || given('TrailArn'), asked) },
    ...expectedRules(ids).map((rule) => ({ part: rule.part, look: () => ruleHealth(rule, asked) })),
    lambda('function for events', 'EventFunction', 2),
    lambda('function for tasks', 'TaskFunction', 0),
    ...(ids['NoticeFunction'] === undefined
      ? []
      : [lambda('function for objects', 'NoticeFunction', ids['NewBucketSource'] === undefined ? 1 : 2)]),
    { part: 'dead letters', look: () => deadLettersHealth(idOf('DeadLetters'), asked) },
    told('subscription', 'email', given('AlertEmail')),
    ...(given('AlertPhone') === '' ? [] : [told('subscription of the phone', 'sms', given('AlertPhone'))]),
    { part: 'key', look: () => keyHealth(idOf('Key'), asked) },
    ...(given('KmsKeyArn') === ''
      ? []
      : [{ part: 'key for new buckets', look: () => givenKeyHealth(given('KmsKeyArn'), asked) }]),
  ];
}

function stackHealth(status: string, { stack }: Asked): Found {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return works(status);
  if (status.endsWith('_IN_PROGRESS')) return unsure(`it is being changed (${status}): ask again in some minutes`);
  // After an update that was taken back, all is as it was before it.
  return status === 'UPDATE_ROLLBACK_COMPLETE'
    ? works(`${status}: the last change was taken back`)
    : broken(`${status}: see its events in CloudFormation, then: holdfast buckets deploy --stack ${stack} --apply`);
}

async function trailHealth(arn: string, asked: Asked): Promise<Found> {
  if (arn === '') return broken(`there is none; ${putBack(asked)}`);
  const found = await trailRecord(arn, asked);
  return found.records ? works('it records what changes buckets') : broken(found.why);
}
