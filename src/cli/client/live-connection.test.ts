import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { openLiveConnection } from './live-connection.ts';

test('whoever breaks off before the connection is begun gets none', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  try {
    const opening = openLiveConnection(`http://127.0.0.1:${port}`, {}, stop.signal);
    stop.abort(new Error('left'));
    await assert.rejects(opening, { message: 'left' });
  } finally {
    for (const client of server.clients) client.terminate();
    server.close();
  }
});
