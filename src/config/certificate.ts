/** Where the certificate of the server comes from, and where in clear it sends browsers to TLS. */
import { resolve } from 'node:path';
import type { Environment } from './env.ts';
import type { Mistake } from './store-url.ts';

export type CertificatePlace =
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string }
  | { readonly kind: 'self-made' };

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
    mistake(`HOLDFAST_TLS is “${made}”: self-made is wanted, or nothing with --tls-cert and --tls-key.`);
    return null;
  }
  if (certFile !== undefined && keyFile !== undefined) {
    return { kind: 'files', certFile: resolve(certFile), keyFile: resolve(keyFile) };
  }
  if (certFile !== undefined) mistake('A TLS certificate is given without its key: add --tls-key.');
  if (keyFile !== undefined) mistake('A TLS key is given without its certificate: add --tls-cert.');
  return null;
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
