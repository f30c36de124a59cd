import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import { storageErrors } from '../../errors.ts';
import type { DynamoConnection } from './client.ts';
import { type DynamoHealth, examineTable, withPolicy } from './health.ts';
import { type Attributes, attributesOf, isOwnItem, keyOf, LIVE, recordOf, transactItemsOf } from './items.ts';
import type { RetryingCall } from './retry.ts';
import type { MovableRecords, RecordKey } from '../move-records.ts';
import { assertRecordKey, MAX_PAGE_BYTES, prepareTransaction, resolveQuery } from '../record-rules.ts';
import type { JsonObject, QueryOptions, RecordItem, RecordPage, RecordStore } from '../record-store.ts';

export interface DynamoRecordsDeps {
  readonly connection: DynamoConnection;
  readonly table: string;
  /** Another one of the same name has another, one that was put back from a backup or from a moment as well. */
  readonly tableId: string;
  readonly call: RetryingCall;
  readonly clock: Clock;
  /** Every write fails with `records_denied`. */
  readonly readOnly: boolean;
}

/** The store over a table that is ours. It owns the connection from here on. */
export class DynamoRecords implements MovableRecords {
  readonly properties;
  /** See {@link DynamoRecordsDeps.tableId}. */
  readonly tableId: string;
  readonly #deps: DynamoRecordsDeps;
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  constructor(deps: DynamoRecordsDeps) {
    this.properties = { url: deps.connection.url, backup: false };
    this.tableId = deps.tableId;
    this.#deps = deps;
  }

  async get<Value extends JsonObject>(pk: string, sk: string): Promise<RecordItem<Value> | null> {
    const attempted = 'Read a record';
    assertRecordKey(pk, sk, attempted);
    const { connection, table, clock } = this.#deps;
    const { sdk, client } = connection;
    // Eventually consistent reads would cost half and could miss the last write.
    const command = { TableName: table, Key: keyOf({ pk, sk }), ConsistentRead: true };
    const { Item } = await this.#run(attempted, (abortSignal) =>
      client.send(new sdk.GetItemCommand(command), { abortSignal }),
    );
    if (!Item) return null;
    const record = recordOf<Value>(Item, attempted);
    return record.expiresAtMs !== undefined && record.expiresAtMs <= clock() ? null : record;
  }

  async query<Value extends JsonObject>(pk: string, options: QueryOptions = {}): Promise<RecordPage<Value>> {
    const attempted = 'Read records';
    const { low, high, limit } = resolveQuery(pk, options, attempted);
    const items: RecordItem<Value>[] = [];
    let bytes = 0;
    let start: Attributes | undefined;
    // BETWEEN takes no empty text, and none that lies behind its end.
    const from = low === '' ? LEAST_KEY : low;
    if (from >= high) {
      this.#assertOpen(attempted);
      return { items };
    }
    do {
      // One more than asked for tells whether there is a next page. A page of DynamoDB ends after 1 MB.
      const page = await this.#page(
        attempted,
        { pk, from, high, start, reverse: options.reverse ?? false },
        limit + 1 - items.length,
      );
      for (const found of page.Items ?? []) {
        // The end is not part of the range, but BETWEEN takes it in.
        if (found['sk']?.S === high) continue;
        bytes += found['json']?.S?.length ?? 0;
        const last = items.at(-1);
        if (last && (items.length === limit || bytes > MAX_PAGE_BYTES)) return { items, next: last.sk };
        items.push(recordOf<Value>(found, attempted));
      }
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return { items };
  }

  async #page(
    attempted: string,
    range: { pk: string; from: string; high: string; start: Attributes | undefined; reverse: boolean },
    limit: number,
  ): Promise<QueryCommandOutput> {
    const { connection, table, clock } = this.#deps;
    const { sdk, client } = connection;
    const command = new sdk.QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      FilterExpression: LIVE,
      ExpressionAttributeValues: {
        ':pk': { S: range.pk },
        ':low': { S: range.from },
        ':high': { S: range.high },
        ':now': { N: String(clock()) },
      },
      ConsistentRead: true,
      ScanIndexForward: !range.reverse,
      Limit: limit,
      ...(range.start === undefined ? {} : { ExclusiveStartKey: range.start }),
    });
    return this.#run(attempted, (abortSignal) => client.send(command, { abortSignal }));
  }

  async transact(operations: Parameters<RecordStore['transact']>[0]): Promise<void> {
    const attempted = 'Write records';
    const prepared = prepareTransaction(operations, attempted);
    const { connection, table, clock, readOnly } = this.#deps;
    if (readOnly) throw storageErrors('records_denied', { attempted, detail: 'they were opened for reading' });
    const { sdk, client } = connection;
    const revision = newId();
    // The same request with the same token, however often it is sent: DynamoDB applies it once, and answers a
    // repetition of what it has done with success. So an answer that got lost is neither done twice nor taken for a conflict.
    const request = {
      TransactItems: transactItemsOf(prepared, { table, revision, nowMs: clock() }),
      ClientRequestToken: revision,
    };
    await this.#run(attempted, (abortSignal) =>
      client.send(new sdk.TransactWriteItemsCommand(request), { abortSignal }),
    );
  }

  async readAll(after: RecordKey | null): ReturnType<MovableRecords['readAll']> {
    const attempted = 'Read all records';
    const { connection, table } = this.#deps;
    const { sdk, client } = connection;
    const command = new sdk.ScanCommand({
      TableName: table,
      ConsistentRead: true,
      ...(after === null ? {} : { ExclusiveStartKey: keyOf(after) }),
    });
    const page = await this.#run(attempted, (abortSignal) => client.send(command, { abortSignal }));
    const found = (page.Items ?? []).filter((item) => !isOwnItem(item));
    const last = page.LastEvaluatedKey;
    return {
      items: found.map((item) => recordOf(item, attempted)),
      next: last === undefined ? null : { pk: last['pk']?.S ?? '', sk: last['sk']?.S ?? '' },
    };
  }

  async restore(items: readonly RecordItem[]): Promise<void> {
    const { connection, table } = this.#deps;
    const { sdk, client } = connection;
    const puts = items.map((item) => ({
      Put: { TableName: table, Item: attributesOf({ ...item, json: JSON.stringify(item.value) }) },
    }));
    const request = { TransactItems: puts, ClientRequestToken: newId() };
    await this.#run('Write moved records', (abortSignal) =>
      client.send(new sdk.TransactWriteItemsCommand(request), { abortSignal }),
    );
  }

  /** What an operator may want to know of the table. Throws codes of ours. */
  async examine(): Promise<DynamoHealth> {
    const { connection, table } = this.#deps;
    try {
      return await this.#run(`Look at the DynamoDB table ${table}`, () => examineTable(connection, table));
    } catch (error) {
      throw withPolicy(error, table, connection.region);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#running);
    this.#deps.connection.client.destroy();
  }

  #assertOpen(attempted: string): void {
    if (this.#closed) throw storageErrors('records_unavailable', { attempted, detail: 'the store is closed' });
  }

  async #run<Result>(attempted: string, step: (abortSignal: AbortSignal) => Promise<Result>): Promise<Result> {
    this.#assertOpen(attempted);
    const running = this.#deps.call(attempted, step);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}

/** Sorts before every key there can be. */
const LEAST_KEY = '\u0001';
