/** The notices of objects in an account on moto: their table, the topic with a queue that reads the mails, and events. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { systemClock } from '../../../src/base/clock.ts';
import { newId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { runNotices } from '../../../src/compose/bucket-guard/notices-lambda.ts';
import { openDynamoRecordStore, type RecordStore } from '../../../src/storage/index.ts';
import { motoEndpoint, newQueue, pointSdkAt, queueUrlOf } from './moto.ts';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const OBJECT_QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:holdfast-guard-objects`;
const NEW_BUCKET_QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:holdfast-guard-new-buckets`;

let sent = 0;

/** A recorded event about another object, later than the ones before. */
export function recordedObject(name: string, bucket: string, key: string): Record<string, unknown> {
  const text = readFileSync(join(import.meta.dirname, `../../vectors/eventbridge-s3/${name}.json`), 'utf8');
  const event = JSON.parse(text) as {
    id: string;
    detail: { bucket: { name: string }; object: { key: string; sequencer?: string } };
  };
  event.id = newId();
  event.detail.bucket.name = bucket;
  event.detail.object.key = key;
  if (event.detail.object.sequencer !== undefined) {
    event.detail.object.sequencer = (sent += 1).toString(16).toUpperCase().padStart(18, '0');
  }
  return { ...event };
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Whose it is, as subscriptions filter. */
  readonly owner: string;
  /** Whether phones get it. */
  readonly texted: boolean;
}

export interface NoticesInAccount extends AsyncDisposable {
  readonly records: RecordStore;
  /** URL of the queue that a workspace reads. */
  readonly workspaceQueue: string;
  objects(...events: readonly object[]): Promise<Told>;
  newBuckets(...events: readonly object[]): Promise<Told>;
  /** What runs each minute. */
  minute(): Promise<Told>;
  /** What was mailed since the last time. */
  mails(): Promise<readonly Mail[]>;
}

interface Told {
  /** How many of the events have to come again. */
  readonly again: number;
  readonly log: readonly Record<string, unknown>[];
}

export async function noticesInAccount(more: Readonly<Record<string, string>> = {}): Promise<NoticesInAccount> {
  const endpoint = motoEndpoint ?? '';
  pointSdkAt(endpoint);
  const table = `holdfast-notices-${newId()}`;
  const records = await openDynamoRecordStore({
    ...{ table, region: REGION, endpoint, clock: systemClock, log: silentLog },
    mayCreate: async () => true,
  });
  const sns = new SNSClient({ endpoint, region: REGION });
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: table }));
  const [queue, workspace] = [await newQueue(), await newQueue()];
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
  const workspaceQueue = queueUrlOf(workspace.arn);
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    HOLDFAST_GUARD_STACK: 'holdfast-guard',
    HOLDFAST_GUARD_ACCOUNT: ACCOUNT,
    HOLDFAST_GUARD_REGION: REGION,
    HOLDFAST_GUARD_EMAIL: 'security@example.org',
    HOLDFAST_GUARD_NOTICES_TABLE: table,
    HOLDFAST_GUARD_TOPIC: TopicArn,
    HOLDFAST_GUARD_WORKSPACE_QUEUE: workspaceQueue,
    HOLDFAST_GUARD_NEW_BUCKETS_QUEUE: NEW_BUCKET_QUEUE,
    ...more,
  };
  const run = async (invocation: Parameters<typeof runNotices>[0]): Promise<Told> => {
    const log: Record<string, unknown>[] = [];
    const keep = (line: string): void => void log.push(JSON.parse(line) as Record<string, unknown>);
    const { batchItemFailures } = await runNotices(invocation, environment, keep);
    return { again: batchItemFailures.length, log };
  };
  const through = (eventSourceARN: string) => (events: readonly object[]) =>
    run({
      Records: events.map((event, index) => ({
        ...{ messageId: String(index), body: JSON.stringify(event), eventSourceARN },
      })),
    });
  return {
    records,
    workspaceQueue,
    objects: (...events) => through(OBJECT_QUEUE)(events),
    newBuckets: (...events) => through(NEW_BUCKET_QUEUE)(events),
    minute: () => run({}),
    async mails() {
      return (await queue.receive()).map((message) => {
        const attributes = message['MessageAttributes'] as Record<string, { Value: string }>;
        return {
          subject: String(message['Subject']),
          text: String(message['Message']),
          owner: attributes['owner']?.Value ?? '',
          texted: attributes['text']?.Value === 'yes',
        };
      });
    },
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      const dynamo = new DynamoDBClient({ endpoint, region: REGION });
      await dynamo.send(new DeleteTableCommand({ TableName: table })).catch(() => {});
      dynamo.destroy();
      sns.destroy();
    },
  };
}
