/** The notices of a guard that is deployed in an account, as the verbs switch them. */
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { bucketErrors, openBucketNotifier, type AwsPlace } from '../../buckets/index.ts';
import type { DeployedNotices } from '../../buckets/commands.ts';
import type { Config } from '../../config/index.ts';
import { openStack } from '../../stacks/index.ts';
import { openDynamoRecordStore } from '../../storage/index.ts';

/** Throws `guard_not_deployed`, and what the stack and the table throw. */
export async function openDeployedNotices(
  name: string,
  place: AwsPlace,
  settings: Config['settings']['buckets'],
): Promise<DeployedNotices> {
  await using opening = new AsyncDisposableStack();
  const stack = opening.use(await openStack(name, place, (ms) => wait(ms)));
  const { region } = stack;
  const ids = await stack.resources();
  if (ids === null) throw bucketErrors('guard_not_deployed', { attempted: `Look for ${name}` });
  const table = ids['NoticesTable'];
  if (table === undefined) {
    const detail = 'it was deployed before it told of objects; deploy it again';
    throw bucketErrors('guard_not_deployed', { attempted: `Look for the notices of ${name}`, detail });
  }
  const endpoint = place.awsEndpoint === null ? {} : { endpoint: place.awsEndpoint };
  const records = opening.use(
    await openDynamoRecordStore({ table, region, ...endpoint, clock: systemClock, log: silentLog }),
  );
  const notifier = opening.use(await openBucketNotifier({ ...place, region }, settings));
  const opened = opening.move();
  return { records, notifier, region, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
