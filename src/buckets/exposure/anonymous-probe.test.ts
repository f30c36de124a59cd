import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../../test/support/servers/process.ts';
import { httpOnUse } from '../../base/http/node-http.ts';
import { askOverHttp, BODY_LIMIT } from './anonymous-client.ts';
import { COMMON_KEYS, probeAnonymously, type ProbeTarget } from './anonymous-probe.ts';
import { exposureOf } from './exposure.ts';
import { ALL_USERS } from './facts.ts';
import { factsOf, granted } from './testing/test-facts.ts';
import { withProbe } from './with-probe.ts';

const { signal } = new AbortController();
const PATIENT_MS = 10_000;

/** An S3 server that answers as the test says: a status and the code of an error, or a body. */
type Answer = (request: IncomingMessage) => { readonly status: number; readonly body?: string };

async function store(answer: Answer) {
  const asked: string[] = [];
  const server = httpOnUse().createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, body = '' } = answer(request);
    request.resume();
    response.writeHead(status).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target: ProbeTarget = {
    bucket: 'photos',
    endpoint: `http://127.0.0.1:${port}`,
    region: null,
    partition: 'aws',
    keys: ['canary.txt'],
  };
  return {
    target,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const code = (name: string): string => `<Error><Code>${name}</Code></Error>`;
const denied = { status: 403, body: code('AccessDenied') };

test('a bucket that refuses everything lets strangers do nothing, and nothing is written to it', async () => {
  await using closed = await store(() => denied);
  const probe = await probeAnonymously(closed.target, askOverHttp(PATIENT_MS), { signal });
  assert.deepEqual(probe.strangersMay, []);
  assert.equal(probe.requests.length, 2 + 1 + COMMON_KEYS.length);
  assert.ok(closed.asked.every((request) => request.startsWith('GET ')));
  assert.match(probe.skipped.join(), /writing/);
});

test('an object that only its name opens is found, though the bucket shows no names', async () => {
  await using blind = await store(({ url }) => (url === '/photos/backup.zip' ? { status: 206, body: 'P' } : denied));
  const probe = await probeAnonymously(blind.target, askOverHttp(PATIENT_MS), { signal });
  assert.deepEqual(probe.strangersMay, ['read']);
  const exposure = withProbe(exposureOf(factsOf()), probe);
  assert.equal(exposure.verdict, 'public-read');
  assert.match(exposure.summary, /GET .*\/photos\/backup\.zip gets in/);
  assert.deepEqual(
    exposure.disagreements.map((each) => each.with),
    ['probe'],
  );
});

test('keys that a listing shows are asked for as they are named', async () => {
  const listing = '<ListBucketResult><Contents><Key>a &amp; b/ü.txt</Key></Contents></ListBucketResult>';
  await using open = await store(({ url = '' }) =>
    url.startsWith('/photos?') && !url.includes('acl') ? { status: 200, body: listing } : denied,
  );
  const probe = await probeAnonymously(open.target, askOverHttp(PATIENT_MS), { signal });
  assert.deepEqual(probe.strangersMay, ['list']);
  assert.ok(open.asked.includes('GET /photos/a%20%26%20b/%C3%BC.txt'));
});

test('a key that would lead into another bucket is not asked for, and that is told', async () => {
  const listing = '<ListBucketResult><Key>../theirs/secret</Key><Key>a/..</Key><Key>a/..b</Key></ListBucketResult>';
  await using open = await store(({ url = '' }) =>
    url.startsWith('/photos?') && !url.includes('acl') ? { status: 200, body: listing } : denied,
  );
  const probe = await probeAnonymously(open.target, askOverHttp(PATIENT_MS), { signal });
  assert.deepEqual(
    open.asked.filter((request) => !request.startsWith('GET /photos')),
    [],
  );
  assert.ok(open.asked.includes('GET /photos/a/..b'));
  assert.match(probe.skipped.join(), /"\.\.\/theirs\/secret".*"a\/\.\."/);
});

test('being told that a key is not there shows that names can be seen', async () => {
  await using talkative = await store(({ url }) =>
    url === '/photos/.env' ? { status: 404, body: code('NoSuchKey') } : denied,
  );
  const probe = await probeAnonymously(talkative.target, askOverHttp(PATIENT_MS), { signal });
  assert.deepEqual(probe.strangersMay, ['list']);
});

test('writing is tried only when asked for, and under a checksum that no store accepts', async () => {
  await using open = await store(({ method }) =>
    method === 'PUT' ? { status: 400, body: code('BadDigest') } : denied,
  );
  const probe = await probeAnonymously(open.target, askOverHttp(PATIENT_MS), { signal, writes: true });
  assert.deepEqual(probe.strangersMay, ['write']);
  assert.equal(withProbe(exposureOf(factsOf()), probe).verdict, 'public-write');
});

test('no answer is no refusal, and lowers nothing', async () => {
  await using broken = await store(() => ({ status: 503, body: code('SlowDown') }));
  const probe = await probeAnonymously(broken.target, askOverHttp(PATIENT_MS), { signal });
  assert.ok(probe.requests.every(({ outcome }) => outcome === 'no-answer'));
  const read = exposureOf(factsOf({ acl: granted(ALL_USERS, 'READ') }));
  assert.deepEqual(withProbe(read, probe), read);
});

test('what is said to be open and is refused is told, and stays in the verdict', async () => {
  await using closed = await store(() => denied);
  const probe = await probeAnonymously(closed.target, askOverHttp(PATIENT_MS), { signal });
  const exposure = withProbe(exposureOf(factsOf({ acl: granted(ALL_USERS, 'READ') })), probe);
  assert.equal(exposure.verdict, 'public-list');
  assert.match(exposure.disagreements[0]?.explanation ?? '', /refused/);
});

test('a server that nobody listens at, one that never answers and one that talks without end are all survived', async () => {
  await using other = await store(() => denied);
  const target = { ...other.target, endpoint: `http://127.0.0.1:${await freePort()}` };
  const nobody = await probeAnonymously(target, askOverHttp(PATIENT_MS), { signal });
  assert.ok(nobody.requests.every(({ outcome, status }) => outcome === 'no-answer' && status === null));

  const late: Parameters<typeof probeAnonymously>[1] = async () => await Promise.reject(new Error('timed out'));
  assert.ok((await probeAnonymously(target, late, { signal })).requests.every(({ why }) => why === 'timed out'));

  await using endless = await store(() => ({ status: 200, body: 'x'.repeat(4 * BODY_LIMIT) }));
  const ask = askOverHttp(PATIENT_MS);
  const answer = await ask({ method: 'GET', url: new URL(endless.target.endpoint ?? ''), headers: {} }, signal);
  assert.equal(answer.body.length, BODY_LIMIT);
});

test('whoever breaks a probe off gets no half of it', async () => {
  await using closed = await store(() => denied);
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  await assert.rejects(probeAnonymously(closed.target, askOverHttp(PATIENT_MS), { signal: stop.signal }), /enough/);
});

test('AWS sends the asker to the Region of the bucket, and nobody sends them elsewhere', async () => {
  const urls: string[] = [];
  const ask: Parameters<typeof probeAnonymously>[1] = async ({ url }) => {
    urls.push(url.host);
    const away = !url.host.includes('ap-south-1');
    return await Promise.resolve(
      away
        ? { status: 301, headers: { 'x-amz-bucket-region': 'ap-south-1', location: 'https://evil.example/' }, body: '' }
        : { status: 403, headers: {}, body: code('AccessDenied') },
    );
  };
  const target: ProbeTarget = { bucket: 'photos', endpoint: null, region: null, partition: 'aws', keys: [] };
  const probe = await probeAnonymously(target, ask, { signal, style: 'virtual-host' });
  assert.ok(probe.requests.every(({ outcome }) => outcome === 'refused'));
  assert.deepEqual([...new Set(urls)], ['photos.s3.amazonaws.com', 'photos.s3.ap-south-1.amazonaws.com']);
});
