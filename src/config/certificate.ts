/** Where the certificate of the server comes from, and where in clear it sends browsers to TLS. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Environment } from './env.ts';
import type { Mistake } from './store-url.ts';

export type CertificatePlace =
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }
  | { readonly kind: 'self-made' }
  | AcmePlace;

export type AcmePlace = {
  readonly kind: 'acme';
  readonly directoryUrl: string;
  /** DNS names and IP addresses, at least one. */
  readonly names: readonly string[];
  readonly email: string | null;
  /** A key of an account that is had with the authority otherwise; `null`: it wants none. */
  readonly externalAccount: { readonly keyId: string; readonly keyFile: string } | null;
  readonly challenge: (typeof challenges)[number];
  /** Certificates that the authority's own interface is trusted by; `null`: the usual ones. */
  readonly caFile: string | null;
};

/** The first needs nothing but the port of the server itself. */
export const challenges = ['tls-alpn-01', 'http-01'] as const;
const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
/** As many as Let's Encrypt's profile for short-lived certificates takes. */
const MAX_NAMES = 25;
const DNS_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

interface GivenTls {
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** `null`: plain HTTP. */
export function readCertificate(flags: GivenTls, environment: Environment, mistake: Mistake): CertificatePlace | null {
  const certFile = flags.tlsCert ?? environment['HOLDFAST_TLS_CERT'];
  const keyFile = flags.tlsKey ?? environment['HOLDFAST_TLS_KEY'];
  const made = environment['HOLDFAST_TLS'];
  if (made !== undefined) {
    if (certFile !== undefined || keyFile !== undefined) {
      mistake(`HOLDFAST_TLS=${made} and files of a certificate exclude each other: leave one of them out.`);
    }
    if (made === 'self-made') return { kind: 'self-made' };
    if (made === 'acme') return readAcme(environment, mistake);
    mistake(`HOLDFAST_TLS is “${made}”: acme or self-made is wanted, or nothing with --tls-cert and --tls-key.`);
    return null;
  }
  if (certFile !== undefined && keyFile !== undefined) {
    return { kind: 'files', certFile: resolve(certFile), keyFile: resolve(keyFile) };
  }
  if (certFile !== undefined) mistake('A TLS certificate is given without its key: add --tls-key.');
  if (keyFile !== undefined) mistake('A TLS key is given without its certificate: add --tls-cert.');
  return null;
}

function readAcme(environment: Environment, mistake: Mistake): AcmePlace {
  const directoryUrl = environment['HOLDFAST_ACME_DIRECTORY'] ?? LETS_ENCRYPT;
  if (URL.parse(directoryUrl)?.protocol !== 'https:') {
    mistake('HOLDFAST_ACME_DIRECTORY: the https URL of an ACME directory is wanted.');
  }
  const email = environment['HOLDFAST_ACME_EMAIL'] ?? null;
  if (email !== null && !/^[^\s@,?]{1,64}@[^\s@,?]{1,190}$/.test(email))
    mistake('HOLDFAST_ACME_EMAIL: one e-mail address is wanted.');
  const given = environment['HOLDFAST_ACME_CHALLENGE'] ?? challenges[0];
  const challenge = challenges.find((known) => known === given);
  if (!challenge) mistake(`HOLDFAST_ACME_CHALLENGE is “${given}”: one of ${challenges.join(', ')} is wanted.`);
  if (
    challenge === 'http-01' &&
    environment['HOLDFAST_REDIRECT_PORT'] === undefined &&
    environment['LISTEN_FDS'] === undefined
  ) {
    mistake(
      'HOLDFAST_ACME_CHALLENGE=http-01 is answered in clear: set HOLDFAST_REDIRECT_PORT to the port that port 80 leads to.',
    );
  }
  const ca = environment['HOLDFAST_ACME_CA'];
  return {
    ...{ kind: 'acme', directoryUrl, names: readAcmeNames(environment, mistake), email },
    externalAccount: readExternalAccount(environment, mistake),
    challenge: challenge ?? challenges[0],
    caFile: ca === undefined ? null : resolve(ca),
  };
}

function readExternalAccount(environment: Environment, mistake: Mistake): AcmePlace['externalAccount'] {
  const keyId = environment['HOLDFAST_ACME_EAB_KEY_ID'];
  const keyFile = environment['HOLDFAST_ACME_EAB_KEY_FILE'];
  if (keyId === undefined && keyFile === undefined) return null;
  if (keyId === undefined || keyFile === undefined) {
    mistake('HOLDFAST_ACME_EAB_KEY_ID and HOLDFAST_ACME_EAB_KEY_FILE belong together: set both, or neither.');
    return null;
  }
  if (!/^[\x21-\x7e]{1,256}$/.test(keyId)) {
    mistake('HOLDFAST_ACME_EAB_KEY_ID: the name of the key is wanted, as the authority shows it.');
  }
  return { keyId, keyFile: resolve(keyFile) };
}

function readAcmeNames(environment: Environment, mistake: Mistake): readonly string[] {
  const publicHost = URL.parse(environment['HOLDFAST_PUBLIC_URL'] ?? '')?.hostname.replace(/^\[(.*)\]$/, '$1');
  const text = environment['HOLDFAST_ACME_NAMES'] ?? publicHost ?? '';
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length === 0) {
    mistake(
      'HOLDFAST_TLS=acme needs a name: set HOLDFAST_PUBLIC_URL to the address people use, or HOLDFAST_ACME_NAMES.',
    );
  }
  if (names.length > MAX_NAMES) mistake(`HOLDFAST_ACME_NAMES: at most ${MAX_NAMES} names are wanted.`);
  for (const name of names) {
    if (isIP(name) === 0 && !DNS_NAME.test(name))
      mistake(`HOLDFAST_ACME_NAMES: “${name}” is neither a public name nor an IP address.`);
  }
  return names;
}

/** `null`: nothing listens in clear. 0: any free port. */
export function readRedirectPort(environment: Environment, hasTls: boolean, mistake: Mistake): number | null {
  const text = environment['HOLDFAST_REDIRECT_PORT'];
  if (text === undefined) return null;
  const port = text === 'any' ? 0 : Number(text);
  if (text !== 'any' && (!/^[0-9]{1,5}$/.test(text) || port < 1 || port > 65_535)) {
    mistake(`HOLDFAST_REDIRECT_PORT is “${text}”: a number from 1 to 65535, or any (any free port) is wanted.`);
    return null;
  }
  if (!hasTls)
    mistake('HOLDFAST_REDIRECT_PORT sends browsers to TLS, and the server has none: give --tls-cert and --tls-key.');
  return port;
}
