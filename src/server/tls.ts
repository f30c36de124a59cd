import { createPrivateKey, X509Certificate } from 'node:crypto';
import { serverErrors } from './errors.ts';

/** Checks the pair before anything listens. Throws `tls_unreadable`; returns warnings for the one who runs the server. */
export function checkTls({ cert, key }: { cert: Buffer; key: Buffer }, nowMs: number): string[] {
  const attempted = 'Load the TLS certificate and its key';
  let certificate: X509Certificate;
  let matches: boolean;
  try {
    certificate = new X509Certificate(cert);
    matches = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw serverErrors('tls_unreadable', {
      attempted,
      detail: 'they are not PEM files of a certificate and a key',
      cause,
    });
  }
  if (!matches)
    throw serverErrors('tls_unreadable', { attempted, detail: 'the key does not belong to the certificate' });
  const endsAtMs = certificate.validToDate.getTime();
  if (endsAtMs < nowMs)
    return [`The TLS certificate expired on ${certificate.validToDate.toISOString().slice(0, 10)}.`];
  if (endsAtMs - nowMs < 14 * 86_400_000) {
    return [`The TLS certificate expires on ${certificate.validToDate.toISOString().slice(0, 10)}: renew it soon.`];
  }
  return [];
}
