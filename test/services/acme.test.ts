import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect, type TlsOptions } from 'node:tls';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { type AcmeCertificate, openAcmeCertificate } from '../../src/tls/acme/acme-certificate.ts';
import { makeTlsServer } from '../../src/server/sockets/tls-server.ts';
import { certificateIdOf } from '../../src/tls/acme/renewal/certificate-id.ts';
import { openRenewalInfo } from '../../src/tls/acme/renewal/renewal-info.ts';
import { readAttempts } from '../../src/tls/acme/acme-state.ts';
import { tlsSettings } from '../../src/tls/settings.ts';
import { type Pebble, type PebbleOptions, pebbleIsMissing, startPebble } from '../support/programs/pebble.ts';
import { freePort } from '../support/servers/process.ts';
import { startServer } from '../support/servers/start-server.ts';

const skip = pebbleIsMissing();
const options = { skip, timeout: 240_000 };

async function pebbleFor(t: TestContext, given: Partial<PebbleOptions> = {}) {
  const [port, plainPort] = [await freePort(), await freePort()];
  const pebble = await startPebble({ tlsPort: port, httpPort: plainPort, ...given });
  t.after(() => pebble[Symbol.asyncDispose]());
  const environment = {
    HOLDFAST_TLS: 'acme',
    HOLDFAST_ACME_DIRECTORY: pebble.directoryUrl,
    HOLDFAST_ACME_CA: pebble.caFile,
  };
  return { pebble, port, plainPort, environment };
}

/** The certificate that a client is shown who trusts the authority alone; `null`: it does not trust what it is shown. */
async function trusted(pebble: Pebble, port: number, name: string): Promise<{ names: string; until: number } | null> {
  const isAddress = /^[0-9.]+$/.test(name);
  const socket = connect({
    ...{ port, host: '127.0.0.1', ca: await pebble.root(), ALPNProtocols: ['http/1.1'] },
    ...(isAddress ? {} : { servername: name }),
  });
  try {
    await once(socket, 'secureConnect');
    const { subjectaltname = '', valid_to } = socket.getPeerCertificate();
    return { names: subjectaltname, until: Date.parse(valid_to) };
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

async function soon<Value>(look: () => Promise<Value | null> | Value | null): Promise<Value> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

test(
  'a domain gets its certificate by tls-alpn-01, with nothing but the port of the server itself',
  options,
  async (t) => {
    const { pebble, port, environment } = await pebbleFor(t);
    await using server = await startServer({
      environment: {
        ...environment,
        HOLDFAST_PUBLIC_URL: 'https://files.example.org',
        HOLDFAST_ACME_EMAIL: 'a@example.org',
      },
      flags: { port },
    });
    const shown = await soon(() => trusted(pebble, server.port, 'files.example.org'));
    assert.equal(shown.names, 'DNS:files.example.org');
    for (const file of ['acme.pem', 'acme-account.pem', 'acme-attempts.json']) {
      const kept = await soon(() => stat(join(server.data, 'tls', file)).catch(() => null));
      assert.equal(kept.mode & 0o777, 0o600, file);
    }
    assert.doesNotMatch(await readFile(join(server.data, 'tls', 'acme-attempts.json'), 'utf8'), /PRIVATE/);
  },
);

test('a bare address gets one of few days, and a start after it asks for no other', options, async (t) => {
  const { pebble, port, environment } = await pebbleFor(t);
  const start = (data?: string) =>
    startServer({
      environment: { ...environment, HOLDFAST_PUBLIC_URL: `https://127.0.0.1:${port}` },
      flags: { port },
      ...(data === undefined ? {} : { data }),
    });
  const data = await mkdtemp(join(tmpdir(), 'holdfast-acme-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const server = await start(data);
  const shown = await soon(() => trusted(pebble, server.port, '127.0.0.1'));
  await server.stop();
  assert.equal(shown.names, 'IP Address:127.0.0.1');
  assert.ok(shown.until - Date.now() < 7 * 86_400_000, 'the profile for addresses was asked for');
  const before = await readFile(join(data, 'tls', 'acme.pem'));
  const again = await start(data);
  assert.equal((await trusted(pebble, again.port, '127.0.0.1'))?.until, shown.until);
  await again.stop();
  assert.deepEqual(await readFile(join(data, 'tls', 'acme.pem')), before);
});

test('http-01 is answered by the redirect, which sends everybody else to TLS', options, async (t) => {
  const { pebble, port, plainPort, environment } = await pebbleFor(t);
  await using server = await startServer({
    environment: {
      ...environment,
      ...{ HOLDFAST_PUBLIC_URL: 'https://files.example.org', HOLDFAST_ACME_CHALLENGE: 'http-01' },
      HOLDFAST_REDIRECT_PORT: String(plainPort),
    },
    flags: { port },
  });
  assert.equal((await soon(() => trusted(pebble, server.port, 'files.example.org'))).names, 'DNS:files.example.org');
});

/** The source alone, with waits that a test can wait for, behind a server that shows what it has. */
async function source(
  t: TestContext,
  pebble: { directoryUrl: string; ca: Buffer | null },
  given: Partial<Parameters<typeof openAcmeCertificate>[0]> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-acme-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const open = (): Promise<AcmeCertificate> =>
    openAcmeCertificate({
      ...{ folder, directoryUrl: pebble.directoryUrl, ca: pebble.ca, email: null, names: ['127.0.0.1'] },
      externalAccount: null,
      ...{ challengeType: 'tls-alpn-01', userAgent: 'holdfast-test', clock: Date.now, log: silentLog },
      settings: settingsOf(tlsSettings, { acmeRetryMs: 50, acmeRetryMaxMs: 200, acmeRequestTimeoutMs: 5000 }),
      ...given,
    });
  return { folder, open };
}

test(
  'an authority that cannot see us is told with its own words, and what was there is served on',
  options,
  async (t) => {
    // Nobody listens where it looks.
    const { pebble } = await pebbleFor(t);
    const { open } = await source(t, pebble);
    await using certificate = await open();
    const { fingerprint } = certificate.facts;
    certificate.begin();
    const trouble = await soon(() => (certificate.trouble?.code === 'acme_pending' ? null : certificate.trouble));
    assert.equal(trouble.code, 'acme_not_reached_us');
    assert.match(trouble.what, /127\.0\.0\.1 is ours by tls-alpn-01.*unauthorized: Failed to connect/);
    assert.equal(certificate.facts.fingerprint, fingerprint);
  },
);

test('a name that the authority does not take is refused in its words', options, async (t) => {
  const { pebble } = await pebbleFor(t);
  const { open } = await source(t, pebble, { names: ['blocked.example'] });
  await using certificate = await open();
  certificate.begin();
  const trouble = await soon(() => (certificate.trouble?.code === 'acme_pending' ? null : certificate.trouble));
  assert.equal(trouble.code, 'acme_refused');
  assert.match(trouble.what, /rejectedIdentifier/);
});

test('an authority that is away or not trusted is told, and nothing stops', options, async (t) => {
  const away = await source(t, { directoryUrl: `https://127.0.0.1:${await freePort()}/dir`, ca: Buffer.from('') });
  await using certificate = await away.open();
  certificate.begin();
  const trouble = await soon(() => (certificate.trouble?.code === 'acme_pending' ? null : certificate.trouble));
  assert.equal(trouble.code, 'acme_unreachable');
  const { pebble } = await pebbleFor(t);
  const stranger = await source(t, { directoryUrl: pebble.directoryUrl, ca: null });
  await using untrusted = await stranger.open();
  untrusted.begin();
  const refused = await soon(() => (untrusted.trouble?.code === 'acme_pending' ? null : untrusted.trouble));
  assert.match(refused.what, /DEPTH_ZERO_SELF_SIGNED_CERT/);
});

test('an authority that serves its customers alone gets the key that it gave, once', options, async (t) => {
  const external = { keyId: 'kid-1', key: randomBytes(32).toString('base64url') };
  const { pebble, port, environment } = await pebbleFor(t, { externalAccount: external });
  const without = await source(t, pebble);
  {
    await using certificate = await without.open();
    certificate.begin();
    const trouble = await soon(() => (certificate.trouble?.code === 'acme_pending' ? null : certificate.trouble));
    assert.equal(trouble.code, 'acme_account_wanted');
  }
  const data = await mkdtemp(join(tmpdir(), 'holdfast-acme-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const keyFile = join(data, 'eab');
  const start = async (key: string) => {
    await writeFile(keyFile, `${key}\n`);
    const named = { HOLDFAST_ACME_EAB_KEY_ID: external.keyId, HOLDFAST_ACME_EAB_KEY_FILE: keyFile };
    return await startServer({
      environment: { ...environment, ...named, HOLDFAST_PUBLIC_URL: 'https://files.example.org' },
      ...{ flags: { port }, data: join(data, 'data') },
    });
  };
  await assert.rejects(start('no key!'), /no key in base64url/);
  {
    await using server = await start(external.key);
    await soon(() => trusted(pebble, server.port, 'files.example.org'));
    assert.equal(pebble.said().match(/Successful newAccount Binding/g)?.length, 1);
  }
  // The account is there now: another certificate asks for no key, which may be good for one account alone.
  await rm(join(data, 'data/tls/acme.pem'));
  await rm(join(data, 'data/tls/acme-attempts.json'));
  await using again = await start(randomBytes(32).toString('base64url'));
  await soon(() => trusted(pebble, again.port, 'files.example.org'));
});

/** A server that shows what the source has, at the port where the authority looks. */
async function showing(t: TestContext, certificate: AcmeCertificate, port: number): Promise<Server> {
  const make = (tls: TlsOptions) => createServer(tls, (_request, response) => response.end());
  const server = makeTlsServer(certificate, make, 'http/1.1').listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return server;
}

test('what the authority calls back is replaced at once; what it says badly counts as nothing', options, async (t) => {
  const { pebble, port } = await pebbleFor(t);
  let ahead = 0;
  const clock = () => Date.now() + ahead;
  const { open, folder } = await source(t, pebble, { clock });
  await using certificate = await open();
  const server = await showing(t, certificate, port);
  certificate.begin();
  const first = await soon(() => (certificate.trouble === null ? certificate.facts : null));
  await certificate[Symbol.asyncDispose]();
  server.close();
  await once(server, 'close');

  // Two days of six are over: nothing is due yet by our own time.
  ahead = 2 * 86_400_000;
  const pem = await readFile(join(folder, 'acme.pem'), 'utf8');
  const own = /-----BEGIN CERTIFICATE[^]*?-----END CERTIFICATE-----/.exec(pem)?.[0] ?? '';
  const id = certificateIdOf(Buffer.from(own)) ?? '';
  const info = openRenewalInfo({
    ...{ directoryUrl: pebble.directoryUrl, ca: pebble.ca, userAgent: 'holdfast-test', timeoutMs: 5000 },
    ...{ signal: new AbortController().signal, clock, log: silentLog },
  });
  await info.ask(id);
  const usual = info.windowFor(id);
  assert.ok(usual && usual.startMs > first.fromMs && usual.endMs < first.untilMs, 'of itself it says some time in it');
  const day = (days: number) => new Date(clock() + days * 86_400_000).toISOString();
  for (const bad of [
    '{',
    '[]',
    '{"suggestedWindow":7}',
    `{"suggestedWindow":{"start":"${day(1)}","end":"${day(0)}"}}`,
  ]) {
    await pebble.sayOfRenewal(own, bad);
    await info.ask(id);
    assert.equal(info.windowFor(id), null, bad);
    assert.ok(info.dueMs(id) > clock() + 5 * 3_600_000, 'it is not asked without end');
  }
  await info.ask('AAAA.AAAA');
  assert.equal(info.windowFor('AAAA.AAAA'), null);

  await pebble.sayOfRenewal(own, `{"suggestedWindow":{"start":"${day(-2)}","end":"${day(-1)}"}}`);
  await using replaced = await open();
  await showing(t, replaced, port);
  replaced.begin();
  await soon(() => (replaced.facts.fingerprint === first.fingerprint ? null : true));
  await replaced[Symbol.asyncDispose]();
  assert.match(pebble.said(), /is a replacement of/);
  assert.equal((await readAttempts(folder, pebble.directoryUrl)).filter(({ code }) => code === null).length, 2);
});

test(
  'a certificate near its end is renewed while the one before is served, at most four times a week',
  options,
  async (t) => {
    const { pebble, port } = await pebbleFor(t);
    let ahead = 0;
    const { open, folder } = await source(t, pebble, { clock: () => Date.now() + ahead });
    await using certificate = await open();
    const server = await showing(t, certificate, port);
    certificate.begin();
    const first = await soon(() => (certificate.trouble === null ? certificate.facts : null));
    await certificate[Symbol.asyncDispose]();

    // Five days are most of the time of a certificate for an address.
    ahead = 5 * 86_400_000;
    await using later = await open();
    assert.equal(later.facts.fingerprint, first.fingerprint, 'what was got before is served at once');
    server.close();
    await once(server, 'close');
    await showing(t, later, port);
    later.begin();
    // By this clock each new one is near its end as well.
    const kept = async () => (await readAttempts(folder, pebble.directoryUrl)).filter(({ code }) => code === null);
    await soon(async () => ((await kept()).length >= 4 ? true : null));
    assert.notEqual(later.facts.fingerprint, first.fingerprint);
    assert.equal((await trusted(pebble, port, '127.0.0.1'))?.names, 'IP Address:127.0.0.1');
    await later[Symbol.asyncDispose]();
    assert.equal((await kept()).length, 4);
  },
);
