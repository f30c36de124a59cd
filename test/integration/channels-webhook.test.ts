/** Webhooks against HTTPS servers of our own on the loopback address, which an operator has allowed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { hasCode, HoldfastError } from '../../src/base/errors.ts';
import { parseNetworks } from '../../src/base/http/addresses.ts';
import { type Channel, type ChannelDeps, channelKinds } from '../../src/notifications/channels/index.ts';
import { channelDeps, going, letter } from '../../src/notifications/channels/test-letter.ts';
import { type Certificates, makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';

const skip = withoutOpenssl;
const certificates = skip ? ({} as Certificates) : makeCertificates('DNS:localhost,DNS:hooks.example,IP:127.0.0.1');
after(() => certificates[Symbol.dispose]?.());

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const loopback = parseNetworks(['127.0.0.0/8', '::1']).includes;

interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly requests: { readonly request: IncomingMessage; readonly body: string }[];
  connections: number;
}

async function receiving(answer: (response: ServerResponse) => void): Promise<Receiver> {
  const requests: Receiver['requests'] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      requests.push({ request, body });
      answer(response);
    });
  };
  const server = createServer({ cert: certificates.cert, key: certificates.key }, listener);
  return Object.assign(await listening(server), { requests });
}

async function listening(server: Server): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const receiver = {
    requests: [],
    connections: 0,
    port: 0,
    url: '',
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('connection', (socket: Socket) => {
    receiver.connections += 1;
    sockets.add(socket.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.port = (server.address() as AddressInfo).port;
  receiver.url = `https://localhost:${receiver.port}/hook?token=hush`;
  return receiver;
}

const status = (code: number, headers: Record<string, string> = {}) =>
  receiving((response) => response.writeHead(code, headers).end('body of the answer'));

function opened(url: string, config: object = {}, deps: Partial<ChannelDeps> = {}): Channel {
  const kind = channelKinds['webhook'];
  assert.ok(kind);
  const { settings } = channelDeps({ channelTimeoutMs: 10_000 });
  return kind.open(
    { url, secret, ca: certificates.ca, ...config },
    { ...channelDeps(), settings, allowedNetworks: loopback, ...deps },
  );
}

const unavailable = (retryAfterMs?: number) => (error: unknown) =>
  hasCode(error, 'channel_unavailable') && error.extra['retryAfterMs'] === retryAfterMs;
const refused = (error: unknown) => hasCode(error, 'channel_refused');

test('a letter arrives signed, in the form that Standard Webhooks recommends', { skip }, async () => {
  await using receiver = await status(204);
  const now = Date.now();
  await opened(receiver.url, {}, { clock: () => now }).deliver(letter, '', going);
  const [got] = receiver.requests;
  assert.ok(got);
  const headers = got.request.headers as Record<string, string>;
  const payload = new Webhook(secret).verify(got.body, headers);
  const { id, severity, count, subject, short, text, link } = letter;
  const data = { id, severity, count, subject, short, text, link };
  assert.deepEqual(payload, { type: 'login_new', timestamp: '2026-11-28T09:30:00.000Z', data });
  assert.equal(headers['webhook-id'], letter.id);
  assert.equal(headers['webhook-timestamp'], String(Math.floor(now / 1000)));
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(got.request.method, 'POST');
  assert.equal(got.request.url, '/hook?token=hush');
});

test('answers are read as Standard Webhooks says', { skip }, async () => {
  for (const code of [200, 201, 202, 204, 299]) {
    await using receiver = await status(code);
    await opened(receiver.url).deliver(letter, '', going);
  }
  const cases: [number, Record<string, string>, (error: unknown) => boolean][] = [
    [410, {}, refused],
    [400, {}, unavailable()],
    [401, {}, unavailable()],
    [404, {}, unavailable()],
    [500, {}, unavailable()],
    [429, { 'retry-after': '120' }, unavailable(120_000)],
    [503, { 'retry-after': '0' }, unavailable(0)],
    [503, { 'retry-after': 'Sat, 28 Nov 2026 09:31:00 GMT' }, unavailable(60_000)],
    [503, { 'retry-after': 'Sat, 28 Nov 2026 09:00:00 GMT' }, unavailable(0)],
    [503, { 'retry-after': '99999999' }, unavailable(86_400_000)],
    [503, { 'retry-after': 'soon' }, unavailable()],
    [502, { 'retry-after': '-5' }, unavailable()],
  ];
  for (const [code, headers, expected] of cases) {
    await using receiver = await status(code, headers);
    await assert.rejects(
      opened(receiver.url).deliver(letter, '', going),
      expected,
      `${code} ${JSON.stringify(headers)}`,
    );
  }
});

test('a redirect is not followed', { skip }, async () => {
  await using inner = await status(204);
  for (const code of [301, 302, 303, 307, 308]) {
    await using receiver = await status(code, { location: inner.url });
    await assert.rejects(opened(receiver.url).deliver(letter, '', going), unavailable(900_000));
  }
  assert.equal(inner.requests.length, 0);
});

test('without the operator’s leave, no connection is made to this machine', { skip }, async () => {
  await using receiver = await status(204);
  const channel = opened(receiver.url, {}, { allowedNetworks: () => false });
  await assert.rejects(channel.deliver(letter, '', going), refused);
  await assert.rejects(channel.examine(going), refused);
  const name = `https://hooks.example:${receiver.port}/`;
  const forged = opened(name, {}, { allowedNetworks: () => false, resolve: async () => ['8.8.8.8', '127.0.0.1'] });
  await assert.rejects(forged.deliver(letter, '', going), refused);
  assert.equal(receiver.connections, 0);
});

test(
  'a name whose answers change between check and connection leads to what was checked (DNS rebinding)',
  { skip },
  async () => {
    await using checked = await status(204);
    const questions: string[] = [];
    // Says first what is allowed, and from then on an address that is not; a second question would be seen.
    const resolve = async (host: string) => (questions.push(host) === 1 ? ['127.0.0.1'] : ['127.0.0.2']);
    const allowedNetworks = parseNetworks(['127.0.0.1']).includes;
    const channel = opened(`https://hooks.example:${checked.port}/`, {}, { resolve, allowedNetworks });
    await channel.deliver(letter, '', going);
    assert.deepEqual(questions, ['hooks.example']);
    assert.equal(checked.requests[0]?.request.headers.host, `hooks.example:${checked.port}`);
    await assert.rejects(channel.deliver(letter, '', going), refused);
    assert.equal(checked.connections, 1);
  },
);

test('of several addresses that were checked, one that answers is taken', { skip }, async () => {
  await using receiver = await status(204);
  const resolve = async () => ['127.0.0.3', '127.0.0.1'];
  await opened(`https://hooks.example:${receiver.port}/`, {}, { resolve }).deliver(letter, '', going);
  assert.equal(receiver.requests.length, 1);
});

test('a certificate that nobody trusts, or of another host, ends it before the letter is sent', { skip }, async () => {
  await using receiver = await status(204);
  using foreign = makeCertificates();
  const resolve = async () => ['127.0.0.1'];
  const cases = [
    opened(receiver.url, { ca: foreign.ca }),
    opened(receiver.url, { ca: undefined }),
    opened(`https://other.example:${receiver.port}/`, {}, { resolve }),
  ];
  for (const channel of cases) {
    await assert.rejects(channel.deliver(letter, '', going), unavailable(900_000));
    await assert.rejects(channel.examine(going), /certificate is not trusted/);
  }
  assert.equal(receiver.requests.length, 0);
});

test('an answer without end is not read, and one that never comes is given up', { skip }, async () => {
  await using endless = await receiving((response) => {
    response.writeHead(200);
    const more = (): boolean => response.write('x'.repeat(65_536));
    response.on('drain', () => void more());
    response.on('error', () => undefined);
    more();
  });
  await opened(endless.url).deliver(letter, '', going);
  await using silent = await receiving(() => undefined);
  const { settings } = channelDeps({ channelTimeoutMs: 300 });
  await assert.rejects(opened(silent.url, {}, { settings }).deliver(letter, '', going), /no answer within 300 ms/);
  await using dripping = await listening(createTcpServer((socket) => socket.resume()));
  await assert.rejects(opened(dripping.url, {}, { settings }).deliver(letter, '', going), /no answer within 300 ms/);
});

test(
  'headers without end, nonsense and a broken connection are told as failures of that receiver',
  { skip },
  async () => {
    const bad: ((socket: Socket) => void)[] = [
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nX: ' + 'x'.repeat(40_000) + '\r\n\r\n'),
      (socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
      (socket) => void socket.destroy(),
      (socket) => void socket.end(),
    ];
    for (const behave of bad) {
      await using receiver = await listening(
        createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => behave(socket))),
      );
      const channel = opened(`http://localhost:${receiver.port}/`);
      await assert.rejects(channel.deliver(letter, '', going), unavailable(), String(behave));
    }
  },
);

test('errors carry neither the path nor the secret', { skip }, async () => {
  await using receiver = await status(500);
  await assert.rejects(opened(receiver.url).deliver(letter, '', going), (error: unknown) => {
    assert.ok(error instanceof HoldfastError);
    const told = JSON.stringify([error, error.message, error.stack, String(error.cause)]);
    assert.doesNotMatch(told, /hush|whsec_|body of the answer/);
    return true;
  });
});

test('a name that nobody answers for is given up, and a late answer sends nothing', { skip }, async () => {
  await using receiver = await status(204);
  const asked: ((addresses: string[]) => void)[] = [];
  const resolve = async (): Promise<string[]> => await new Promise((answer) => asked.push(answer));
  const { settings } = channelDeps({ channelTimeoutMs: 100 });
  const channel = opened(`https://hooks.example:${receiver.port}/`, {}, { resolve, settings });
  await assert.rejects(channel.deliver(letter, '', going), /no answer within 100 ms/);
  await assert.rejects(channel.examine(going), /no answer within 100 ms/);
  for (const answer of asked) answer(['127.0.0.1']);
  await opened(receiver.url).deliver(letter, '', going);
  assert.equal(receiver.connections, 1, 'the last one alone');
});

test('another destination is held against the same rules', { skip }, async () => {
  await using own = await status(204);
  await using other = await status(204);
  const channel = opened(own.url);
  channel.checkDestination(other.url);
  await channel.deliver(letter, other.url, going);
  assert.deepEqual([own.requests.length, other.requests.length], [0, 1]);
  for (const destination of ['https://169.254.169.254/', 'https://[::ffff:10.0.0.1]/', 'ftp://x/', 'https://u@x/']) {
    assert.throws(
      () => channel.checkDestination(destination),
      (error) => hasCode(error, 'channel_destination_invalid'),
    );
  }
});

test('examining it shakes hands and asks for nothing', { skip }, async () => {
  await using receiver = await status(500);
  await opened(receiver.url).examine(going);
  assert.deepEqual([receiver.connections, receiver.requests.length], [1, 0]);
});

test('a caller that gives up gets its own reason', { skip }, async () => {
  const giving = new AbortController();
  const reason = new Error('stopping');
  await using silent = await receiving(() => giving.abort(reason));
  await assert.rejects(opened(silent.url).deliver(letter, '', { signal: giving.signal }), reason);
  await assert.rejects(opened(silent.url).deliver(letter, '', { signal: giving.signal }), reason);
});

test('secrets of another form are refused, and what is secret is said', () => {
  for (const config of [{ secret: 'hush' }, { previousSecret: 'whsec_c2hvcnQ=' }, { ca: 'x' }]) {
    assert.throws(
      () => opened('https://hooks.example/', config),
      (error) => hasCode(error, 'channel_config_invalid'),
    );
  }
  assert.deepEqual(channelKinds['webhook']?.secretFields, ['url', 'secret', 'previousSecret']);
});
