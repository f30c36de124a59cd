import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { plainName } from '../records/conn-record.ts';
import { ProcessOfFlow } from './process-of-flow.ts';
import { socketsIn } from './socket-table.ts';

const isLinux = existsSync('/proc/net/tcp');

for (const [name, address] of [
  ['IPv4', '127.0.0.1'],
  ['IPv6', '::1'],
] as const) {
  test(
    `a connection over ${name} has the process and user that hold its socket, after it was closed as well`,
    { skip: !isLinux },
    async () => {
      const server = createServer((socket) => socket.resume()).listen(0, address);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const client = connect(port, address);
      await once(client, 'connect');
      const ends = {
        ...{
          proto: 'tcp' as const,
          'id.orig_h': address,
          'id.orig_p': client.localPort!,
          'id.resp_h': address,
          'id.resp_p': port,
        },
      };
      const processes = new ProcessOfFlow();
      processes.look();
      const found = processes.of(ends);
      assert.deepEqual([found?.pid, found?.user], [process.pid, userInfo().username]);
      assert.equal(found?.process, plainName(readFileSync('/proc/self/comm', 'utf8').trim()));
      client.destroy();
      server.close();
      await once(server, 'close');
      processes.look();
      assert.equal(processes.of(ends)?.pid, process.pid);
      // One that came and went between two looks has whoever listens there.
      assert.equal(processes.of({ ...ends, 'id.orig_p': 1 })?.pid, process.pid);
      assert.equal(processes.of({ ...ends, 'id.resp_p': 1 }), null);
      assert.equal(processes.of({ ...ends, 'id.orig_h': '192.0.2.9', 'id.resp_h': '192.0.2.8' }), null);
    },
  );
}

test('the tables of the kernel are read for IPv4, IPv6 and IPv4 within IPv6; what is no line is left out', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const rest = '01 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0 100 0 0 10 0';
  const [four, mapped, six, ...others] = socketsIn(
    `${head}   0: 0100007F:1F90 0200007F:C000 ${rest}\n   1: 0000000000000000FFFF00000100007F:0016 00000000000000000000000000000000:0000 ${rest}\n   2: B80D0120000000000000000001000000:0016 B80D0120000000000000000002000000:C001 ${rest}\nrubbish\n   3: 01:02 03:04 ${rest}\n`,
  );
  assert.deepEqual(four, { local: '127.0.0.1', localPort: 8080, remote: '127.0.0.2', remotePort: 49_152, inode: 4242 });
  assert.deepEqual([mapped?.local, mapped?.localPort, mapped?.remotePort], ['127.0.0.1', 22, 0]);
  assert.deepEqual([six?.local, six?.remote], ['2001:db8::1', '2001:db8::2']);
  assert.deepEqual(others, []);
});

test('where there is nothing to read, nothing is known', () => {
  const processes = new ProcessOfFlow('/nowhere');
  processes.look();
  const ends = {
    proto: 'tcp' as const,
    'id.orig_h': '127.0.0.1',
    'id.orig_p': 1,
    'id.resp_h': '127.0.0.1',
    'id.resp_p': 2,
  };
  assert.equal(processes.of(ends), null);
});
