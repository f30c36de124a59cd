/** A store is given new keys while the server runs: whoever rotates them in a file need not start it again. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../../test/support/s3/scripted-s3.ts';
import { hasCode, HoldfastError } from '../base/errors.ts';
import { renewCredentials } from './renewed-credentials.ts';

const UNKNOWN: ScriptedAnswer = [403, 'application/xml', '<Error><Code>InvalidAccessKeyId</Code></Error>'];

/** A store that knows one access key, and a server that finds its own in a file. */
async function setUp(context: TestContext, profile?: string) {
  let known = 'FIRST';
  const asked: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  const file = join(folder, 'credentials');
  const write = (key: string): Promise<void> =>
    writeFile(file, `[${profile ?? 'default'}]\naws_access_key_id = ${key}\naws_secret_access_key = secret\n`);
  await write(known);
  const answer = (key: string): ScriptedAnswer => {
    asked.push(key);
    return key === known ? EMPTY_LIST : UNKNOWN;
  };
  const credentials = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: join(folder, 'none') };
  const { store, [Symbol.asyncDispose]: close } = await scriptedS3(answer, credentials, {}, profile);
  context.after(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  return { store, asked, write, rotate: (key: string) => void (known = key) };
}

for (const profile of [undefined, 'of-this-store']) {
  const whose = profile === undefined ? '' : ', also those of a profile that the store names';
  test(`keys replaced in their file are used from the first refusal on, and nothing fails${whose}`, async (t) => {
    const { store, asked, write, rotate } = await setUp(t, profile);
    rotate('SECOND');
    await write('SECOND');
    asked.length = 0;
    await Promise.all(['a', 'b', 'c'].map((prefix) => store.list({ prefix })));
    await store.list({});
    assert.deepEqual(asked.slice(-4), ['SECOND', 'SECOND', 'SECOND', 'SECOND']);
    assert.equal(asked.filter((key) => key === 'FIRST').length, 3, 'each of those that were under way, once');
  });
}

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
  const request = renewCredentials(
    { config: { credentials } },
    () => nowMs,
  )(() => {
    requests += 1;
    return Promise.reject(refusal);
  });
  for (let n = 0; n < 20; n += 1) {
    await assert.rejects(request({}), refusal);
    nowMs += 1_000;
  }
  assert.deepEqual([looks, requests], [4, 20]);
});
