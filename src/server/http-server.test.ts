import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { closed, rawRequest, sendBytes } from '../../test/support/raw-http.ts';
import { accountErrors } from '../accounts/index.ts';
import { hasCode, HoldfastError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import { settingsOf } from '../base/settings.ts';
import { type HttpServer, type HttpServerOptions, openHttpServer } from './index.ts';
import { serverSettings } from './settings.ts';

type Overrides = Partial<Omit<HttpServerOptions, 'settings'>> & {
  readonly settings?: Parameters<typeof settingsOf<typeof serverSettings>>[1];
};

async function serve(t: TestContext, { settings, ...overrides }: Overrides = {}): Promise<HttpServer> {
  const server = await openHttpServer({
    hosts: null,
    port: 0,
    tls: null,
    routes: [],
    authenticate: async () => {
      throw accountErrors('session_invalid');
    },
    readiness: async () => [{ part: 'records', ok: true }],
    edge: { publicUrl: null, trustedProxies: () => false, insecureHttp: false },
    settings: settingsOf(serverSettings, settings),
    errors: {},
    version: '9.9.9',
    clock: Date.now,
    log: silentLog,
    ...overrides,
  });
  t.after(() => server.close());
  return server;
}

const open = { access: 'public' } as const;
const codeOf = (text: string): unknown => (JSON.parse(text) as { code: unknown }).code;
const host = { host: 'localhost' };

test('it listens on both loopback addresses at one port', async (t) => {
  const { port, addresses } = await serve(t);
  assert.deepEqual(addresses, [`http://localhost:${port}`]);
  assert.equal((await rawRequest({ port, path: '/healthz', headers: host })).status, 200);
  const overIpv6 = await rawRequest({ port, host: '::1', path: '/healthz', headers: host }).catch(
    (error: unknown) => error,
  );
  // A machine without IPv6 is served all the same.
  assert.ok(overIpv6 instanceof Error || (overIpv6 as { status: number }).status === 200);
});

test('a taken port is refused by name, offers another, and leaves nothing listening', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  await assert.rejects(serve(t, { port }), (error: unknown) => {
    assert.ok(hasCode(error, 'port_taken'));
    assert.match(error.message, new RegExp(`:${port}`));
    assert.match(error.remedy, /--port \d+/);
    return true;
  });
});

test('a port taken on the second address alone is refused too, and the first is given back', async (t) => {
  const other = createServer().listen(0, '::1');
  const listening = await Promise.race([
    once(other, 'listening').then(() => true),
    once(other, 'error').then(() => false),
  ]);
  if (!listening) return t.skip('this machine has no ::1');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  await assert.rejects(serve(t, { port }), (error: unknown) => hasCode(error, 'port_taken'));
  const again = createServer().listen(port, '127.0.0.1');
  await once(again, 'listening');
  again.close();
});

test('an address of another machine is refused', async (t) => {
  await assert.rejects(serve(t, { hosts: ['192.0.2.1'] }), (error: unknown) => hasCode(error, 'address_not_available'));
});

test('random bytes, a TLS hello and half a request get 400 and a closed connection', async (t) => {
  const { port } = await serve(t, { settings: { requestHeadersTimeoutMs: 1000 } });
  const hello = Buffer.concat([Buffer.from('16030100f8010000f40303', 'hex'), randomBytes(241)]);
  for (const [name, bytes, halfClose] of [
    ['random bytes', Buffer.concat([Buffer.from([0x00, 0x80, 0xff]), randomBytes(500)]), false],
    ['a TLS hello', hello, false],
    ['a line of another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', false],
    ['half a request, then the end', 'GET / HTTP/1.1\r\nHost: loc', true],
    ['half a request, then silence', 'GET / HTTP/1.1\r\nHost: loc', false],
    [
      'two contradicting lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      false,
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc',
      false,
    ],
  ] as const) {
    const answer = await sendBytes(port, bytes, { halfClose });
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, name);
    assert.match(answer, /"code":"request_malformed"/, name);
  }
});

test('a connection that says nothing at all is closed', async (t) => {
  const { port } = await serve(t, { settings: { requestHeadersTimeoutMs: 1000 } });
  const answer = await sendBytes(port, '');
  assert.ok(answer === '' || answer.startsWith('HTTP/1.1 400'), answer);
});

test('headers beyond their limits are refused', async (t) => {
  const { port } = await serve(t);
  const large = await sendBytes(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
  assert.match(large, /^HTTP\/1\.1 431 /);
  const many = Array.from({ length: 150 }, (_, index) => [`x-${index}`, '1'] as const);
  const answer = await rawRequest({ port, headers: { ...host, ...Object.fromEntries(many) } });
  assert.equal(answer.status, 431);
  assert.equal(codeOf(answer.text), 'request_headers_too_large');
});

test('a request for a foreign host name is refused, with or without a port', async (t) => {
  const { port } = await serve(t);
  for (const name of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '169.254.1.1', 'a b']) {
    const answer = await rawRequest({ port, path: '/', headers: { host: name } });
    assert.ok(answer.status === 421 || answer.status === 400, `${name}: ${answer.status}`);
  }
  for (const head of ['GET / HTTP/1.0', 'GET / HTTP/1.1\r\nConnection: close\r\nHost:', 'GET /']) {
    assert.match(await sendBytes(port, `${head}\r\n\r\n`), /^HTTP\/1\.1 421 /, head);
  }
  for (const name of ['localhost', 'LOCALHOST', `127.0.0.1:${port}`, '[::1]', 'localhost:9999']) {
    assert.equal((await rawRequest({ port, path: '/', headers: { host: name } })).status, 200, name);
  }
});

test('the public URL’s host is answered, and its origin may write', async (t) => {
  const edge = { publicUrl: new URL('https://files.example.org'), trustedProxies: () => false, insecureHttp: false };
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.post('/write', { config: open }, async () => ({ done: true }));
    },
  ];
  const { port } = await serve(t, { edge, routes });
  const write = { port, method: 'POST', path: '/api/v1/write' };
  const headers = { host: 'files.example.org', origin: 'https://files.example.org' };
  assert.equal((await rawRequest({ ...write, headers })).status, 200);
  const foreign = await rawRequest({ ...write, headers: { ...headers, origin: 'https://example.org' } });
  assert.equal(codeOf(foreign.text), 'origin_not_allowed');
});

test('pages of other sites may neither write nor read, and the sandboxed origin is one of them', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.post('/write', { config: open }, async () => ({ done: true }));
      app.get('/read', { config: open }, async () => ({ done: true }));
    },
  ];
  const { port } = await serve(t, { routes });
  const own = { host: `localhost:${port}` };
  const call = async (method: string, headers: Record<string, string>): Promise<string> => {
    const path = method === 'GET' ? '/api/v1/read' : '/api/v1/write';
    const answer = await rawRequest({ port, method, path, headers: { ...own, ...headers } });
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    return answer.status === 200 ? 'allowed' : String(codeOf(answer.text));
  };
  for (const origin of [
    'https://evil.example',
    'null',
    `http://localhost:${port + 1}`,
    `https://localhost:${port}`,
    '*',
  ]) {
    assert.equal(await call('POST', { origin }), 'origin_not_allowed', origin);
    assert.equal(await call('GET', { origin }), 'origin_not_allowed', origin);
  }
  assert.equal(await call('POST', { origin: `http://localhost:${port}` }), 'allowed');
  assert.equal(await call('POST', { 'sec-fetch-site': 'cross-site' }), 'origin_not_allowed');
  assert.equal(await call('POST', { 'sec-fetch-site': 'same-site' }), 'origin_not_allowed');
  assert.equal(await call('POST', { 'sec-fetch-site': 'same-origin', cookie: 'a=b' }), 'allowed');
  assert.equal(await call('POST', { cookie: 'a=b' }), 'origin_missing');
  assert.equal(await call('POST', {}), 'allowed');
  assert.equal(await call('GET', { cookie: 'a=b', 'sec-fetch-site': 'cross-site' }), 'allowed');
});

test('forwarding headers count from trusted proxies alone', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/who', { config: open }, async ({ ip, host, protocol }) => ({ ip, host, protocol }));
    },
  ];
  const path = '/api/v1/who';
  const headers = {
    ...host,
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-host': 'files.example.org',
    'x-forwarded-proto': 'https',
  };
  const publicUrl = new URL('https://files.example.org');
  const plain = await serve(t, { routes, edge: { publicUrl, trustedProxies: () => false, insecureHttp: false } });
  const untrusted = await rawRequest({ port: plain.port, path, headers });
  assert.deepEqual(JSON.parse(untrusted.text), { ip: '127.0.0.1', host: 'localhost', protocol: 'http' });
  assert.equal(untrusted.headers['strict-transport-security'], undefined);

  const edge = { publicUrl, trustedProxies: (address?: string) => address === '127.0.0.1', insecureHttp: false };
  const behind = await serve(t, { routes, edge });
  const trusted = await rawRequest({ port: behind.port, path, headers });
  assert.deepEqual(JSON.parse(trusted.text), { ip: '203.0.113.9', host: 'files.example.org', protocol: 'https' });
  assert.match(trusted.headers['strict-transport-security'] ?? '', /max-age=/);
  const evil = await rawRequest({
    port: behind.port,
    path,
    headers: { ...headers, 'x-forwarded-host': 'evil.example' },
  });
  assert.equal(evil.status, 421);
});

test('health answers any host, and tells details on the machine itself only', async (t) => {
  let ok = true;
  const readiness = async () => [{ part: 'records', ok, ...(ok ? {} : { problem: 'the disk is gone' }) }];
  let now = 0;
  const { port } = await serve(t, { readiness, clock: () => now });
  const ask = async (path: string, headers: Record<string, string>) => {
    const { status, text } = await rawRequest({ port, path, headers });
    return { status, reply: JSON.parse(text) as Record<string, unknown> };
  };
  assert.deepEqual(await ask('/healthz', host), { status: 200, reply: { status: 'ok', version: '9.9.9', upMs: 0 } });
  for (const headers of [{ host: 'balancer.internal' }, { ...host, 'x-forwarded-for': '203.0.113.9' }]) {
    assert.deepEqual(await ask('/healthz', headers), { status: 200, reply: { status: 'ok' } });
    assert.deepEqual(await ask('/readyz', headers), { status: 200, reply: { status: 'ready' } });
  }
  ok = false;
  now = 5000;
  const outside = await ask('/readyz', { host: 'balancer.internal' });
  assert.equal(outside.status, 503);
  assert.doesNotMatch(JSON.stringify(outside.reply), /disk/);
  assert.match(JSON.stringify((await ask('/readyz', host)).reply), /the disk is gone/);
});

test('readiness asks the stores at most once a second', async (t) => {
  let asked = 0;
  const readiness = async () => {
    asked += 1;
    return [];
  };
  const { port } = await serve(t, { readiness, clock: () => 1000 });
  await Promise.all(Array.from({ length: 20 }, () => rawRequest({ port, path: '/readyz', headers: host })));
  assert.equal(asked, 1);
});

test('every answer carries the security headers, refusals too', async (t) => {
  const { port } = await serve(t);
  for (const path of ['/', '/healthz', '/api/openapi.json', '/api/docs', '/nothing', '/%zz', `/${'x'.repeat(3000)}`]) {
    const { headers } = await rawRequest({ port, path, headers: host });
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['referrer-policy'], 'no-referrer', path);
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.match(String(headers['cache-control']), /no-(store|cache)/, path);
    assert.equal(headers['x-powered-by'], undefined, path);
    assert.equal(headers.server, undefined, path);
  }
});

test('a route that says nothing about access needs a session', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/secret', async () => 'secret');
      app.get('/admin', { config: { access: 'admin' } }, async () => 'secret');
      app.get('/open', { config: open }, async () => 'open');
    },
  ];
  const authenticate: HttpServerOptions['authenticate'] = async (token) => {
    if (token !== 'member') throw accountErrors('session_invalid');
    return { accountId: 'a', sessionId: 's', role: 'member' } as never;
  };
  const { port } = await serve(t, { routes, authenticate });
  const ask = (path: string, authorization?: string) =>
    rawRequest({ port, path: `/api/v1${path}`, headers: { ...host, ...(authorization ? { authorization } : {}) } });
  for (const path of ['/secret', '/admin']) {
    for (const header of [
      undefined,
      'Bearer wrong',
      'Bearer',
      'Basic bWVtYmVy',
      'Bearer a b',
      `Bearer ${'x'.repeat(600)}`,
    ]) {
      const answer = await ask(path, header);
      assert.equal(answer.status, 401, `${path} ${header}`);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
      assert.doesNotMatch(answer.text, /secret"/);
    }
  }
  assert.equal((await ask('/secret?token=member')).status, 401);
  assert.equal((await ask('/secret', 'Bearer member')).text, 'secret');
  assert.equal((await ask('/secret', 'bearer member')).status, 200);
  assert.equal(codeOf((await ask('/admin', 'Bearer member')).text), 'admin_only');
  assert.equal((await ask('/open', 'Bearer stale')).text, 'open');
});

test('errors become problems that say what, why and what to do, and leak nothing', async (t) => {
  const logged: object[] = [];
  const log = { ...silentLog, error: (fields: object) => void logged.push(fields) };
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/known', { config: open }, async () => {
        const entry = { status: 429, title: 'Too many', remedy: 'Wait.' };
        throw new HoldfastError('too_many', entry, { attempted: 'Try', extra: { retryAfterMs: 1500 } });
      });
      app.get('/unknown', { config: open }, async () => {
        throw new Error('/srv/secret/plan.pdf: no such file');
      });
      app.get('/thrown', { config: open }, async () => {
        throw 'not an error';
      });
      app.get('/mistake', { config: open }, async () => (undefined as unknown as { name: string }).name);
    },
  ];
  const { port } = await serve(t, { routes, log });
  const ask = (path: string) => rawRequest({ port, path: `/api/v1${path}`, headers: host });

  const known = await ask('/known');
  assert.equal(known.status, 429);
  assert.equal(known.headers['content-type'], 'application/problem+json');
  assert.equal(known.headers['retry-after'], '2');
  assert.deepEqual(JSON.parse(known.text), {
    type: '/api/docs#too_many',
    title: 'Too many',
    status: 429,
    code: 'too_many',
    attempted: 'Try',
    remedy: 'Wait.',
    retryAfterMs: 1500,
  });
  for (const path of ['/unknown', '/thrown', '/mistake']) {
    const answer = await ask(path);
    assert.equal(answer.status, 500);
    const { code, reference } = JSON.parse(answer.text) as { code: string; reference: string };
    assert.equal(code, 'internal_error');
    assert.doesNotMatch(answer.text, /secret|plan\.pdf|undefined|\.ts/);
    assert.ok(
      logged.some((fields) => JSON.stringify(fields).includes(reference)),
      'the log knows the reference',
    );
  }
  assert.doesNotMatch(JSON.stringify(logged), /plan\.pdf/);
  assert.match(JSON.stringify(logged), /Cannot read properties of undefined/);
});

test('bad input is refused with the field’s name and never its value', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      const schema = {
        params: Type.Object({ id: Type.String({ minLength: 3 }) }),
        querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })) }),
        body: Type.Object({ password: Type.String({ maxLength: 5 }), count: Type.Optional(Type.Integer()) }),
      };
      app.post('/things/:id', { config: open, schema }, async ({ params, query, body }) => ({ params, query, body }));
    },
  ];
  const { port } = await serve(t, { routes });
  const post = (path: string, body: string, type = 'application/json') =>
    rawRequest({
      port,
      method: 'POST',
      path: `/api/v1/things/${path}`,
      body,
      headers: { ...host, 'content-type': type },
    });
  const good = await post('abc?limit=5', '{"password":"12345"}');
  assert.deepEqual(JSON.parse(good.text), { params: { id: 'abc' }, query: { limit: 5 }, body: { password: '12345' } });

  const long = await post('abc', '{"password":"correct horse"}');
  assert.equal(long.status, 422);
  assert.equal(codeOf(long.text), 'request_invalid');
  assert.match(long.text, /"field":"password"/);
  assert.doesNotMatch(long.text, /correct horse/);
  assert.equal(codeOf((await post('a', '{"password":"1"}')).text), 'request_invalid');
  assert.equal(codeOf((await post('abc?limit=11', '{"password":"1"}')).text), 'request_invalid');
  assert.equal(codeOf((await post('abc?limit=many', '{"password":"1"}')).text), 'request_invalid');
  // Text is not taken for a number in a body.
  assert.equal(codeOf((await post('abc', '{"password":"1","count":"7"}')).text), 'request_invalid');
  for (const [body, type, code] of [
    ['{"password"', 'application/json', 'request_malformed'],
    ['', 'application/json', 'request_malformed'],
    ['{"__proto__":{"a":1},"password":"1"}', 'application/json', 'request_malformed'],
    ['password=1', 'application/x-www-form-urlencoded', 'media_type_not_supported'],
    ['hello', 'text/plain', 'media_type_not_supported'],
    ['hello', 'nonsense', 'media_type_not_supported'],
    [`{"password":"${'x'.repeat(1_100_000)}"}`, 'application/json', 'request_body_too_large'],
  ] as const) {
    const answer = await post('abc', body, type);
    assert.equal(codeOf(answer.text), code, `${type} ${body.slice(0, 30)}`);
    assert.ok(answer.status >= 400 && answer.status < 500);
  }
});

test('unknown addresses are 404 and known ones with another method 405, which names the right ones', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/things/:id', async () => 'one');
      app.delete('/things/:id', async () => 'gone');
    },
  ];
  const { port } = await serve(t, { routes });
  const ask = (method: string, path: string) => rawRequest({ port, method, path, headers: host });
  for (const path of [
    '/nothing',
    '/api/v1',
    '/api/v1/things',
    '/api/v1/things/1/2',
    '/api/v2/things/1',
    '/%zz',
    '//',
  ]) {
    const answer = await ask('GET', path);
    assert.ok(answer.status === 404, `${path} ${answer.status}`);
    assert.equal(codeOf(answer.text), 'route_not_found');
  }
  const put = await ask('PUT', '/api/v1/things/1?a=b');
  assert.equal(put.status, 405);
  assert.equal(put.headers.allow, 'DELETE, GET, HEAD');
});

test('a body is invited only after the request was allowed', async (t) => {
  let bodies = 0;
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      const take = async (request: { body: unknown }) => {
        for await (const _ of request.body as Readable) bodies += 1;
        return 'taken';
      };
      app.post('/closed', take);
      app.post('/open', { config: open }, take);
    },
  ];
  const { port } = await serve(t, { routes });
  const head = (path: string) =>
    `POST /api/v1${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;
  const refused = await sendBytes(port, head('/closed'), { halfClose: true });
  assert.match(refused, /^HTTP\/1\.1 401 /);
  assert.equal(bodies, 0);
  const invited = await sendBytes(port, `${head('/open')}abc`);
  assert.match(invited, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
});

test('a refused upload hears why, though it goes on sending', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.post('/upload', async () => 'never');
    },
  ];
  const { port } = await serve(t, { routes });
  const headers = { ...host, 'content-type': 'application/octet-stream' };
  const answer = await rawRequest({
    port,
    method: 'POST',
    path: '/api/v1/upload',
    headers,
    body: Buffer.alloc(8 * 1024 * 1024),
  });
  assert.equal(answer.status, 401);
  assert.equal(codeOf(answer.text), 'not_signed_in');
});

test('an upload that stands still is ended, and its route sees the end as an error', async (t) => {
  const { promise: seen, resolve } = Promise.withResolvers<unknown>();
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.post('/upload', { config: open }, async (request) => {
        try {
          for await (const _ of request.body as Readable);
        } catch (error) {
          resolve(error);
          throw error;
        }
      });
    },
  ];
  const { port } = await serve(t, { routes, settings: { transferStallTimeoutMs: 1000 } });
  const head =
    'POST /api/v1/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\n';
  await sendBytes(port, `${head}abc`);
  assert.ok((await seen) instanceof Error);
});

test('a slow handler is not taken for a stalled client', async (t) => {
  const { promise: mayAnswer, resolve } = Promise.withResolvers<void>();
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/slow', { config: open }, async () => {
        await mayAnswer;
        return 'at last';
      });
    },
  ];
  const { port } = await serve(t, { routes, settings: { transferStallTimeoutMs: 1000 } });
  const answer = rawRequest({ port, path: '/api/v1/slow', headers: host });
  // Two idle times pass on another connection, which proves that they passed here too.
  await sendBytes(port, '');
  resolve();
  assert.equal((await answer).text, 'at last');
});

test('closing lets a running download finish, refuses new requests, and then nothing listens', async (t) => {
  const { promise: started, resolve: onStart } = Promise.withResolvers<void>();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/download', { config: open }, async (_request, reply) =>
        reply.send(
          Readable.from(
            (async function* () {
              yield Buffer.alloc(1000, 'a');
              onStart();
              await mayEnd;
              yield Buffer.alloc(1000, 'b');
            })(),
          ),
        ),
      );
    },
  ];
  const server = await serve(t, { routes });
  const download = rawRequest({ port: server.port, path: '/api/v1/download', headers: host });
  const idle = connect(server.port, '127.0.0.1');
  await once(idle, 'connect');
  await started;
  const closing = server.close();
  await closed(idle);
  await assert.rejects(rawRequest({ port: server.port, path: '/healthz', headers: host }));
  end();
  assert.equal((await download).text.length, 2000);
  await closing;
});

test('closing does not wait for ever', async (t) => {
  const { promise: started, resolve: onStart } = Promise.withResolvers<void>();
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/stuck', { config: open }, async () => {
        onStart();
        await new Promise(() => {});
      });
    },
  ];
  const server = await serve(t, { routes, settings: { shutdownTimeoutMs: 50 } });
  const answer = rawRequest({ port: server.port, path: '/api/v1/stuck', headers: host });
  const failed = assert.rejects(answer);
  await started;
  await server.close();
  await failed;
});

test('a stream that fails on its way is cut off, never ended cleanly', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/download', { config: open }, async (_request, reply) =>
        reply.send(
          Readable.from(
            (async function* () {
              yield Buffer.alloc(100_000);
              throw new Error('altered');
            })(),
          ),
        ),
      );
    },
  ];
  const { port } = await serve(t, { routes });
  const raw = await sendBytes(port, 'GET /api/v1/download HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.match(raw, /^HTTP\/1\.1 200 OK/);
  assert.doesNotMatch(raw, /0\r\n\r\n$/);
});
