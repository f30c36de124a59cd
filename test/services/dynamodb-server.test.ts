import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import { deleteTable, recordsUrl, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const skip = skipWithoutDynamo;

test('a new workspace makes its table, and a server that starts again finds everything', { skip }, async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-dynamo-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const environment = { HOLDFAST_RECORDS: recordsUrl() };
  let token = '';
  {
    await using server = await startServer({ data, environment });
    ({ token } = await server.signUp());
    const drive = await personalDrive(server, token);
    await drive.put('root', 'kept.txt', Buffer.from('kept'));
  }
  await using server = await startServer({ data, environment });
  const drive = await personalDrive(server, token);
  const [kept, ...others] = await drive.list('root');
  assert.deepEqual([kept?.name, others], ['kept.txt', []]);
  assert.equal((await drive.read(kept?.id ?? '')).toString(), 'kept');
});

test('two servers share the table: what one was told, the other tells', { skip }, async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-dynamo-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const environment = {
    HOLDFAST_RECORDS: recordsUrl(),
    HOLDFAST_OBJECTS: pathToFileURL(join(data, 'objects')).href,
    HOLDFAST_BACKUP: pathToFileURL(join(data, 'backup')).href,
  };
  await using one = await startServer({ data: join(data, 'one'), environment });
  const { token } = await one.signUp();
  // The workspace key is the same on every server.
  await cp(join(data, 'one/secrets'), join(data, 'two/secrets'), { recursive: true });
  await using two = await startServer({ data: join(data, 'two'), environment });
  await (await personalDrive(one, token)).put('root', 'shared.txt', Buffer.from('from one'));
  const drive = await personalDrive(two, token);
  const [shared] = await drive.list('root');
  assert.equal((await drive.read(shared?.id ?? '')).toString(), 'from one');
});

test('a table that is gone is not made anew under a workspace that lives', { skip }, async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-dynamo-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const url = recordsUrl();
  const environment = { HOLDFAST_RECORDS: url };
  await (await startServer({ data, environment })).stop();
  await deleteTable(url);
  await assert.rejects(startServer({ data, environment }), (error) => hasCode(error, 'records_missing'));
});

test('the doctor looks at the table, and a backup of its own is not what it makes', { skip }, async () => {
  await using server = await startServer({ environment: { HOLDFAST_RECORDS: recordsUrl() } });
  const { token } = await server.signUp();
  const { checks } = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
  const verdicts = Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
  assert.equal(verdicts['clock'], 'pass');
  assert.equal(verdicts['records'], 'pass');
  assert.equal(verdicts['records_permissions'], 'pass');
  assert.equal(verdicts['records_expiry'], 'pass');
  assert.equal(verdicts['records_protection'], 'pass');
  // DynamoDB Local has no point-in-time recovery: nobody is told that there is one.
  assert.equal(verdicts['records_backup'], 'warn');
  const policy = checks.find(({ id }) => id === 'records_permissions')?.what ?? '';
  assert.match(policy, /"dynamodb:ConditionCheckItem".*"Resource":"arn:aws:dynamodb:/);
  const reply = await server.call('POST', '/api/v1/records/backups', { token, json: {} });
  assert.equal(reply.status, 409);
  assert.equal(((await reply.json()) as { code: string }).code, 'records_backup_elsewhere');
});
