import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, test, type TestContext } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { doctorOffline } from '../../src/compose.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { linesIn, shellOf } from '../support/documented/commands.ts';
import { sendBytes } from '../support/clients/raw-http.ts';
import { startServer } from '../support/servers/start-server.ts';

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

/** The fingerprint that a new connection is shown. */
async function shown(port: number): Promise<string> {
  const socket = connect({ port, host: 'localhost', servername: 'localhost', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function shownUntil(port: number, wanted: (fingerprint: string) => boolean): Promise<string> {
  for (;;) {
    const now = await shown(port);
    if (wanted(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Over a connection that is kept; what it was shown in its handshake stays. */
function keptGet(agent: Agent, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, host: 'localhost', port, path: '/healthz', rejectUnauthorized: false },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.socket as TLSSocket));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

const soon = { HOLDFAST_TLS_CHECK_MS: '100' };

async function place(name: string, from: string): Promise<void> {
  for (const kind of ['crt', 'key']) {
    await copyFile(join(folder, `${from}.${kind}`), join(folder, `${name}.${kind}.new`));
    await rename(join(folder, `${name}.${kind}.new`), join(folder, `${name}.${kind}`));
  }
}

test('a renewed certificate is taken up while connections go on', { skip }, async () => {
  await place('live', 'good');
  await using server = await startServer({ flags: flags('live'), environment: soon });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = await keptGet(agent, server.port);
  const first = await shown(server.port);
  await place('live', 'other');
  await shownUntil(server.port, (now) => now !== first);
  const after = await keptGet(agent, server.port);
  assert.equal(after, before, 'the connection was not dropped');
  agent.destroy();
});

test('renewing by swapping a link, as certbot does, is seen', { skip }, async () => {
  for (const kind of ['crt', 'key']) await symlink(join(folder, `good.${kind}`), join(folder, `linked.${kind}`));
  await using server = await startServer({ flags: flags('linked'), environment: soon });
  const first = await shown(server.port);
  for (const kind of ['crt', 'key']) {
    await symlink(join(folder, `other.${kind}`), join(folder, `linked.${kind}.new`));
    await rename(join(folder, `linked.${kind}.new`), join(folder, `linked.${kind}`));
  }
  await shownUntil(server.port, (now) => now !== first);
});

test('a self-made certificate is served, its fingerprint is told at the start', async (t) => {
  await using server = await startServer({
    environment: { HOLDFAST_TLS: 'self-made' },
    flags: { host: '0.0.0.0' },
  });
  const told = server.workspace.warnings.join('\n');
  assert.ok(told.includes(await shown(server.port)), told);
  const ca = await readFile(join(server.data, 'tls', 'self-made.crt'));
  assert.equal((await get(t, server.port, '/readyz', ca)).status, 200);
});

/** As docs/guide/aws.md has it for an instance without a certificate that others vouch for. */
test('the command line gets in by a self-made certificate that it was given, and not without', { skip }, async () => {
  await using server = await startServer({ environment: { HOLDFAST_TLS: 'self-made' } });
  await using ada = await cliPerson();
  const shell = shellOf(ada);
  const address = `127.0.0.1:${server.port}`;
  await writeFile(ada.path('setup-code'), `${server.workspace.setupCode}\n`);
  const lines = linesIn('docs/guide/aws.md').filter(({ text }) => /openssl|holdfast signup/.test(text));
  const run = async (text: string) => {
    const words = text.replace(/198\.51\.100\.7(:443)?/, address);
    return await shell(words.includes('signup') ? `${words} --password-file ${ada.passwordFile}` : words);
  };
  const [fetched, looked, signUp] = lines.map(({ text }) => text);
  assert.ok(fetched && looked && signUp && lines.length === 3, JSON.stringify(lines));
  assert.equal((await run(fetched)).exitCode, 0);
  const { said } = await run(looked);
  assert.ok(said.includes(await shown(server.port)), said);
  const refused = await run(signUp.replace(/^NODE_EXTRA_CA_CERTS=\S+ /, ''));
  assert.notEqual(refused.exitCode, 0);
  assert.match(refused.said, /NODE_EXTRA_CA_CERTS/);
  const taken = await run(signUp);
  assert.equal(taken.exitCode, 0, taken.said);
  const who = await ada.runWith({ env: { NODE_EXTRA_CA_CERTS: ada.path('holdfast.crt') } }, 'whoami');
  assert.equal(who.exitCode, 0, who.stderr);
});

test('TLS 1.1 is not spoken', async () => {
  await using server = await startServer({ environment: { HOLDFAST_TLS: 'self-made' } });
  const socket = connect({
    ...{ port: server.port, host: 'localhost', rejectUnauthorized: false },
    ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  });
  await assert.rejects(once(socket, 'secureConnect'));
});

test('the redirect beside the server leads to it', async () => {
  await using server = await startServer({
    environment: { HOLDFAST_TLS: 'self-made', HOLDFAST_REDIRECT_PORT: 'any', HOLDFAST_PUBLIC_URL: 'https://a.example' },
  });
  const port = Number(new URL(server.workspace.redirect[0] ?? '').port);
  const answer = await sendBytes(port, 'GET /files HTTP/1.1\r\nHost: a.example\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 308 /);
  assert.match(answer, /location: https:\/\/a\.example\/files/i);
});

test('doctor looks at the certificate of a server that is stopped as well', { skip }, async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  await (await startServer({ data, environment: { HOLDFAST_TLS: 'self-made' } })).stop();
  const look = async (environment: Record<string, string>) => {
    Object.assign(process.env, environment);
    try {
      const { checks } = await doctorOffline(data);
      return checks.find(({ id }) => id === 'certificate');
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
    }
  };
  assert.match((await look({ HOLDFAST_TLS: 'self-made' }))?.what ?? '', /Its fingerprint \(SHA-256\) is/);
  const files = (cert: string, key: string) => ({
    HOLDFAST_TLS_CERT: join(folder, `${cert}.crt`),
    HOLDFAST_TLS_KEY: join(folder, `${key}.key`),
  });
  assert.equal((await look(files('good', 'good')))?.verdict, 'pass');
  const torn = await look(files('good', 'other'));
  assert.equal(torn?.verdict, 'fail');
  assert.match(torn.what, /does not belong to the certificate/);
  assert.equal(await look({}), undefined);
});
