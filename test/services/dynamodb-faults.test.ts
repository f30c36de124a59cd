import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { hasCode } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { openDynamoRecordStore, type RecordStore } from '../../src/storage/index.ts';
import {
  deleteTable,
  dynamoEndpoint,
  dynamoPlace,
  recordsUrl,
  skipWithoutDynamo,
} from '../support/stores/dynamodb-local.ts';
import { type FaultProxy, faultProxy, type HttpFault } from '../support/faults/http-faults.ts';

const skip = skipWithoutDynamo;

interface Faulty extends AsyncDisposable {
  readonly records: RecordStore;
  /** The same table, without the proxy. */
  readonly plain: RecordStore;
  readonly proxy: FaultProxy;
  readonly table: string;
  /** From now on: the fault of each exchange, the first being number 1. */
  plan(next: (nth: number) => HttpFault | undefined): void;
}

async function faulty(limits: { recordsRequestTimeoutMs?: number; recordsRetryMs?: number } = {}): Promise<Faulty> {
  let nth = 0;
  let planned: (nth: number) => HttpFault | undefined = () => undefined;
  const proxy = await faultProxy(dynamoEndpoint ?? '', () => planned((nth += 1)));
  const place = dynamoPlace();
  const deps = { clock: systemClock, log: silentLog };
  const plain = await openDynamoRecordStore({ ...place, ...deps, mayCreate: () => Promise.resolve(true) });
  const records = await openDynamoRecordStore({ ...place, ...deps, ...limits, endpoint: proxy.url });
  return {
    records,
    plain,
    proxy,
    table: place.table,
    plan(next) {
      nth = 0;
      planned = next;
    },
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      await plain[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

const dynamoSays = (status: number, type: string): HttpFault => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'as planned' }),
  headers: { 'content-type': 'application/x-amz-json-1.0' },
});

const first =
  (fault: HttpFault, times = 1) =>
  (nth: number) =>
    nth <= times ? fault : undefined;

const PASSING: readonly (readonly [string, HttpFault, number])[] = [
  ['a connection that breaks before the request', 'reset before', 2],
  ['a connection that breaks after the commit', 'reset after', 2],
  ['an answer that never comes', 'silence before', 1],
  ['an answer that never comes although it was done', 'silence after', 1],
  ['an internal error', dynamoSays(500, 'InternalServerError'), 3],
  ['a page of a proxy in place of an answer', { status: 502, body: '<html>Bad Gateway</html>' }, 2],
  ['throttling', dynamoSays(400, 'ThrottlingException'), 4],
  ['a table that is throttled', dynamoSays(400, 'ProvisionedThroughputExceededException'), 4],
];

for (const [what, fault, times] of PASSING) {
  test(`${what} delays a write and a read, and the write is done once`, { skip }, async () => {
    await using under = await faulty({ recordsRequestTimeoutMs: 1000 });
    under.plan(first(fault, times));
    // Were it done twice, the second time would be a conflict with the first.
    await under.records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 }, if: 'absent' }]);
    under.plan(first(fault, times));
    const item = await under.records.get('a', '1');
    assert.deepEqual(item?.value, { n: 1 });
    under.plan(first(fault, times));
    assert.equal((await under.records.query('a')).items.length, 1);
    under.plan(first(fault, times));
    await under.records.transact([{ op: 'delete', pk: 'a', sk: '1', if: { revision: item?.revision ?? '' } }]);
    assert.equal(await under.plain.get('a', '1'), null);
  });
}

test('what does not pass is told in time, as away, and nothing was written', { skip }, async () => {
  for (const fault of [
    'reset before',
    dynamoSays(500, 'InternalServerError'),
    dynamoSays(400, 'ThrottlingException'),
  ]) {
    await using under = await faulty({ recordsRetryMs: 300 });
    under.plan(() => fault as HttpFault);
    const write = under.records.transact([{ op: 'put', pk: 'a', sk: '1', value: {} }]);
    await assert.rejects(write, (error) => hasCode(error, 'records_unavailable'));
    await assert.rejects(under.records.get('a', '1'), (error) => hasCode(error, 'records_unavailable'));
    await assert.rejects(under.records.query('a'), (error) => hasCode(error, 'records_unavailable'));
    assert.equal(await under.plain.get('a', '1'), null);
  }
});

test('credentials and permissions that are refused are told at once, with the way out', { skip }, async () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['ExpiredTokenException', /Renew the AWS credentials/],
    ['UnrecognizedClientException', /Renew the AWS credentials/],
    ['AccessDeniedException', /permissions that `holdfast doctor` prints/],
    ['InvalidSignatureException', /Set the clock/],
  ];
  for (const [name, remedy] of refused) {
    await using under = await faulty();
    under.plan(() => dynamoSays(400, name));
    const before = under.proxy.exchanges;
    await assert.rejects(
      under.records.transact([{ op: 'put', pk: 'a', sk: '1', value: {} }]),
      (error) => hasCode(error, 'records_denied') && remedy.test(error.remedy),
    );
    assert.equal(under.proxy.exchanges, before + 1, `${name} was tried again`);
    assert.equal(await under.plain.get('a', '1'), null);
  }
});

test('a table that is deleted under a server is told as such, for reads and for writes', { skip }, async () => {
  await using under = await faulty();
  await under.records.transact([{ op: 'put', pk: 'a', sk: '1', value: {} }]);
  await deleteTable(recordsUrl(under.table));
  const missing = (error: unknown): boolean => hasCode(error, 'records_missing');
  await assert.rejects(under.records.get('a', '1'), missing);
  await assert.rejects(under.records.query('a'), missing);
  await assert.rejects(under.records.transact([{ op: 'put', pk: 'a', sk: '1', value: {} }]), missing);
});

test('a table in trouble is not asked ever more often: all calls share one budget of retries', { skip }, async () => {
  await using under = await faulty({ recordsRetryMs: 60_000 });
  under.plan(() => dynamoSays(400, 'ThrottlingException'));
  const before = under.proxy.exchanges;
  const calls = Array.from({ length: 60 }, (_, n) => under.records.get('a', String(n)));
  const settled = await Promise.allSettled(calls);
  assert.ok(settled.every((each) => each.status === 'rejected' && hasCode(each.reason, 'records_unavailable')));
  // Each call once, and the hundred retries that there are; opening the store may have given none back.
  assert.ok(under.proxy.exchanges - before <= 160, `${under.proxy.exchanges - before} exchanges`);
  under.plan(() => undefined);
  assert.equal(await under.records.get('a', '1'), null);
});

test(
  'under faults at random no acknowledged step of a counter is lost, and none is counted twice',
  { skip },
  async () => {
    const faults: HttpFault[] = [
      'reset before',
      'reset after',
      dynamoSays(500, 'InternalServerError'),
      dynamoSays(400, 'ThrottlingException'),
      { status: 503, body: 'busy' },
    ];
    await using under = await faulty({ recordsRetryMs: 2000 });
    await under.plain.transact([{ op: 'put', pk: 'a', sk: 'counter', value: { count: 0 } }]);
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    under.plan(() => (random(4) === 0 ? faults[random(faults.length)] : undefined));
    let [done, unknown] = [0, 0];
    const raise = async (steps: number): Promise<void> => {
      for (let step = 0; step < steps; step += 1) {
        try {
          const item = (await under.records.get<{ count: number }>('a', 'counter'))!;
          const value = { count: item.value.count + 1 };
          await under.records.transact([
            { op: 'put', pk: 'a', sk: 'counter', value, if: { revision: item.revision } },
            { op: 'put', pk: 'steps', sk: String(value.count), value: {}, if: 'absent' },
          ]);
          done += 1;
        } catch (error) {
          assert.ok(hasCode(error, 'record_conflict', 'records_unavailable'), String(error));
          // Refused is refused; only where no answer came it may have been done.
          if (hasCode(error, 'records_unavailable')) unknown += 1;
        }
      }
    };
    await Promise.all([raise(25), raise(25), raise(25)]);
    const count = (await under.plain.get<{ count: number }>('a', 'counter'))?.value.count ?? 0;
    const steps = (await under.plain.query('steps', { limit: 1000 })).items.length;
    assert.equal(steps, count, 'a counter and its steps are one transaction');
    assert.ok(
      done > 0 && count >= done && count <= done + unknown,
      `${done} done, ${unknown} unknown, ${count} counted`,
    );
  },
);
