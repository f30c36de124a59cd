/** The {@link GuardTable} in a DynamoDB table with the key `id` and the time to live `expires`. */
import type * as Sdk from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../base/clock.ts';
import type { GuardTable } from '../table.ts';

export interface GuardTablePlace {
  readonly table: string;
  readonly region: string;
  /** What stands in for AWS; `null`: AWS itself. */
  readonly endpoint: string | null;
}

export async function openGuardTable(place: GuardTablePlace, clock: Clock): Promise<GuardTable> {
  const { default: sdk } = (await import('@aws-sdk/client-dynamodb')) as unknown as { readonly default: typeof Sdk };
  const { table: TableName, region, endpoint } = place;
  const client = new sdk.DynamoDBClient({ region, ...(endpoint === null ? {} : { endpoint }) });
  const keyed = (id: string) => ({ TableName, Key: { id: { S: id } } });
  const read = async (id: string): Promise<Record<string, AttributeValue> | null> => {
    const { Item } = await client.send(new sdk.GetItemCommand({ ...keyed(id), ConsistentRead: true }));
    // DynamoDB takes its time over removing what has expired.
    return Item === undefined || Number(Item['expires']?.N ?? Infinity) * 1000 < clock() ? null : Item;
  };
  /** `false`: the condition did not hold. */
  const conditionally = async (write: () => Promise<unknown>): Promise<boolean> => {
    try {
      await write();
      return true;
    } catch (error) {
      if (error instanceof sdk.ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    async claim(id, untilMs) {
      const isOurs = await conditionally(() =>
        client.send(
          new sdk.PutItemCommand({
            TableName,
            Item: { id: { S: id }, until: numeric(untilMs), expires: seconds(untilMs) },
            ConditionExpression: 'attribute_not_exists(id) OR #until < :now OR expires < :nowSeconds',
            ExpressionAttributeNames: { '#until': 'until' },
            ExpressionAttributeValues: { ':now': numeric(clock()), ':nowSeconds': seconds(clock()) },
          }),
        ),
      );
      if (isOurs) return 'claimed';
      return (await read(id))?.['done']?.BOOL === true ? 'done' : 'taken';
    },
    async finish(id, keptUntilMs) {
      const Item = { id: { S: id }, done: { BOOL: true }, expires: seconds(keptUntilMs) };
      await client.send(new sdk.PutItemCommand({ TableName, Item }));
    },
    async release(id) {
      await client.send(new sdk.DeleteItemCommand(keyed(id)));
    },
    async spend(id, most, keptUntilMs) {
      return await conditionally(() =>
        client.send(
          new sdk.UpdateItemCommand({
            ...keyed(id),
            UpdateExpression: 'ADD spent :one SET expires = :expires',
            ConditionExpression: 'attribute_not_exists(spent) OR spent < :most',
            ExpressionAttributeValues: { ':one': numeric(1), ':most': numeric(most), ':expires': seconds(keptUntilMs) },
          }),
        ),
      );
    },
    async refund(id) {
      await client.send(
        new sdk.UpdateItemCommand({
          ...keyed(id),
          UpdateExpression: 'ADD spent :less',
          ExpressionAttributeValues: { ':less': numeric(-1) },
        }),
      );
    },
    async get(id) {
      const body = (await read(id))?.['body']?.S;
      return body === undefined ? null : (JSON.parse(body) as unknown);
    },
    async put(id, value, keptUntilMs) {
      const Item = { id: { S: id }, body: { S: JSON.stringify(value) }, expires: seconds(keptUntilMs) };
      await client.send(new sdk.PutItemCommand({ TableName, Item }));
    },
    async append(id, lines) {
      await client.send(
        new sdk.UpdateItemCommand({
          ...keyed(id),
          UpdateExpression: 'SET #lines = list_append(if_not_exists(#lines, :none), :lines)',
          ExpressionAttributeNames: { '#lines': 'lines' },
          ExpressionAttributeValues: { ':none': { L: [] }, ':lines': { L: lines.map((S) => ({ S })) } },
        }),
      );
    },
    async lines(id) {
      return ((await read(id))?.['lines']?.L ?? []).flatMap(({ S }) => S ?? []);
    },
    async drop(id, count) {
      if (count === 0) return;
      await client.send(
        new sdk.UpdateItemCommand({
          ...keyed(id),
          UpdateExpression: `REMOVE ${Array.from({ length: count }, (_, index) => `#lines[${index}]`).join(', ')}`,
          ExpressionAttributeNames: { '#lines': 'lines' },
        }),
      );
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
    },
  };
}

function numeric(value: number): AttributeValue {
  return { N: String(value) };
}

/** Rounded up, so that nothing goes before its time. */
function seconds(atMs: number): AttributeValue {
  return { N: String(Math.ceil(atMs / 1000)) };
}
