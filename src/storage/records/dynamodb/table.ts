/** The one table: made when asked to, and known again as ours. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { hasCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { storageErrors } from '../../errors.ts';
import type { DynamoConnection } from './client.ts';
import { ownItemKey, TTL_ATTRIBUTE } from './items.ts';
import type { RetryingCall } from './retry.ts';

/** What the table's own item says; a table of a greater number was written by a newer version. */
const SCHEMA = 1;
const APPLICATION = 'holdfast';

/** How long a new table may take until it can be used, in ms: seconds, as a rule. */
const CREATION_MS = 120_000;
const LOOK_MS = 500;

export interface TableDeps {
  readonly connection: DynamoConnection;
  readonly table: string;
  readonly call: RetryingCall;
  readonly log: Log;
  readonly attempted: string;
}

/** The table as it is, `null` when there is none. */
export async function findTable({ connection, table, call, attempted }: TableDeps): Promise<TableDescription | null> {
  const { sdk, client } = connection;
  try {
    const { Table } = await call(attempted, (abortSignal) =>
      client.send(new sdk.DescribeTableCommand({ TableName: table }), { abortSignal }),
    );
    return Table ?? null;
  } catch (error) {
    if (hasCode(error, 'records_missing')) return null;
    throw error;
  }
}

/** On demand, with removal of what expired, protected from deletion, and with point-in-time recovery where there is one. */
export async function createTable(deps: TableDeps): Promise<void> {
  const { connection, table, call, log, attempted } = deps;
  const { sdk, client } = connection;
  const command = new sdk.CreateTableCommand({
    TableName: table,
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
  });
  await call(attempted, async (abortSignal) => {
    try {
      await client.send(command, { abortSignal });
    } catch (error) {
      // Another server made it in the same moment, or the answer to an earlier try got lost.
      if (!(error instanceof sdk.ResourceInUseException)) throw error;
    }
  });
  await untilActive(deps);
  const ask = async (what: string, step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
    } catch (error) {
      log.warn({ err: error, table }, `${what} could not be switched on; see \`holdfast doctor\``);
    }
  };
  await ask('Removal of expired records', () =>
    client.send(
      new sdk.UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
      }),
    ),
  );
  await ask('Point-in-time recovery', () =>
    onceBackedUp(() =>
      client.send(
        new sdk.UpdateContinuousBackupsCommand({
          TableName: table,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
    ),
  );
}

/** Amazon takes a new table under its backups by itself, a while after it can be used, and refuses what builds on them until then. */
async function onceBackedUp(step: () => Promise<unknown>): Promise<void> {
  const endMs = performance.now() + CREATION_MS;
  for (;;) {
    try {
      await step();
      return;
    } catch (error) {
      const isEarly = error instanceof Error && error.name === 'ContinuousBackupsUnavailableException';
      if (!isEarly || performance.now() > endMs) throw error;
      await sleep(LOOK_MS);
    }
  }
}

/** Waits for a table that is being made. Throws `records_unavailable` for one that goes, or takes too long. */
export async function untilActive(deps: TableDeps): Promise<TableDescription> {
  const { attempted } = deps;
  const endMs = performance.now() + CREATION_MS;
  for (;;) {
    const found = await findTable(deps);
    const status = found?.TableStatus ?? 'CREATING';
    if (found && (status === 'ACTIVE' || status === 'UPDATING')) return found;
    if (status !== 'CREATING' || performance.now() > endMs) {
      throw storageErrors('records_unavailable', { attempted, detail: `the table is ${status}` });
    }
    await sleep(LOOK_MS);
  }
}

/**
 * Throws `records_foreign` for a table of other keys, or one that holds what is not ours; `records_too_new`. An empty
 * table that somebody made for us becomes ours, unless it is only looked at.
 */
export async function claimTable(deps: TableDeps, described: TableDescription, readOnly: boolean): Promise<void> {
  const { connection, table, call, attempted } = deps;
  const { sdk, client } = connection;
  const keys = (described.KeySchema ?? []).map(({ AttributeName, KeyType }) => {
    const type = described.AttributeDefinitions?.find((each) => each.AttributeName === AttributeName)?.AttributeType;
    return `${KeyType} ${AttributeName} ${type}`;
  });
  if (keys.join() !== 'HASH pk S,RANGE sk S') {
    throw storageErrors('records_foreign', { attempted, detail: 'its keys are not pk and sk, both texts' });
  }
  const { Item: own } = await call(attempted, (abortSignal) =>
    client.send(new sdk.GetItemCommand({ TableName: table, Key: ownItemKey, ConsistentRead: true }), { abortSignal }),
  );
  if (own) {
    const schema = Number(own['schema']?.N);
    if (own['application']?.S !== APPLICATION || !Number.isInteger(schema)) {
      throw storageErrors('records_foreign', { attempted });
    }
    if (schema <= SCHEMA) return;
    const detail = `schema ${schema}, this version knows ${SCHEMA}`;
    throw storageErrors('records_too_new', { attempted, detail });
  }
  const { Items: items = [] } = await call(attempted, (abortSignal) =>
    client.send(new sdk.ScanCommand({ TableName: table, Limit: 1, ConsistentRead: true }), { abortSignal }),
  );
  if (items.length > 0) throw storageErrors('records_foreign', { attempted, detail: 'it holds items of another kind' });
  if (readOnly) return;
  const Item = { ...ownItemKey, application: { S: APPLICATION }, schema: { N: String(SCHEMA) } };
  // Without a condition: whoever else claims it at the same time writes the same.
  await call(attempted, (abortSignal) =>
    client.send(new sdk.PutItemCommand({ TableName: table, Item }), { abortSignal }),
  );
}
