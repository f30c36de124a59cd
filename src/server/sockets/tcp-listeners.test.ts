import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { openTcpListeners, type TcpWay } from './tcp-listeners.ts';

const place = { tls: null, maxConnections: 100, maxConnectionsPerPlace: 1, log: silentLog, otherPort: () => 'PORT=0' };

test('loopback is listened on at both of its addresses with one port, and tells whence a connection came', async () => {
  const ways: TcpWay[] = [];
  await using listeners = await openTcpListeners({
    ...{ ...place, hosts: null, port: 0 },
    onConnection(socket, way) {
      ways.push(way);
      socket.destroy();
    },
  });
  assert.equal(new Set(listeners.addresses.map(({ port }) => port)).size, 1);
  for (const { host, port } of listeners.addresses) await once(connect({ host, port }), 'close');
  assert.deepEqual(
    ways,
    listeners.addresses.map(() => ({ loopback: true, encrypted: false })),
  );
});

test('connections of one address are counted, but those of loopback', async () => {
  let count = 0;
  await using listeners = await openTcpListeners({
    ...{ ...place, hosts: ['127.0.0.1'], port: 0 },
    onConnection(socket) {
      count += 1;
      if (count === 5) socket.end('five');
      socket.on('error', () => {});
    },
  });
  const sockets = Array.from({ length: 5 }, () =>
    connect({ host: '127.0.0.1', port: listeners.addresses[0]?.port ?? 0 }),
  );
  await Promise.race(sockets.map((socket) => once(socket, 'data')));
  assert.equal(count, 5);
  for (const socket of sockets) socket.destroy();
});

test('a port that is taken is told with the way to choose another, and nothing is left open', async () => {
  const options = { ...place, hosts: ['127.0.0.1'], onConnection: () => {} };
  await using first = await openTcpListeners({ ...options, port: 0 });
  const port = first.addresses[0]?.port ?? 0;
  await assert.rejects(openTcpListeners({ ...options, hosts: ['127.0.0.2', '127.0.0.1'], port }), {
    code: 'port_taken',
    remedy: `Stop the program that uses port ${port}, or choose another one: PORT=0`,
  });
  await using _second = await openTcpListeners({ ...options, hosts: ['127.0.0.2'], port });
});
