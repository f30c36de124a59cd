/** A store is given new keys while the server runs: whoever rotates them in a file need not start it again. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, HoldfastError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import { bytesBody, openS3ObjectStore, storageSettings } from './index.ts';
import { renewCredentials } from './renewed-credentials.ts';

const LIST = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

/** A store that knows one access key, and a server that finds its own in a file. */
async function setUp(context: TestContext) {
  let known = 'FIRST';
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    asked.push(key);
    request.resume().on('end', () => {
      const refusal = `<Error><Code>InvalidAccessKeyId</Code></Error>`;
      const body = request.method === 'HEAD' ? undefined : key === known ? LIST : refusal;
      response.writeHead(key === known ? 200 : 403, { 'content-type': 'application/xml', etag: '"0"' }).end(body);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  const file = join(folder, 'credentials');
  const write = (key: string): Promise<void> =>
    writeFile(file, `[default]\naws_access_key_id = ${key}\naws_secret_access_key = secret\n`);
  await write(known);
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) delete process.env[name];
  Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: join(folder, 'none') });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = { bucket: 'team', prefix: '', endpoint, region: 'us-east-1', vendor: null, pathStyle: null };
  const store = await openS3ObjectStore({
    place: { ...place, encryption: null, kmsKeyId: null },
    settings: settingsOf(storageSettings, { s3Attempts: 1 }),
    log: silentLog,
  });
  context.after(async () => {
    await store[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  return { store, asked, write, rotate: (key: string) => void (known = key) };
}

test('keys that are replaced in their file are used from the first refusal on, and nothing fails', async (t) => {
  const { store, asked, write, rotate } = await setUp(t);
  rotate('SECOND');
  await write('SECOND');
  asked.length = 0;
  await Promise.all(['a', 'b', 'c'].map((key) => store.put(key, bytesBody(Buffer.from('x')))));
  await store.list({});
  assert.deepEqual(asked.slice(-4), ['SECOND', 'SECOND', 'SECOND', 'SECOND']);
  assert.equal(asked.filter((key) => key === 'FIRST').length, 3, 'each of those that were under way, once');
});

test('keys that are refused and not replaced are told with what to do', async (t) => {
  const { store, rotate } = await setUp(t);
  rotate('SECOND');
  await assert.rejects(store.head('a'), (error) => {
    assert.ok(error instanceof HoldfastError && hasCode(error, 'store_denied'));
    assert.match(error.detail ?? '', /^InvalidAccessKeyId/, 'though a HEAD has no body that would say so');
    assert.match(error.remedy, /does not know the access key.+file of credentials is read again/);
    return true;
  });
});

test('whoever is refused again and again looks for new keys every few seconds, and not each time', async () => {
  let nowMs = 0;
  let looks = 0;
  const identity = { accessKeyId: 'A', secretAccessKey: 's' };
  const credentials = (options?: { readonly forceRefresh: boolean }) => {
    if (options?.forceRefresh) looks += 1;
    return Promise.resolve(identity);
  };
  const refusal = Object.assign(new Error('no'), { name: 'ExpiredToken', $metadata: { httpStatusCode: 400 } });
  let requests = 0;
  const request = renewCredentials({ config: { credentials } }, () => nowMs)(() => {
    requests += 1;
    return Promise.reject(refusal);
  });
  for (let n = 0; n < 20; n += 1) {
    await assert.rejects(request({}), refusal);
    nowMs += 1_000;
  }
  assert.deepEqual([looks, requests], [4, 20]);
});
