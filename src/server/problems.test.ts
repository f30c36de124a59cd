import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '../base/http/schema.ts';
import { rawRequest } from '../../test/support/clients/raw-http.ts';
import { accountErrors } from '../accounts/index.ts';
import { HoldfastError } from '../base/errors.ts';
import { silentLog } from '../base/log.ts';
import type { HttpServerOptions } from './http-server.ts';
import { codeOf, host, open, serve } from './test-server.ts';

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
