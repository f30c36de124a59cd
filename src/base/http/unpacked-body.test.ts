import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fastify from 'fastify';
import { unpackedBody } from './unpacked-body.ts';

test('a packed body that is too large is refused, and the rest of it is not unpacked', async () => {
  const app = fastify();
  let body: Readable | null = null;
  app.route({
    method: 'POST',
    url: '/',
    bodyLimit: 1_000_000,
    async preParsing(request, reply, payload) {
      const stream = (await unpackedBody(() => new Error('refused')).call(app, request, reply, payload)) as Readable;
      body = stream;
      return stream;
    },
    handler: async (request) => JSON.stringify(request.body).length,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const post = (bytes: number) =>
      fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: new Uint8Array(gzipSync(Buffer.from(`"${' '.repeat(bytes)}"`))),
      });
    assert.equal((await post(1000)).status, 200);
    const refused = await post(64 * 2 ** 20);
    assert.equal(refused.status, 413);
    await refused.text();
    for (let waited = 0; body !== null && !(body as Readable).destroyed && waited < 200; waited += 1) await wait(50);
    const { destroyed, readableEnded } = body as unknown as Readable;
    assert.deepEqual([destroyed, readableEnded], [true, false]);
  } finally {
    await app.close();
  }
});
