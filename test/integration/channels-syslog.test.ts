/** Syslog against servers of our own on the loopback address, which show every byte and every way of failing. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { hasCode } from '../../src/base/errors.ts';
import { type Channel, channelKinds } from '../../src/notifications/channels/index.ts';
import { channelDeps, going, letter } from '../../src/notifications/channels/test-letter.ts';
import { makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { freePort } from '../support/servers/process.ts';

const certificates = withoutOpenssl ? null : makeCertificates();
after(() => certificates?.[Symbol.dispose]());
const skip = withoutOpenssl;

interface Listening extends AsyncDisposable {
  readonly port: number;
}

async function listening(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Keeps what each connection sent. */
function collecting(into: string[]): (socket: Socket) => void {
  return (socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    socket.on('end', () => into.push(text));
    socket.on('error', () => undefined);
  };
}

function opened(config: object, timeoutMs = 10_000): Channel {
  const kind = channelKinds['syslog'];
  assert.ok(kind);
  return kind.open(config, channelDeps({ channelTimeoutMs: timeoutMs }));
}

const code = (wanted: string, retryAfterMs?: number) => (error: unknown) =>
  hasCode(error, wanted) && error.extra['retryAfterMs'] === retryAfterMs;
const unavailable = (retryAfterMs?: number) => code('channel_unavailable', retryAfterMs);

test('over TLS each letter arrives as one message whose octets are counted', { skip }, async () => {
  const got: string[] = [];
  await using server = await listening(createTlsServer({ ...certificates }, collecting(got)));
  const channel = opened({ host: '127.0.0.1', port: server.port, ca: certificates?.ca });
  await channel.deliver(letter, '', going);
  await channel.deliver({ ...letter, text: 'Grüße' }, '', going);
  assert.equal(got.length, 2);
  for (const text of got) {
    const [, octets = '', message = ''] = /^(\d+) (<84>1 .*)$/su.exec(text) ?? [];
    assert.equal(Buffer.byteLength(message), Number(octets));
  }
  assert.match(got[1] ?? '', /Grüße$/);
});

test('over TCP too, when that is asked for', async () => {
  const got: string[] = [];
  await using server = await listening(createServer(collecting(got)));
  await opened({ host: 'localhost', port: server.port, transport: 'tcp', facility: 0 }).deliver(letter, '', going);
  assert.match(got[0] ?? '', /^\d+ <4>1 /);
});

test('over UDP a message is one datagram, cut to what passes in one piece', async () => {
  await using receiver = createSocket('udp4');
  receiver.bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  const arriving = once(receiver, 'message') as Promise<[Buffer]>;
  const channel = opened({ host: '127.0.0.1', port: receiver.address().port, transport: 'udp' });
  await channel.examine(going);
  await channel.deliver({ ...letter, text: 'ä'.repeat(5000) }, '', going);
  const [datagram] = await arriving;
  assert.match(datagram.toString(), /^<84>1 /);
  assert.ok(datagram.length <= 1232 && datagram.length > 1229, String(datagram.length));
});

test('a certificate that nobody trusts, or of another host, is told, and nothing is sent', { skip }, async () => {
  const got: string[] = [];
  using foreign = makeCertificates('DNS:other.example');
  await using server = await listening(createTlsServer({ ...certificates }, collecting(got)));
  await using other = await listening(createTlsServer({ ...foreign }, collecting(got)));
  const cases = [{ port: server.port }, { port: server.port, ca: foreign.ca }, { port: other.port, ca: foreign.ca }];
  for (const config of cases) {
    const channel = opened({ host: '127.0.0.1', ...config });
    await assert.rejects(channel.deliver(letter, '', going), unavailable(900_000));
    await assert.rejects(channel.examine(going), /certificate is not trusted/);
  }
  assert.deepEqual(got, []);
});

test('a server without TLS is told from one that is away', { skip }, async () => {
  await using plain = await listening(createServer((socket) => socket.end('no TLS here\n')));
  await assert.rejects(
    opened({ host: '127.0.0.1', port: plain.port }).deliver(letter, '', going),
    unavailable(900_000),
  );
  await assert.rejects(
    opened({ host: '127.0.0.1', port: await freePort() }).deliver(letter, '', going),
    /ECONNREFUSED/,
  );
});

test('a receiver that breaks off, or never ends, has not taken the letter', async () => {
  await using breaking = await listening(createServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
  const config = { host: '127.0.0.1', transport: 'tcp' };
  await assert.rejects(opened({ ...config, port: breaking.port }).deliver(letter, '', going), unavailable());
  await using silent = await listening(createServer({ allowHalfOpen: true }, (socket) => socket.resume()));
  const channel = opened({ ...config, port: silent.port }, 100);
  await assert.rejects(channel.deliver(letter, '', going), /no answer within 100 ms/);
});

test('a caller that gives up gets its own reason', async () => {
  const giving = new AbortController();
  const reason = new Error('stopping');
  await using silent = await listening(
    createServer({ allowHalfOpen: true }, (socket) => socket.resume().once('end', () => giving.abort(reason))),
  );
  const channel = opened({ host: '127.0.0.1', transport: 'tcp', port: silent.port });
  await assert.rejects(channel.deliver(letter, '', { signal: giving.signal }), reason);
});

test('examining it connects and sends nothing', { skip }, async () => {
  const got: string[] = [];
  await using server = await listening(createTlsServer({ ...certificates }, collecting(got)));
  await opened({ host: 'localhost', port: server.port, ca: certificates?.ca }).examine(going);
  assert.deepEqual(got.join(''), '');
});

test('hosts and certificates that can never work are refused at once', () => {
  for (const config of [{ host: 'a b' }, { host: 'https://x' }, { host: '1.2.3.4:5' }, { host: 'x', ca: 'no PEM' }]) {
    assert.throws(
      () => opened(config),
      (error) => hasCode(error, 'channel_config_invalid'),
      JSON.stringify(config),
    );
  }
  assert.throws(
    () => opened({ host: 'x' }).checkDestination('y'),
    (error) => hasCode(error, 'channel_destination_invalid'),
  );
});
