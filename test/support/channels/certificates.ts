/** Certificates for servers in tests, made by the openssl command: an authority, and what it signed. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const withoutOpenssl =
  spawnSync('openssl', ['version']).status === 0
    ? false
    : 'the openssl command, which makes the certificates, is not installed';

/** Everything in PEM. */
export interface Certificates extends Disposable {
  /** Of the authority; clients trust it when they are given it. */
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** `names` as openssl writes them, such as `DNS:other.example`. */
export function makeCertificates(names = 'DNS:localhost,IP:127.0.0.1'): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-certificates-'));
  const file = (name: string): string => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl([
    'req',
    '-x509',
    ...key,
    '-days',
    '30',
    '-subj',
    '/CN=Test authority',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
  ]);
  openssl(['req', ...key, '-subj', '/CN=test', '-keyout', file('server.key'), '-out', file('server.csr')]);
  writeFileSync(file('names'), `subjectAltName=${names}\n`);
  const signing = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', file('names')];
  openssl(['x509', '-req', '-in', file('server.csr'), ...signing, '-days', '30', '-out', file('server.crt')]);
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  return {
    ca: read('ca.crt'),
    cert: read('server.crt'),
    key: read('server.key'),
    certFile: file('server.crt'),
    keyFile: file('server.key'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function openssl(words: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${words[0]}: ${stderr}`);
}
