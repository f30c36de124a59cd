import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProtected, leaveBodiesUnsigned } from './unsigned-bodies.ts';

const refusal = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

/** What `x-amz-content-sha256` said of each request that was sent; `undefined`: the signature will. */
function sending(answer: (sha256: string | undefined) => Error | undefined, commandName = 'UploadPartCommand') {
  const sent: (string | undefined)[] = [];
  const middleware = leaveBodiesUnsigned();
  const send = middleware(
    async ({ request }: { readonly request: { readonly headers: Record<string, string> } }) => {
      const sha256 = request.headers['x-amz-content-sha256'];
      sent.push(sha256);
      const error = answer(sha256);
      if (error) throw error;
      return 'stored';
    },
    { commandName },
  );
  const to = (protocol: string, hostname: string) => send({ request: { protocol, hostname, headers: {} } as never });
  return { sent, to };
}

test('a body that goes over TLS, or stays on this machine, is not signed; any other is', () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ['https:', 's3.eu-central-1.amazonaws.com', true],
    ['https:', '10.0.0.7', true],
    ['http:', 'localhost', true],
    ['http:', '127.0.0.1', true],
    ['http:', '127.1.2.3', true],
    ['http:', '[::1]', true],
    ['http:', '::1', true],
    ['http:', '10.0.0.7', false],
    ['http:', 'minio', false],
    ['http:', 'localhost.example.org', false],
    ['http:', '127.0.0.1.example.org', false],
    ['http:', '0.0.0.0', false],
    ['http:', '[::]', false],
  ];
  for (const [protocol, host, expected] of table) assert.equal(isProtected(protocol, host), expected, protocol + host);
});

test('only bodies are left unsigned, and only on such a way', async () => {
  const unsigned = sending(() => undefined);
  await unsigned.to('https:', 'store.example');
  await unsigned.to('http:', 'store.example');
  assert.deepEqual(unsigned.sent, ['UNSIGNED-PAYLOAD', undefined]);
  const other = sending(() => undefined, 'CompleteMultipartUploadCommand');
  await other.to('https:', 'store.example');
  assert.deepEqual(other.sent, [undefined]);
});

test('a store that takes no unsigned body is sent signed ones, the first at once and all from then on', async () => {
  const denied = refusal('AccessDenied', 403);
  const { sent, to } = sending((sha256) => (sha256 === undefined ? undefined : denied));
  for (let n = 0; n < 3; n += 1) assert.equal(await to('https:', 'store.example'), 'stored');
  assert.deepEqual(sent, ['UNSIGNED-PAYLOAD', undefined, undefined, undefined]);
});

test('what is refused for another reason is refused, and nothing is learnt from it', async () => {
  for (const [error, tries] of [
    [refusal('AccessDenied', 403), 2],
    [refusal('SignatureDoesNotMatch', 403), 2],
    [refusal('ExpiredToken', 400), 1],
    [refusal('SlowDown', 503), 1],
    [refusal('NoSuchUpload', 404), 1],
  ] as const) {
    let isRefused = true;
    const { sent, to } = sending(() => (isRefused ? error : undefined));
    await assert.rejects(to('https:', 'store.example'), error);
    assert.equal(sent.length, tries, error.name);
    isRefused = false;
    await to('https:', 'store.example');
    assert.equal(sent.at(-1), 'UNSIGNED-PAYLOAD', error.name);
  }
});
