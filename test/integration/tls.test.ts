import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { sendBytes } from '../support/raw-http.ts';
import { startServer } from '../support/start-server.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const skip = hasOpenssl ? false : 'the openssl command, which makes the certificates, is not installed';
let folder = '';

function certificate(name: string, days: number): void {
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', String(days)],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)],
  ]);
  assert.equal(made.status, 0, made.stderr.toString());
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
  if (!hasOpenssl) return;
  certificate('good', 90);
  certificate('other', 90);
  certificate('short', 2);
});
after(() => rm(folder, { recursive: true, force: true }));

const flags = (cert: string, key = cert) => ({
  tlsCert: join(folder, `${cert}.crt`),
  tlsKey: join(folder, `${key}.key`),
});

async function get(
  t: TestContext,
  port: number,
  path: string,
  ca: Buffer,
): Promise<{ status: number; hsts: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: 'localhost', port, path, ca, agent: false }, (response) => {
      response.resume();
      const hsts = response.headers['strict-transport-security'];
      response.on('end', () => resolve({ status: response.statusCode ?? 0, hsts }));
    });
    sent.on('error', reject);
    sent.end();
    t.signal.addEventListener('abort', () => sent.destroy());
  });
}

test('it serves over TLS, with HSTS, also off loopback', { skip }, async (t) => {
  await using server = await startServer({ flags: { ...flags('good'), host: '0.0.0.0' } });
  const ca = await readFile(join(folder, 'good.crt'));
  const answer = await get(t, server.port, '/readyz', ca);
  assert.equal(answer.status, 200);
  assert.match(answer.hsts ?? '', /max-age=31536000/);
  assert.match(server.workspace.addresses.join(), /^https:/);
});

test('plain HTTP on the TLS port is closed without an answer in clear', { skip }, async () => {
  await using server = await startServer({ flags: flags('good') });
  const answer = await sendBytes(server.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.doesNotMatch(answer, /HTTP\/1\.1 200/);
});

test('a key that does not belong to the certificate, or is none, is refused', { skip }, async () => {
  await assert.rejects(startServer({ flags: flags('good', 'other') }), (error) => hasCode(error, 'tls_unreadable'));
  await assert.rejects(startServer({ flags: flags('good', 'missing') }), (error) => hasCode(error, 'tls_unreadable'));
  await writeFile(join(folder, 'broken.key'), 'not a key');
  await assert.rejects(startServer({ flags: flags('good', 'broken') }), (error) => hasCode(error, 'tls_unreadable'));
});

test('a certificate that ends soon and a key that others can read are told', { skip }, async () => {
  await chmod(join(folder, 'short.key'), 0o644);
  await using server = await startServer({ flags: flags('short') });
  const told = server.workspace.warnings.join('\n');
  assert.match(told, /certificate expires on \d{4}-\d\d-\d\d/);
  if (process.platform !== 'win32') assert.match(told, /TLS key can be read/);
});
