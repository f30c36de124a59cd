import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import type { AnonymousAnswer, AnonymousRequest } from '../exposure/anonymous-client.ts';
import { lookUpNames, type LookUpDeps, type StrangersPlace } from './look-up.ts';

const settings = { bucketsRequests: 8, bucketsAttempts: 3, bucketsRetryBaseMs: 1, bucketsRetryMaxMs: 2 };
const aws: StrangersPlace = { endpoint: null, partition: 'aws', style: 'path' };
const { signal } = new AbortController();

/** A store that answers as the test says; `sent` has all it was asked. */
function store(answer: (request: AnonymousRequest) => Partial<AnonymousAnswer> | Error) {
  const sent: AnonymousRequest[] = [];
  const deps: LookUpDeps = {
    ...{ settings, atOnce: 4, signal },
    async ask(request) {
      sent.push(request);
      const given = answer(request);
      if (given instanceof Error) throw given;
      return { status: 200, headers: {}, body: '', ...given };
    },
  };
  return { sent, deps };
}

test('only HEAD of the bucket and a list of one key are asked for, without any header', async () => {
  const { sent, deps } = store(({ method }) => ({ body: method === 'GET' ? '<ListBucketResult/>' : '' }));
  const [open] = await lookUpNames(['acme-logs'], aws, deps);
  assert.deepEqual(
    sent.map(({ method, url }) => `${method} ${url.href}`),
    ['HEAD https://s3.amazonaws.com/acme-logs', 'GET https://s3.amazonaws.com/acme-logs?list-type=2&max-keys=1'],
  );
  assert.ok(sent.every(({ headers, body }) => Object.keys(headers).length === 0 && body === undefined));
  assert.deepEqual(open, {
    name: 'acme-logs',
    exists: true,
    isListed: true,
    region: null,
    answer: 'HEAD 200, list 200',
  });
});

test('what is refused is there, what is not found is nobody’s, and what is not answered is neither', async () => {
  const { deps } = store(({ url }) => {
    if (url.pathname === '/closed') return { status: 403 };
    if (url.pathname === '/free') return { status: 404 };
    return url.pathname === '/odd' ? { status: 418 } : new Error('getaddrinfo ENOTFOUND');
  });
  const found = await lookUpNames(['closed', 'free', 'odd', 'lost'], aws, deps);
  assert.deepEqual(
    found.map(({ exists, isListed }) => [exists, isListed]),
    [
      [true, false],
      [false, false],
      [null, null],
      [null, null],
    ],
  );
});

test('one in another Region is asked there, at an address that is made here', async () => {
  const { sent, deps } = store(({ url }) =>
    url.host.includes('ap-south-1')
      ? { status: 403, headers: { 'x-amz-bucket-region': 'ap-south-1' } }
      : { status: 301, headers: { 'x-amz-bucket-region': 'ap-south-1', location: 'https://evil.example/' } },
  );
  const [found] = await lookUpNames(['acme'], { ...aws, style: 'virtual-host' }, deps);
  assert.equal(found?.region, 'ap-south-1');
  assert.deepEqual(
    sent.map(({ url }) => url.host),
    ['acme.s3.amazonaws.com', 'acme.s3.ap-south-1.amazonaws.com'],
  );
});

test('a page that is no list of S3 opens nothing', async () => {
  const { deps } = store(() => ({ body: '<html>Welcome</html>' }));
  const [found] = await lookUpNames(['acme'], aws, deps);
  assert.equal(found?.isListed, false);
});

test('a store that asks to slow down is asked again, and left alone in the end', async () => {
  let asked = 0;
  const busy = store(() => ({ status: (asked += 1) < 3 ? 503 : 404 }));
  const [found] = await lookUpNames(['acme'], aws, busy.deps);
  assert.equal(found?.exists, false);
  const never = store(({ url }) => ({ status: url.pathname === '/acme' ? 404 : 503 }));
  const [, unknown] = await lookUpNames(['acme', 'other'], aws, never.deps);
  assert.equal(unknown?.exists, null);
  assert.equal(never.sent.length, 1 + settings.bucketsAttempts);
});

test('where nothing is answered at all it ends with an error, and where it is broken off there is no half result', async () => {
  const many = Array.from({ length: 500 }, (_, index) => `acme-${index}`);
  const dead = store(() => new Error('connect ECONNREFUSED'));
  await assert.rejects(lookUpNames(many, aws, dead.deps), (error) => hasCode(error, 'buckets_unanswered'));
  assert.ok(dead.sent.length < 40);
  const stopping = new AbortController();
  const stopped = store(() => {
    stopping.abort(new Error('enough'));
    return { status: 404 };
  });
  await assert.rejects(lookUpNames(many, aws, { ...stopped.deps, signal: stopping.signal }), /enough/);
  assert.ok(stopped.sent.length < 10);
});
