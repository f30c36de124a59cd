/** The notices of objects in an account, as they run in AWS Lambda. */
import { systemClock } from '../../base/clock.ts';
import {
  deliverLetter,
  handleNotices,
  openAwsReader,
  openBucketNotifier,
  openNoticeQueue,
  openOwnerMailer,
  type BatchAnswer,
  type NoticesInvocation,
  type WorkspaceNotice,
} from '../../buckets/index.ts';
import { readNoticesEnvironment, type Environment } from '../../config/index.ts';
import { openDynamoRecordStore } from '../../storage/index.ts';
import { jsonLog } from './json-log.ts';

/** Everything that one invocation does. */
export async function runNotices(
  invocation: NoticesInvocation,
  environment: Environment,
  output: (line: string) => void,
): Promise<BatchAnswer> {
  const { config, settings, table, topic, workspaceQueue, endpoint } = readNoticesEnvironment(environment);
  const { region, stack, owners } = config;
  const clock = systemClock;
  const log = jsonLog(output, clock);
  await using opened = new AsyncDisposableStack();
  const at = { region, ...(endpoint === null ? {} : { endpoint }) };
  const records = opened.use(await openDynamoRecordStore({ table, ...at, clock, log }));
  const mailer = opened.use(await openOwnerMailer({ arn: topic, region, endpoint }, { records, clock }));
  const queue =
    workspaceQueue === null ? null : opened.use(await openNoticeQueue({ url: workspaceQueue, region, endpoint }));
  const relay = queue === null ? null : (notice: WorkspaceNotice) => queue.send(notice);
  const place = { endpoint: null, region, awsEndpoint: endpoint, role: null };
  return await handleNotices(invocation, {
    ...{ config, settings, records, clock, log },
    deliver: (letter) => deliverLetter(letter, { stack, owners, mailer, records, settings, clock, relay }),
    openReader: () => openAwsReader(place, settings),
    openNotifier: () => openBucketNotifier(place, settings),
  });
}
