/** An authority that lies, breaks off or never ends; how a good one answers is shown by test/services/acme.test.ts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { HoldfastError } from '../../base/errors.ts';
import { httpsOnUse } from '../../base/http/node-http.ts';
import { newKey, privatePem, selfSigned } from '../made/x509.ts';
import { type AcmeSession, openAcmeSession } from './acme-session.ts';
import { accountKeyOf } from './acme-signing.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, origin: string) => void;

const NOW = Date.UTC(2026, 10, 29);

async function authority(t: TestContext, answers: Readonly<Record<string, Answer>>, timeoutMs = 60_000) {
  const key = await newKey();
  const nowMs = Date.now();
  const cert = selfSigned({
    ...{ key, names: ['127.0.0.1'], commonName: 'a', fromMs: nowMs - 1e7, untilMs: nowMs + 1e8 },
  });
  const asked: string[] = [];
  const server = httpsOnUse().createServer({ key: privatePem(key), cert }, (request, response) => {
    const { port } = server.address() as AddressInfo;
    asked.push(request.url ?? '');
    (answers[request.url ?? ''] ?? nothing)(request, response, `https://127.0.0.1:${port}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const enter = async (): Promise<AcmeSession> =>
    await openAcmeSession({
      ...{ directoryUrl: `https://127.0.0.1:${port}/dir`, accountKey: accountKeyOf(await newKey()), email: null },
      ...{
        externalAccount: null,
        ca: Buffer.from(cert),
        userAgent: 'test',
        timeoutMs,
        signal: new AbortController().signal,
      },
      clock: () => NOW,
    });
  const open = async (): Promise<HoldfastError> => {
    const error: unknown = await enter().then(
      () => assert.fail('it was taken for an authority'),
      (failed: unknown) => failed,
    );
    assert.ok(error instanceof HoldfastError, String(error));
    return error;
  };
  return { enter, open, asked };
}

const nothing: Answer = (_request, response) => void response.writeHead(404).end();
const json =
  (status: number, value: (origin: string) => object, headers: Record<string, string> = {}): Answer =>
  (_request, response, origin) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', 'replay-nonce': 'abc', ...headers })
      .end(JSON.stringify(value(origin)));
const directory = json(200, (origin) => ({
  ...{ newNonce: `${origin}/nonce`, newAccount: `${origin}/account`, newOrder: `${origin}/order` },
}));
const BAD_NONCE = 'urn:ietf:params:acme:error:badNonce';
const nonce: Answer = (_request, response) => void response.writeHead(200, { 'replay-nonce': 'abc' }).end();

test('what is no directory is told as such: a page, an address in clear, no address at all', async (t) => {
  for (const dir of [
    json(200, () => ({})),
    json(500, () => ({ newNonce: 'https://a.example/' })),
    json(200, (origin) => ({
      ...{ newNonce: origin.replace('https', 'http'), newAccount: `${origin}/account`, newOrder: `${origin}/order` },
    })),
    ((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')) as Answer,
  ]) {
    const { open } = await authority(t, { '/dir': dir });
    assert.equal((await open()).code, 'acme_answer_invalid');
  }
});

test('an answer without an end is broken off, and one that does not come is not waited for', async (t) => {
  const endless: Answer = (_request, response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  const large = await (await authority(t, { '/dir': endless })).open();
  assert.deepEqual([large.code, large.detail], ['acme_answer_invalid', 'an answer is too large']);
  const silent = await (await authority(t, { '/dir': () => undefined }, 300)).open();
  assert.equal(silent.code, 'acme_unreachable');
  const broken: Answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => response.destroy());
  };
  assert.equal((await (await authority(t, { '/dir': broken })).open()).code, 'acme_unreachable');
});

test('what is refused for its nonce is sent again with the one that came with the refusal', async (t) => {
  const used: unknown[] = [];
  const account: Answer = (request, response, origin) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { protected: head } = JSON.parse(Buffer.concat(pieces).toString()) as { protected: string };
      used.push((JSON.parse(Buffer.from(head, 'base64url').toString()) as { nonce: unknown }).nonce);
      const next = { 'replay-nonce': `nonce-${used.length}` };
      if (used.length < 4) json(400, () => ({ type: BAD_NONCE, detail: 'no' }), next)(request, response, origin);
      else json(201, () => ({}), { ...next, location: `${origin}/account/1` })(request, response, origin);
    });
  };
  const { enter } = await authority(t, { '/dir': directory, '/nonce': nonce, '/account': account });
  assert.ok(await enter());
  assert.deepEqual(used, ['abc', 'nonce-1', 'nonce-2', 'nonce-3']);
});

test('a nonce that is never good is not tried for ever', async (t) => {
  const { open, asked } = await authority(t, {
    ...{ '/dir': directory, '/nonce': nonce },
    '/account': json(400, () => ({ type: BAD_NONCE, detail: 'no' })),
  });
  assert.equal((await open()).code, 'acme_refused');
  assert.equal(asked.filter((path) => path === '/account').length, 4);
  const without: Answer = (_request, response) => void response.writeHead(200).end();
  const none = await authority(t, { '/dir': directory, '/nonce': without });
  assert.equal((await none.open()).code, 'acme_answer_invalid');
});

test('how long to wait is taken from the answer, and what it says is made visible and cut', async (t) => {
  const type = 'urn:ietf:params:acme:error:rateLimited';
  const limited = await authority(t, {
    ...{ '/dir': directory, '/nonce': nonce },
    '/account': json(429, () => ({ type, detail: `too many\u001b[2J${'x'.repeat(5000)}` }), { 'retry-after': '3600' }),
  });
  const error = await limited.open();
  assert.equal(error.code, 'acme_limited');
  assert.equal(error.extra['retryAfterMs'], 3_600_000);
  assert.match(error.detail ?? '', /^rateLimited: too many\\u\{1b\}/);
  assert.ok((error.detail ?? '').length <= 300);
  const dated = await authority(t, {
    ...{ '/dir': directory, '/nonce': nonce },
    '/account': json(503, () => ({}), { 'retry-after': new Date(NOW + 60_000).toUTCString() }),
  });
  assert.equal((await dated.open()).extra['retryAfterMs'], 60_000);
});
