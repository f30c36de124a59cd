/** Let's Encrypt's own test server of ACME, with a name server for it, as `npm run services:install` sets them up. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey, privatePem, selfSigned } from '../../../src/tls/made/x509.ts';
import { freePort } from '../servers/process.ts';

const BUILT = join(import.meta.dirname, '../../../.services/bin');

/** Why tests that need it cannot run; `false`: they can. */
export function pebbleIsMissing(): string | false {
  if (existsSync(join(BUILT, 'pebble')) && existsSync(join(BUILT, 'pebble-challtestsrv'))) return false;
  const reason = 'pebble is missing; npm run services:install -- pebble sets it up';
  if (process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(reason);
  return reason;
}

export interface Pebble extends AsyncDisposable {
  readonly directoryUrl: string;
  /** Signs the authority's own interface. */
  readonly caFile: string;
  readonly ca: Buffer;
  /** What it signed certificates with, PEM. */
  root(): Promise<string>;
  /** It says this of when to renew a certificate (PEM) from now on, whatever it is. */
  sayOfRenewal(certificate: string, answer: string): Promise<void>;
  /** What it wrote so far. */
  said(): string;
}

export interface PebbleOptions {
  /** Where it looks for tls-alpn-01. */
  readonly tlsPort: number;
  /** Where it looks for http-01. */
  readonly httpPort: number;
  /** Seconds that certificates are good for. */
  readonly validitySeconds?: number;
  /** It makes accounts for those alone who have this key, in base64url, by its name. */
  readonly externalAccount?: { readonly keyId: string; readonly key: string };
  /** Every name leads there. */
  readonly namesLeadTo?: string;
}

/** Looks at ports of this machine, under every name. */
export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const { tlsPort, httpPort, validitySeconds = 7_776_000, externalAccount: external } = options;
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-pebble-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const [port, management, dns, dnsManagement] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const key = await newKey();
  const nowMs = Date.now();
  const cert = selfSigned({
    ...{ key, names: ['localhost', '127.0.0.1'], commonName: 'pebble', fromMs: nowMs - 1e7, untilMs: nowMs + 1e8 },
  });
  const [certificate, privateKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(certificate, cert);
  await writeFile(privateKey, privatePem(key));
  const profile = { description: 'for tests', validityPeriod: validitySeconds };
  const config = {
    pebble: {
      ...{ listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${management}` },
      ...{ certificate, privateKey, httpPort, tlsPort, ocspResponderURL: '' },
      externalAccountBindingRequired: external !== undefined,
      externalAccountMACKeys: external === undefined ? {} : { [external.keyId]: external.key },
      ...{ domainBlocklist: ['blocked.example'], retryAfter: { authz: 1, order: 1 }, keyAlgorithm: 'ecdsa' },
      profiles: { default: profile, shortlived: { ...profile, validityPeriod: 518_400 } },
    },
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const leadTo = options.namesLeadTo ?? '127.0.0.1';
  const names = run(opened, 'pebble-challtestsrv', [
    ...['-dnsserver', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${dnsManagement}`],
    ...['-defaultIPv4', leadTo, '-defaultIPv6', '', '-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', ''],
  ]);
  const pebble = run(
    opened,
    'pebble',
    ['-strict', '-config', join(folder, 'config.json'), '-dnsserver', `127.0.0.1:${dns}`],
    // By itself it refuses good nonces by chance, and several in a row once in a while, which is a failure to us.
    { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' },
  );
  const ca = await readFile(certificate);
  const directoryUrl = `https://127.0.0.1:${port}/dir`;
  while ((await get(directoryUrl, ca)) === null) {
    if (pebble.child.exitCode !== null || names.child.exitCode !== null) throw new Error(pebble.said() + names.said());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const held = opened.move();
  return {
    ...{ directoryUrl, caFile: certificate, ca, said: pebble.said },
    async root() {
      return (await get(`https://127.0.0.1:${management}/roots/0`, ca)) ?? '';
    },
    async sayOfRenewal(certificate, answer) {
      const said = JSON.stringify({ Certificate: certificate, ARIResponse: answer });
      const taken = await get(`https://127.0.0.1:${management}/set-renewal-info/`, ca, said);
      if (taken !== '') throw new Error(taken ?? 'pebble is away');
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function run(opened: AsyncDisposableStack, tool: string, words: readonly string[], env: Record<string, string> = {}) {
  const child: ChildProcess = spawn(join(BUILT, tool), words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => (text += piece.toString()));
  const ended = once(child, 'exit');
  opened.defer(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  });
  return { child, said: () => text };
}

function get(url: string, ca: Buffer, posted?: string): Promise<string | null> {
  return new Promise((resolve) => {
    const method = posted === undefined ? 'GET' : 'POST';
    const headers = { 'user-agent': 'holdfast-test' };
    const sent = request(url, { ca, agent: false, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (piece: Buffer) => (text += piece.toString()));
      answer.on('end', () => resolve(text));
    });
    sent.on('error', () => resolve(null));
    sent.end(posted);
  });
}
