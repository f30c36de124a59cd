import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { rawRequest, sendBytes } from '../../../test/support/clients/raw-http.ts';
import { codeOf, host, serve } from '../test-server.ts';

test('random bytes, a TLS hello and half a request get 400 and a closed connection', async (t) => {
  const { port } = await serve(t, { settings: { requestHeadersTimeoutMs: 1000 } });
  const hello = Buffer.concat([Buffer.from('16030100f8010000f40303', 'hex'), randomBytes(241)]);
  for (const [name, bytes, halfClose] of [
    ['random bytes', Buffer.concat([Buffer.from([0x00, 0x80, 0xff]), randomBytes(500)]), false],
    ['a TLS hello', hello, false],
    ['a line of another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', false],
    ['half a request, then the end', 'GET / HTTP/1.1\r\nHost: loc', true],
    ['half a request, then silence', 'GET / HTTP/1.1\r\nHost: loc', false],
    [
      'two contradicting lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      false,
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc',
      false,
    ],
  ] as const) {
    const answer = await sendBytes(port, bytes, { halfClose });
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, name);
    assert.match(answer, /"code":"request_malformed"/, name);
  }
});

test('a connection that says nothing at all is closed', async (t) => {
  const { port } = await serve(t, { settings: { requestHeadersTimeoutMs: 1000 } });
  const answer = await sendBytes(port, '');
  assert.ok(answer === '' || answer.startsWith('HTTP/1.1 400'), answer);
});

test('headers beyond their limits are refused', async (t) => {
  const { port } = await serve(t);
  const large = await sendBytes(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
  assert.match(large, /^HTTP\/1\.1 431 /);
  const many = Array.from({ length: 150 }, (_, index) => [`x-${index}`, '1'] as const);
  const answer = await rawRequest({ port, headers: { ...host, ...Object.fromEntries(many) } });
  assert.equal(answer.status, 431);
  assert.equal(codeOf(answer.text), 'request_headers_too_large');
});
