import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { rawRequest, sendBytes } from '../../../test/support/clients/raw-http.ts';
import { host, open, serve } from '../test-server.ts';

test('HEAD gets the head of the answer to GET: the same status, type and length, and no body', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/words', { config: open }, async () => ({ words: 'seven quiet herons' }));
    },
  ];
  const { port } = await serve(t, { routes });
  const ask = (method: string) => rawRequest({ port, method, path: '/api/v1/words', headers: host });
  const [get, head] = [await ask('GET'), await ask('HEAD')];
  assert.equal(head.status, 200);
  assert.equal(head.text, '');
  for (const name of ['content-type', 'content-length']) assert.equal(head.headers[name], get.headers[name], name);
  assert.equal(Number(head.headers['content-length']), Buffer.byteLength(get.text));
});

test('a stream is not read to answer HEAD, and the connection serves on', async (t) => {
  let pieces = 0;
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/much', { config: open }, async (_request, reply) => {
        const endless = Readable.from(
          (async function* () {
            for (;;) {
              pieces += 1;
              yield Buffer.alloc(64 * 1024);
            }
          })(),
        );
        return reply.header('Content-Type', 'application/octet-stream').send(endless);
      });
    },
  ];
  const { port } = await serve(t, { routes });
  const requests = ['HEAD /api/v1/much', 'GET /healthz'].map((line) => `${line} HTTP/1.1\r\nHost: localhost\r\n`);
  const answers = await sendBytes(port, `${requests.join('\r\n')}Connection: close\r\n\r\n`);
  assert.equal(answers.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
  assert.ok(pieces <= 1, `${pieces} pieces were made`);
});

test('HEAD needs the session that GET needs, and is told the methods where there is no GET', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.get('/mine', async () => 'mine');
      app.post('/acts', { config: open }, async () => 'done');
    },
  ];
  const { port } = await serve(t, { routes });
  const head = (path: string) => rawRequest({ port, method: 'HEAD', path, headers: host });
  assert.equal((await head('/api/v1/mine')).status, 401);
  const refused = await head('/api/v1/acts');
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.allow, 'POST');
  assert.equal((await head('/api/v1/nothing')).status, 404);
});
