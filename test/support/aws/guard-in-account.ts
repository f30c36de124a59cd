/** The guard of an account on moto: its table, its topic with a queue that reads the mails, and events that reach it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { newId } from '../../../src/base/ids.ts';
import { runGuard } from '../../../src/compose/bucket-guard/guard-lambda.ts';
import { motoEndpoint, newQueue } from './moto.ts';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const GRACE_QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:holdfast-guard-grace`;
const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:holdfast-guard-now`;
export const FIX_ROLE = `arn:aws:iam::${ACCOUNT}:role/holdfast-guard-fix`;

export interface SentEvent {
  readonly detail: {
    eventID: string;
    eventTime: string;
    userIdentity: { sessionContext: { sessionIssuer: { arn: string } } };
    requestParameters: Record<string, unknown>;
    [name: string]: unknown;
  };
}

/** A recorded event about another bucket, with an id of its own. */
export function recorded(name: string, bucketName?: string): SentEvent {
  const text = readFileSync(join(import.meta.dirname, `../../vectors/cloudtrail/${name}.json`), 'utf8');
  const event = JSON.parse(text) as SentEvent;
  event.detail.eventID = newId();
  if (bucketName !== undefined) event.detail.requestParameters['bucketName'] = bucketName;
  return event;
}

export interface Handled {
  /** How many of the events have to come again. */
  readonly again: number;
  readonly log: readonly Record<string, unknown>[];
}

export interface GuardInAccount extends AsyncDisposable {
  readonly table: string;
  /** As the first queue hands them over, at once. */
  now(...events: readonly (SentEvent | string)[]): Promise<Handled>;
  /** As the second one does, after the grace time. */
  later(...events: readonly (SentEvent | string)[]): Promise<Handled>;
  task(task: 'sweep' | 'canary'): Promise<Handled>;
  /** What was mailed since the last time. */
  mails(): Promise<readonly string[]>;
  /** Writes into the table, as if the guard had. */
  put(key: string, value: object): Promise<void>;
  /** What the table keeps under keys that begin so. */
  kept(prefix: string): Promise<readonly Record<string, unknown>[]>;
}

export async function guardInAccount(
  more: Readonly<Record<string, string>> = {},
  region = REGION,
): Promise<GuardInAccount> {
  const endpoint = motoEndpoint ?? '';
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
  const table = `holdfast-guard-${newId()}`;
  const dynamo = new DynamoDBClient({ endpoint, region });
  const sns = new SNSClient({ endpoint, region });
  await dynamo.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: table }));
  const queue = await newQueue();
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    HOLDFAST_GUARD_STACK: 'holdfast-guard',
    HOLDFAST_GUARD_ACCOUNT: ACCOUNT,
    HOLDFAST_GUARD_REGION: region,
    HOLDFAST_GUARD_TABLE: table,
    HOLDFAST_GUARD_TOPIC: TopicArn,
    HOLDFAST_GUARD_GRACE_QUEUE: GRACE_QUEUE,
    HOLDFAST_GUARD_FIX_ROLE: FIX_ROLE,
    // What these keep apart in an account, a test wants one after the other.
    HOLDFAST_GUARD_MAIL_EVERY_MS: '1000',
    HOLDFAST_GUARD_COOLDOWN_MS: '0',
    ...more,
  };
  const run = async (invocation: Parameters<typeof runGuard>[0]): Promise<Handled> => {
    const log: Record<string, unknown>[] = [];
    const keep = (line: string): void => void log.push(JSON.parse(line) as Record<string, unknown>);
    const { batchItemFailures } = await runGuard(invocation, environment, keep);
    return { again: batchItemFailures.length, log };
  };
  const through = (eventSourceARN: string) => (events: readonly (SentEvent | string)[]) =>
    run({
      Records: events.map((event, index) => {
        const body = typeof event === 'string' ? event : JSON.stringify(event);
        return { messageId: String(index), body, eventSourceARN };
      }),
    });
  return {
    table,
    now: (...events) => through(QUEUE)(events),
    later: (...events) => through(environment.HOLDFAST_GUARD_GRACE_QUEUE)(events),
    task: (task) => run({ task }),
    async mails() {
      return (await queue.receive()).map(({ Message }) => String(Message));
    },
    async put(key, value) {
      const Item = { id: { S: key }, body: { S: JSON.stringify(value) }, expires: { N: '9999999999' } };
      await dynamo.send(new PutItemCommand({ TableName: table, Item }));
    },
    async kept(prefix) {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: table }));
      return Items.filter(({ id }) => id?.S?.startsWith(prefix)).map(
        ({ body }) => JSON.parse(body?.S ?? '{}') as Record<string, unknown>,
      );
    },
    async [Symbol.asyncDispose]() {
      await dynamo.send(new DeleteTableCommand({ TableName: table }));
      dynamo.destroy();
      sns.destroy();
    },
  };
}
