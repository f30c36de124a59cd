import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import type { DoctorCheck } from '../../src/compose/doctor/check.ts';
import { dynamoEndpoint, recordsUrl, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { type FaultProxy, faultProxy, type HttpFault } from '../support/faults/http-faults.ts';
import { startServer } from '../support/servers/start-server.ts';

const skip = skipWithoutDynamo;

/** A DynamoDB that answers as `say` wants it for the operations named there. */
async function lyingDynamo(say: Map<string, HttpFault>): Promise<{ proxy: FaultProxy; url: string }> {
  const proxy = await faultProxy(dynamoEndpoint ?? '', ({ headers }) =>
    say.get(String(headers['x-amz-target']).replace(/.*\./, '')),
  );
  const url = new URL(recordsUrl());
  url.searchParams.set('endpoint', proxy.url);
  return { proxy, url: url.href };
}

const answer = (status: number, body: unknown): HttpFault => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/x-amz-json-1.0' },
});
const refuse = (name: string): HttpFault => answer(400, { __type: `com.amazon.coral.service#${name}`, message: name });

const TTL_OFF = answer(200, { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
const recovery = (PointInTimeRecoveryStatus: string) =>
  answer(200, {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus },
    },
  });

test('the doctor tells what of the table is not right, and how to mend each', { skip }, async () => {
  const say = new Map<string, HttpFault>();
  const { proxy, url } = await lyingDynamo(say);
  await using _proxy = proxy;
  await using server = await startServer({ environment: { HOLDFAST_RECORDS: url } });
  const { token } = await server.signUp();
  const examine = async (): Promise<Map<string, DoctorCheck>> => {
    const report = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
    return new Map(report.checks.map((check) => [check.id, check]));
  };

  say.set('DescribeContinuousBackups', recovery('ENABLED'));
  assert.equal((await examine()).get('records_backup')?.verdict, 'pass');

  say.set('DescribeContinuousBackups', recovery('DISABLED'));
  say.set('DescribeTimeToLive', TTL_OFF);
  say.set('PutItem', refuse('AccessDeniedException'));
  say.set('Scan', refuse('AccessDeniedException'));
  const ill = await examine();
  assert.equal(ill.get('records_backup')?.verdict, 'warn');
  assert.match(
    ill.get('records_backup')?.remedy ?? '',
    /aws dynamodb update-continuous-backups --table-name holdfast-/,
  );
  assert.equal(ill.get('records_expiry')?.verdict, 'warn');
  assert.match(ill.get('records_expiry')?.remedy ?? '', /update-time-to-live .*AttributeName=removeAfter/);
  const permissions = ill.get('records_permissions');
  assert.equal(permissions?.verdict, 'fail');
  assert.match(permissions?.what ?? '', /Scan, PutItem/);
  const policy = JSON.parse(/\{.*\}/.exec(permissions?.remedy ?? '')?.[0] ?? '') as {
    Statement: { Action: string[]; Resource: string }[];
  };
  assert.ok(policy.Statement[0]?.Action.includes('dynamodb:PutItem'));
  assert.match(policy.Statement[0]?.Resource ?? '', /^arn:aws:dynamodb:.*:table\/holdfast-test-/);

  // Not even a look is allowed any more.
  say.set('DescribeTable', refuse('AccessDeniedException'));
  assert.match((await examine()).get('records_permissions')?.remedy ?? '', /"dynamodb:ConditionCheckItem"/);
});

test('a clock that is far from that of DynamoDB is told, and to which side', { skip }, async () => {
  let aheadMs = 0;
  await using proxy = await faultProxy(dynamoEndpoint ?? '', () => ({
    changed: { date: new Date(Date.now() + aheadMs).toUTCString() },
  }));
  const url = new URL(recordsUrl());
  url.searchParams.set('endpoint', proxy.url);
  await using server = await startServer({ environment: { HOLDFAST_RECORDS: url.href } });
  const { token } = await server.signUp();
  const clockCheck = async (): Promise<DoctorCheck | undefined> => {
    const report = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
    return report.checks.find(({ id }) => id === 'clock');
  };
  assert.equal((await clockCheck())?.verdict, 'pass');
  aheadMs = 20 * 60_000;
  const behind = await clockCheck();
  assert.deepEqual([behind?.verdict, behind?.what], ['fail', 'The clock is 20 minutes behind that of DynamoDB.']);
  assert.match(behind?.remedy ?? '', /timedatectl/);
  aheadMs = -20 * 60_000;
  assert.match((await clockCheck())?.what ?? '', /20 minutes ahead of/);
});

test('credentials that end under a server are told, and it goes on once they are renewed', { skip }, async () => {
  const say = new Map<string, HttpFault>();
  const { proxy, url } = await lyingDynamo(say);
  await using _proxy = proxy;
  await using server = await startServer({ environment: { HOLDFAST_RECORDS: url } });
  const { token } = await server.signUp();
  const operations = ['GetItem', 'Query', 'TransactWriteItems'];
  for (const operation of operations) say.set(operation, refuse('ExpiredTokenException'));
  const refused = await server.call('GET', '/api/v1/drives', { token });
  assert.equal(refused.status, 500);
  assert.equal(((await refused.json()) as { code: string }).code, 'records_denied');
  assert.equal((await server.call('GET', '/readyz')).status, 503);
  for (const operation of operations) say.delete(operation);
  assert.equal((await server.call('GET', '/api/v1/drives', { token })).status, 200);
});

test('whoever may not even open the table is given the least policy that it takes', { skip }, async () => {
  const { proxy, url } = await lyingDynamo(new Map([['DescribeTable', refuse('AccessDeniedException')]]));
  await using _proxy = proxy;
  await assert.rejects(
    startServer({ environment: { HOLDFAST_RECORDS: url } }),
    (error: { code?: string; remedy?: string }) =>
      error.code === 'records_denied' && /"dynamodb:ConditionCheckItem"/.test(error.remedy ?? ''),
  );
});
