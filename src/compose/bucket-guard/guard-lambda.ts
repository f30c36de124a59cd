/** The guard of an account as it runs in AWS Lambda. */
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../base/clock.ts';
import {
  guardNoticeOf,
  handle,
  openAlerts,
  openAwsReader,
  openAwsWriter,
  openGraceQueue,
  openGuardTable,
  openNoticeQueue,
  openTopic,
  type BatchAnswer,
  type Invocation,
} from '../../buckets/index.ts';
import { readGuardEnvironment, type Environment } from '../../config/index.ts';
import { jsonLog } from './json-log.ts';

/** Everything that one invocation does. What can be kept between invocations, such as connections, is opened anew. */
export async function runGuard(
  invocation: Invocation,
  environment: Environment,
  output: (line: string) => void,
): Promise<BatchAnswer> {
  const { config, settings, table: name, topic: arn, workspaceQueue, endpoint } = readGuardEnvironment(environment);
  const { region, fixRole } = config;
  await using opened = new AsyncDisposableStack();
  const table = opened.use(await openGuardTable({ table: name, region, endpoint }, systemClock));
  const mails = opened.use(await openTopic({ arn, region, endpoint }));
  const queue =
    workspaceQueue === null ? null : opened.use(await openNoticeQueue({ url: workspaceQueue, region, endpoint }));
  const topic: typeof mails = {
    async publish(subject, message) {
      // The workspace drops what comes twice; people would not.
      await queue?.send(guardNoticeOf(message));
      await mails.publish(subject, message);
    },
    [Symbol.asyncDispose]: () => mails[Symbol.asyncDispose](),
  };
  const graceQueue = opened.use(openGraceQueue({ arn: config.graceQueue, region, endpoint }));
  const place = { endpoint: null, region, awsEndpoint: endpoint };
  return await handle(invocation, {
    ...{ config, settings, table, graceQueue, clock: systemClock, log: jsonLog(output, systemClock) },
    alerts: openAlerts({ table, topic, settings, clock: systemClock, wait: (ms) => wait(ms) }),
    openReader: () => openAwsReader({ ...place, role: null }, settings),
    openWriter: () => openAwsWriter({ ...place, role: fixRole }, settings),
  });
}
