/** The table as it is made, what each call asks of DynamoDB, and what is never asked: seen from between the two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../src/base/clock.ts';
import { hasCode } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDynamoRecordStore } from '../../src/storage/index.ts';
import { MAX_TRANSACTION_BYTES, MAX_VALUE_BYTES } from '../../src/storage/records/record-rules.ts';
import { dynamoEndpoint, dynamoPlace, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { faultProxy, type HttpFault } from '../support/faults/http-faults.ts';

const skip = skipWithoutDynamo;

type Asked = Readonly<Record<string, unknown>>;

interface Call {
  /** `GetItem`, … */
  readonly operation: string;
  readonly asked: Asked;
}

const recoveryAsked = (calls: readonly Call[]): readonly Call[] =>
  calls.filter(({ operation }) => operation === 'UpdateContinuousBackups');

/** Amazon has a new table under its backups only a while after it can be used. */
const EARLY: HttpFault = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#ContinuousBackupsUnavailableException',
    message: 'Backups are being enabled for the table. Please retry later',
  }),
};

async function recorded() {
  const calls: Call[] = [];
  const proxy = await faultProxy(dynamoEndpoint ?? '', ({ headers, body }) => {
    const operation = String(headers['x-amz-target']).replace(/.*\./, '');
    calls.push({ operation, asked: JSON.parse(body) as Asked });
    const isEarly = operation === 'UpdateContinuousBackups' && recoveryAsked(calls).length <= 2;
    return isEarly ? EARLY : undefined;
  });
  const place = dynamoPlace();
  const mayCreate = () => Promise.resolve(true);
  const deps = { clock: systemClock, log: silentLog, mayCreate };
  const records = await openDynamoRecordStore({ ...place, ...deps, endpoint: proxy.url });
  return {
    ...{ calls, records, table: place.table },
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** Of one value: `{"t":"…"}`. */
const textOf = (bytes: number) => ({ t: 'x'.repeat(bytes - '{"t":""}'.length) });

test('the table is made on demand, removes what expired, and is protected', { skip }, async () => {
  await using under = await recorded();
  const client = new DynamoDBClient({ ...dynamoPlace() });
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: under.table }));
    assert.equal(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
    assert.equal(Table.DeletionProtectionEnabled, true);
    assert.deepEqual([Table.GlobalSecondaryIndexes, Table.LocalSecondaryIndexes], [undefined, undefined], 'one table');
    const { TimeToLiveDescription: removal } = await client.send(
      new DescribeTimeToLiveCommand({ TableName: under.table }),
    );
    assert.deepEqual([removal?.AttributeName, removal?.TimeToLiveStatus], ['removeAfter', 'ENABLED']);
  } finally {
    client.destroy();
  }
  // What DynamoDB Local has not is asked for at least, and until the table is where it can be switched on.
  const recovery = recoveryAsked(under.calls).map(({ asked }) => asked['PointInTimeRecoverySpecification']);
  assert.deepEqual(
    recovery,
    Array.from({ length: 3 }, () => ({ PointInTimeRecoveryEnabled: true })),
  );
});

test('every read sees the last write, page after page: none is eventually consistent', { skip }, async () => {
  await using under = await recorded();
  const { records, calls } = under;
  const rows = Array.from({ length: 10 }, (_, n) => n);
  for (const n of rows) {
    await records.transact([{ op: 'put', pk: 'a', sk: `${n}`, value: textOf(MAX_VALUE_BYTES), expiresAtMs: 4e12 }]);
  }
  calls.length = 0;
  assert.equal((await records.get('a', '0'))?.expiresAtMs, 4e12);
  assert.equal((await records.query('a', { limit: 5 })).items.length, 5);
  assert.equal((await records.query('a', { reverse: true, limit: 5 })).items.length, 5);
  await records.readAll(null);
  const reads = calls.filter(({ operation }) => operation !== 'TransactWriteItems');
  assert.ok(reads.filter(({ operation }) => operation === 'Query').length > 2, 'pages of a megabyte');
  assert.deepEqual(
    reads.filter(({ asked }) => asked['ConsistentRead'] !== true).map(({ operation }) => operation),
    [],
  );
});

test(
  'what DynamoDB takes no item of is refused before it is asked; the largest that may be goes in',
  { skip },
  async () => {
    await using under = await recorded();
    const { records, calls } = under;
    const key = (n: number) => `${'k'.repeat(509)}${String(n).padStart(3, '0')}`;
    const put = (n: number, bytes: number) => ({ op: 'put', pk: key(0), sk: key(n), value: textOf(bytes) }) as const;
    await records.transact([{ ...put(1, MAX_VALUE_BYTES), expiresAtMs: 4e12 }]);
    await records.transact(Array.from({ length: 11 }, (_, n) => put(n, Math.floor(MAX_TRANSACTION_BYTES / 11))));
    calls.length = 0;
    const tooLarge = (error: unknown) => hasCode(error, 'record_too_large');
    await assert.rejects(records.transact([put(1, MAX_VALUE_BYTES + 1)]), tooLarge);
    // Bytes count, and not letters.
    const wide = { t: 'ü'.repeat(MAX_VALUE_BYTES / 2) };
    await assert.rejects(records.transact([{ op: 'put', pk: 'a', sk: '1', value: wide }]), tooLarge);
    await assert.rejects(records.transact(Array.from({ length: 11 }, (_, n) => put(n, MAX_VALUE_BYTES))), tooLarge);
    assert.deepEqual(calls, []);
  },
);

test('the printed policy allows every act of a server on its table, and no other', { skip }, async () => {
  await using under = await recorded();
  const { records, calls } = under;
  const [pk, sk] = ['a', '1'];
  await records.transact([{ op: 'put', pk, sk, value: {}, if: 'absent' }]);
  const revision = (await records.get(pk, sk))?.revision ?? '';
  await records.transact([
    { op: 'check', pk, sk, if: { revision } },
    { op: 'delete', pk, sk: '2' },
  ]);
  await records.query(pk);
  await records.readAll(null);
  const { policy } = await records.examine();
  // A transaction takes the right to each of its acts, and none of its own.
  const ACTS: Readonly<Record<string, string>> = {
    Put: 'PutItem',
    Delete: 'DeleteItem',
    ConditionCheck: 'ConditionCheckItem',
  };
  const used = calls.flatMap(({ operation, asked }) => {
    if (operation !== 'TransactWriteItems') return [operation];
    const items = asked['TransactItems'] as readonly object[];
    return items.flatMap((item) => Object.keys(item).map((act) => ACTS[act] ?? act));
  });
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string[]; Resource: string }[] };
  assert.deepEqual(
    [...new Set(used)].map((act) => `dynamodb:${act}`).toSorted(),
    Statement.flatMap(({ Action }) => Action).toSorted(),
  );
  for (const { Resource } of Statement)
    assert.match(Resource, new RegExp(`^arn:aws:dynamodb:.*:table/${under.table}$`));
});
