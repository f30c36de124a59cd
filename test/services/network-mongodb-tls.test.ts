/** Flows in MongoDB over TLS, and by a name that DNS resolves to its servers. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createServer } from 'node:tls';
import { hasCode } from '../../src/base/errors.ts';
import { openMongoFlowStore } from '../../src/network/store/mongodb/mongodb.ts';
import { randomFlows } from '../../src/network/store/random-flows.ts';
import { makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { mongoFlows, mongoPort, skipWithoutMongo } from '../support/stores/mongodb-server.ts';

const skip = skipWithoutMongo || withoutOpenssl;
const FROM = 1_789_999_200;
const SERVICE = 'flows.example.test';
const SERVER = 'db1.flows.example.test';
const FAST = 'serverSelectionTimeoutMS=1500';

/** A listener of TLS before the server. `names`: in its certificate. */
async function encrypted(context: TestContext, names: string) {
  const certificates = makeCertificates(names);
  const folder = await mkdtemp(join(tmpdir(), 'mongo-tls-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificates.ca);
  const { cert, key } = certificates;
  let connections = 0;
  const server = createServer({ cert, key }, (client) => {
    connections += 1;
    const inner = connect(mongoPort, '127.0.0.1');
    for (const socket of [client, inner]) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        inner.destroy();
      });
    }
    client.pipe(inner).pipe(client);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(async () => {
    server.close();
    certificates[Symbol.dispose]();
    await rm(folder, { recursive: true, force: true });
  });
  return { port: (server.address() as AddressInfo).port, caFile, connections: () => connections };
}

test(
  'over TLS a store works as ever; a server that nobody vouches for, or of another name, gets nothing',
  { skip },
  async (context) => {
    const { port, caFile, connections } = await encrypted(context, 'IP:127.0.0.1');
    const options = mongoFlows(port, `?tls=true&tlsCAFile=${encodeURIComponent(caFile)}&${FAST}`);
    {
      await using store = await openMongoFlowStore(options);
      const batch = randomFlows(51).batch(FROM, FROM + 600, 30, 'local');
      await store.add(batch);
      const { flows } = await store.flows({ from: FROM - 1, to: FROM + 700, limit: 100 });
      assert.equal(flows.length, 30);
      assert.ok(connections() > 0);
    }
    const before = connections();
    const unavailable = (error: unknown): boolean => hasCode(error, 'flows_unavailable');
    await assert.rejects(
      openMongoFlowStore(mongoFlows(port, `?tls=true&${FAST}`)),
      unavailable,
      'an authority of nobody',
    );
    await assert.rejects(openMongoFlowStore(mongoFlows(port, `?${FAST}`)), unavailable, 'without TLS');
    const other = await encrypted(context, 'DNS:other.example');
    const ca = encodeURIComponent(other.caFile);
    await assert.rejects(
      openMongoFlowStore(mongoFlows(other.port, `?tls=true&tlsCAFile=${ca}&${FAST}`)),
      unavailable,
      'a certificate of another name',
    );
    assert.equal(connections(), before, 'nothing went over a line that was not trusted');
  },
);

/** Answers questions for SRV of the service with one server, and all others with nothing (RFC 1035, RFC 2782). */
async function nameServer(context: TestContext, port: number): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { port: from, address }) => {
    let end = 12;
    while (question[end] !== 0) end += question[end]! + 1;
    const isSrv = question.readUInt16BE(end + 1) === 33 && question.includes(Buffer.from('\x04_tcp\x05flows'));
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(isSrv ? 1 : 0, 6);
    const target = Buffer.concat([
      ...SERVER.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
      Buffer.of(0),
    ]);
    const answer = Buffer.alloc(18);
    answer.writeUInt16BE(0xc00c, 0);
    answer.writeUInt16BE(33, 2);
    answer.writeUInt16BE(1, 4);
    answer.writeUInt32BE(60, 6);
    answer.writeUInt16BE(6 + target.length, 10);
    answer.writeUInt16BE(port, 16);
    const parts = [head, question.subarray(12, end + 5), ...(isSrv ? [answer, target] : [])];
    socket.send(Buffer.concat(parts), from, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  context.after(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

test('mongodb+srv finds its servers by DNS, over TLS without being told so', { skip }, async (context) => {
  const { port, caFile, connections } = await encrypted(context, `DNS:${SERVER}`);
  const servers = dns.getServers();
  const { lookup } = dns;
  context.after(() => {
    dns.setServers(servers);
    dns.lookup = lookup;
  });
  dns.setServers([await nameServer(context, port)]);
  // Addresses come from the system, which has no server of names of ours.
  dns.lookup = ((name: string, options: object, done: (...of: unknown[]) => void) =>
    lookup(name === SERVER ? '127.0.0.1' : name, options, done as never)) as typeof lookup;
  const query = `?tlsCAFile=${encodeURIComponent(caFile)}&${FAST}`;
  const options = { ...mongoFlows(), url: `mongodb+srv://${SERVICE}/${query}`, hosts: SERVICE };
  await using store = await openMongoFlowStore(options);
  await store.add(randomFlows(52).batch(FROM, FROM + 600, 20, 'local'));
  assert.equal((await store.usage()).flows, 20);
  assert.ok(connections() > 0);
  await assert.rejects(
    openMongoFlowStore({ ...options, url: `mongodb+srv://nobody.example.test/${query}` }),
    (error) => hasCode(error, 'flows_unavailable'),
    'a name that has no servers',
  );
});
