/** What an operator may want to know of the table; looks, and changes nothing. */
import { hasCode } from '../../../base/errors.ts';
import { newId } from '../../../base/ids.ts';
import { storageErrors } from '../../errors.ts';
import type { DynamoConnection } from './client.ts';
import { ownItemKey, TTL_ATTRIBUTE } from './items.ts';

export interface DynamoHealth {
  /** How far this machine's clock is from DynamoDB's, in ms; 0 when they differ by less than 5 minutes. */
  readonly clockSkewMs: number;
  /** Expired records are removed by DynamoDB itself. `null`: this server may not look. */
  readonly removesExpired: boolean | null;
  /** It can be set back to any moment of the last weeks. `null`: this server may not look, or the engine has no such thing. */
  readonly pointInTimeRecovery: boolean | null;
  readonly deletionProtection: boolean;
  /** Actions that the server needs and may not do. */
  readonly denied: readonly string[];
  /** The least that a role must allow, as an IAM policy. */
  readonly policy: string;
}

const ON: ReadonlySet<string | undefined> = new Set(['ENABLED', 'ENABLING']);

/** What serving asks of DynamoDB; a transaction needs the right to each of its acts. */
const SERVING = [
  'DescribeTable',
  'DescribeTimeToLive',
  'DescribeContinuousBackups',
  'GetItem',
  'Query',
  'Scan',
  'PutItem',
  'DeleteItem',
  'ConditionCheckItem',
] as const;

/** What making the table asks besides, once. */
const CREATING = ['CreateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups'] as const;

/** The least-privilege policy for one table, as one line of JSON. */
export function recordsPolicy(tableArn: string): string {
  const statement = (Sid: string, actions: readonly string[]) => ({
    Sid,
    Effect: 'Allow',
    Action: actions.map((action) => `dynamodb:${action}`),
    Resource: tableArn,
  });
  const Statement = [statement('HoldfastRecords', SERVING), statement('HoldfastMakesItsTableOnce', CREATING)];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** A refusal with the least policy that it takes: whoever may not even look at the table cannot be told by looking. */
export function withPolicy(error: unknown, table: string, region: string): unknown {
  if (!hasCode(error, 'records_denied') || (error.cause as Error | undefined)?.name !== 'AccessDeniedException') {
    return error;
  }
  const { attempted = '', detail = '', cause } = error;
  const policy = recordsPolicy(`arn:aws:dynamodb:${region}:*:table/${table}`);
  const remedy = `Give the role of the server this policy (the second part only until the table is made): ${policy}`;
  return storageErrors('records_denied', { attempted, detail, remedy, cause });
}

/** Rejects with the SDK's error when the table cannot even be described. */
export async function examineTable({ sdk, client }: DynamoConnection, table: string): Promise<DynamoHealth> {
  const { Table } = await client.send(new sdk.DescribeTableCommand({ TableName: table }));
  const denied: string[] = [];
  const look = async <Result>(action: string, step: () => Promise<Result>): Promise<Result | null> => {
    try {
      return await step();
    } catch (error) {
      if (error instanceof Error && error.name === 'AccessDeniedException') denied.push(action);
      return null;
    }
  };
  const key = { TableName: table, Key: ownItemKey };
  const never = { pk: { S: `\u0001${newId()}` }, sk: { S: '\u0001' } };
  // Refused by its condition where it is allowed at all: nothing is written.
  const there = { ConditionExpression: 'attribute_exists(pk)' };
  const ttl = await look('DescribeTimeToLive', () =>
    client.send(new sdk.DescribeTimeToLiveCommand({ TableName: table })),
  );
  const backups = await look('DescribeContinuousBackups', () =>
    client.send(new sdk.DescribeContinuousBackupsCommand({ TableName: table })),
  );
  await look('GetItem', () => client.send(new sdk.GetItemCommand(key)));
  await look('Query', () =>
    client.send(
      new sdk.QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': never.pk },
        Limit: 1,
      }),
    ),
  );
  await look('Scan', () => client.send(new sdk.ScanCommand({ TableName: table, Limit: 1 })));
  await look('PutItem', () => client.send(new sdk.PutItemCommand({ TableName: table, Item: never, ...there })));
  await look('DeleteItem', () => client.send(new sdk.DeleteItemCommand({ TableName: table, Key: never, ...there })));
  await look('ConditionCheckItem', () =>
    client.send(
      new sdk.TransactWriteItemsCommand({
        TransactItems: [{ ConditionCheck: { TableName: table, Key: never, ...there } }],
      }),
    ),
  );
  const removal = ttl?.TimeToLiveDescription;
  const recovery = backups?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return {
    clockSkewMs: client.config.systemClockOffset,
    removesExpired: removal ? removal.AttributeName === TTL_ATTRIBUTE && ON.has(removal.TimeToLiveStatus) : null,
    pointInTimeRecovery: recovery ? ON.has(recovery.PointInTimeRecoveryStatus) : null,
    deletionProtection: Table?.DeletionProtectionEnabled ?? false,
    denied,
    policy: recordsPolicy(Table?.TableArn ?? `arn:aws:dynamodb:*:*:table/${table}`),
  };
}
