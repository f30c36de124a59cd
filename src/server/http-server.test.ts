import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { closed, rawRequest, sendBytes } from '../../test/support/clients/raw-http.ts';
import { freePort } from '../../test/support/servers/process.ts';
import { hasCode } from '../base/errors.ts';
import { httpOnUse } from '../base/http/node-http.ts';
import { host, open, serve } from './test-server.ts';

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
  const other = httpOnUse().createServer().listen(0, '127.0.0.1');
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
  const other = httpOnUse()
    .createServer()
    .listen(await freePort(), '::1');
  const listening = await Promise.race([
    once(other, 'listening').then(() => true),
    once(other, 'error').then(() => false),
  ]);
  if (!listening) return t.skip('this machine has no ::1');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  await assert.rejects(serve(t, { port }), (error: unknown) => hasCode(error, 'port_taken'));
  const again = httpOnUse().createServer().listen(port, '127.0.0.1');
  await once(again, 'listening');
  again.close();
});

test('an address of another machine is refused', async (t) => {
  await assert.rejects(serve(t, { hosts: ['192.0.2.1'] }), (error: unknown) => hasCode(error, 'address_not_available'));
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

test('a refused upload hears why though it goes on sending, and the connection stays usable', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.post('/upload', async () => 'never');
    },
  ];
  const { port } = await serve(t, { routes });
  const length = 8 * 1024 * 1024;
  const post = `POST /api/v1/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: ${length}\r\n\r\n`;
  const get = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
  const answers = await sendBytes(port, Buffer.concat([Buffer.from(post), Buffer.alloc(length), Buffer.from(get)]));
  assert.match(answers, /^HTTP\/1\.1 401 /);
  assert.match(answers, /"code":"not_signed_in"/);
  assert.match(answers, /HTTP\/1\.1 200 OK/);
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

test('a body that trickles in is answered 408, and the connection closed; a file’s contents may trickle', async (t) => {
  const routes: FastifyPluginAsyncTypebox[] = [
    async (app) => {
      app.post('/json', { config: open }, async () => 'never');
      app.post('/upload', { config: open }, async (request) => {
        for await (const _ of request.body as Readable);
        return 'taken';
      });
    },
  ];
  const { port } = await serve(t, { routes, settings: { requestBodyTimeoutMs: 1000 } });
  const head = (path: string, type: string) =>
    `POST /api/v1${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 3\r\nConnection: close\r\n\r\n`;
  const upload = connect({ port, host: '127.0.0.1' });
  t.after(() => upload.destroy());
  upload.write(`${head('/upload', 'application/octet-stream')}a`);
  const slow = connect({ port, host: '127.0.0.1' });
  let answer = '';
  slow.on('data', (piece: Buffer) => (answer += piece.toString()));
  slow.write(`${head('/json', 'application/json')}{`);
  await closed(slow);
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /"code":"request_timeout"/);
  upload.write('bc');
  const [taken] = (await once(upload, 'data')) as [Buffer];
  assert.match(taken.toString(), /^HTTP\/1\.1 200 /);
});

test('one address may have so many connections; others, and a trusted proxy, are not concerned', async (t) => {
  const settings = { maxConnectionsPerPlace: 10 };
  const fill = async (port: number) => {
    const sockets = Array.from({ length: 10 }, () => connect({ port, host: '127.0.0.1' }));
    t.after(() => sockets.map((socket) => socket.destroy()));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return sockets;
  };
  const get = { path: '/healthz', headers: host };
  const { port } = await serve(t, { settings });
  const [first] = await fill(port);
  assert.ok(first);
  await assert.rejects(rawRequest({ port, ...get }));
  const elsewhere = await rawRequest({ port, host: '::1', ...get }).catch((error: { code?: string }) => error.code);
  assert.ok(typeof elsewhere === 'object' ? elsewhere.status === 200 : elsewhere !== 'ECONNRESET');
  first.destroy();
  const again = async (): Promise<number> =>
    rawRequest({ port, ...get }).then(
      ({ status }) => status,
      () => again(),
    );
  assert.equal(await again(), 200);

  const edge = { publicUrl: null, trustedProxies: (address?: string) => address === '127.0.0.1', insecureHttp: false };
  const behind = await serve(t, { settings, edge });
  await fill(behind.port);
  assert.equal((await rawRequest({ port: behind.port, ...get })).status, 200);
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
