import assert from 'node:assert/strict';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { moveWorkspaceKeyOffline } from '../../src/compose.ts';
import { motoEndpoint, withoutMoto } from '../support/aws/moto.ts';
import { faultProxy } from '../support/faults/http-faults.ts';
import { printedPolicy } from '../support/s3/rights.ts';
import { freePort } from '../support/servers/process.ts';
import { startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const options = { skip: withoutMoto };
// The server and the move run in this process and read its environment, where this name is no setting.
delete process.env['HOLDFAST_SERVICES'];
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
Object.assign(process.env, {
  ...{ AWS_ENDPOINT_URL_KMS: motoEndpoint ?? '', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
});

/** The place of a new one. */
async function keyInKms(t: TestContext): Promise<string> {
  const client = new KMSClient({ endpoint: motoEndpoint ?? '', region: 'eu-central-1', credentials });
  t.after(() => client.destroy());
  const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
  return `kms:${KeyMetadata?.Arn ?? ''}`;
}

async function dataFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-kms-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data');
}

const start = (data: string, place: string) => startServer({ data, environment: { HOLDFAST_WORKSPACE_KEY: place } });
const code = (wanted: string) => (error: unknown) => hasCode(error, wanted);

test('a workspace begins with its key in KMS, rotates it, and opens again what it stored', options, async (t) => {
  const data = await dataFolder(t);
  const key = await keyInKms(t);
  const asked = new Set<string>();
  await using way = await faultProxy(motoEndpoint ?? '', ({ headers }) => {
    asked.add(String(headers['x-amz-target']).replace('TrentService.', 'kms:'));
    return undefined;
  });
  process.env['AWS_ENDPOINT_URL_KMS'] = way.url;
  t.after(() => (process.env['AWS_ENDPOINT_URL_KMS'] = motoEndpoint ?? ''));
  const first = await start(data, key);
  const person = await first.signUp();
  const drive = await personalDrive(first, person.token);
  await drive.put('root', 'a.txt', Buffer.from('kept'));
  const rotated = await first.call('POST', '/api/v1/admin/workspace-key/rotate', {
    ...{ token: person.token, json: { password: person.password, prepareOnly: false } },
  });
  assert.equal(rotated.status, 200, await rotated.clone().text());
  const doctor = (await (await first.call('GET', '/api/v1/doctor', { token: person.token })).json()) as {
    checks: { id: string; verdict: string; what: string }[];
  };
  const checked = doctor.checks.find(({ id }) => id === 'workspace_key');
  assert.equal(checked?.verdict, 'pass');
  assert.match(checked.what, /wrapped by AWS KMS/);
  const [allowed, ...others] = printedPolicy(checked.what);
  assert.deepEqual([allowed?.Resource, others], [key.slice('kms:'.length), []]);
  await first.stop();
  await assert.rejects(readFile(join(data, 'secrets', 'workspace.key')), { code: 'ENOENT' });

  const again = await start(data, key);
  assert.deepEqual(allowed?.Action.toSorted(), [...asked].toSorted(), 'all that KMS is asked for, and no more');
  const same = await personalDrive(again, person.token);
  const [listed] = await same.list('root');
  assert.equal((await same.read(listed?.id ?? '')).toString(), 'kept');
  await again.stop();
});

/** moto refuses nobody and knows no state of keys: an answer of KMS in its place, to the real client. */
async function refusing(t: TestContext, type: string): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type: type }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  process.env['AWS_ENDPOINT_URL_KMS'] = `http://127.0.0.1:${port}`;
}

test(
  'another key, a missing one, a refusal and no KMS at all keep the server from starting, each told apart',
  options,
  async (t) => {
    t.after(() => (process.env['AWS_ENDPOINT_URL_KMS'] = motoEndpoint ?? ''));
    const data = await dataFolder(t);
    const key = await keyInKms(t);
    await (await start(data, key)).stop();
    await assert.rejects(start(data, await keyInKms(t)), (error: Error) => {
      return hasCode(error, 'workspace_key_mismatch') && error.message.includes(`wrapped by ${key.slice(4)}`);
    });
    for (const [type, wanted] of [
      ['DisabledException', 'workspace_key_kms_unusable'],
      ['KMSInvalidStateException', 'workspace_key_kms_unusable'],
      ['NotFoundException', 'workspace_key_kms_unusable'],
      ['AccessDeniedException', 'workspace_key_kms_denied'],
      ['IncorrectKeyException', 'workspace_key_mismatch'],
    ] as const) {
      await refusing(t, type);
      await assert.rejects(start(data, key), code(wanted), type);
    }
    process.env['AWS_ENDPOINT_URL_KMS'] = `http://127.0.0.1:${await freePort()}`;
    await assert.rejects(start(data, key), code('workspace_key_kms_unreachable'));
  },
);

test('a key file moves into KMS and back while the server is stopped, and logins go on', options, async (t) => {
  const data = await dataFolder(t);
  const key = await keyInKms(t);
  const file = join(data, 'secrets', 'workspace.key');
  const first = await startServer({ data });
  const { token } = await first.signUp();
  await assert.rejects(moveWorkspaceKeyOffline({ from: null, to: key, dataFolder: data }), code('data_in_use'));
  await first.stop();
  const moved = await moveWorkspaceKeyOffline({ from: null, to: key, dataFolder: data });
  assert.equal(moved.generations, 1);
  await rename(file, `${file}.offline`);

  const inKms = await start(data, key);
  assert.equal((await inKms.call('GET', '/api/v1/account', { token })).status, 200);
  await inKms.stop();

  await moveWorkspaceKeyOffline({ from: key, to: file, dataFolder: data });
  assert.equal(await readFile(file, 'utf8'), await readFile(`${file}.offline`, 'utf8'));
  const back = await startServer({ data });
  assert.equal((await back.call('GET', '/api/v1/account', { token })).status, 200);
  await back.stop();
  await assert.rejects(start(data, key), code('workspace_key_missing'));
});
