import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { rawRequest, sendBytes } from '../../../test/support/clients/raw-http.ts';
import { signUpIsOpenTo } from '../app.ts';
import { codeOf, host, open, serve } from '../test-server.ts';

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

test('a proxy that nobody told the server of opens sign-up to nobody behind it', async (t) => {
  const edge = { publicUrl: null, trustedProxies: () => false, insecureHttp: false };
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/open', { config: open }, async (request) => ({ signUp: signUpIsOpenTo(request, edge) }));
    },
  ];
  const { port } = await serve(t, { routes, edge });
  const ask = async (headers: Record<string, string>) =>
    JSON.parse((await rawRequest({ port, path: '/api/v1/open', headers: { ...host, ...headers } })).text);
  assert.deepEqual(await ask({}), { signUp: true });
  for (const name of ['X-Real-IP', 'Via', 'Forwarded', 'CF-Connecting-IP', 'True-Client-IP', 'X-Client-IP']) {
    assert.deepEqual(await ask({ [name]: '203.0.113.9' }), { signUp: false }, name);
  }
  for (const name of ['For', 'Host', 'Proto', 'Port', 'Server']) {
    assert.deepEqual(await ask({ [`X-Forwarded-${name}`]: 'x' }), { signUp: false }, name);
  }
  const old = await sendBytes(port, `GET /api/v1/open HTTP/1.0\r\nHost: localhost:${port}\r\n\r\n`);
  assert.match(old, /"signUp":false/);
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
