/** A certificate with its private key, read and held against each other before anything is served with them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { timestamp } from '../base/clock.ts';
import { tlsOnUse } from '../base/http/node-http.ts';
import { tlsErrors } from './errors.ts';

/** What a listener takes: PEM, the certificate with its chain. */
export interface CertificatePair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What people may know of a certificate. */
export interface CertificateFacts {
  /** Names and addresses that it stands for, as it lists them. */
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
  /** SHA-256 of it, in the way browsers show it: `AB:CD:…`. */
  readonly fingerprint: string;
}

const PARTS = 'they are not PEM files of a certificate and a key';

/** Reads both and holds them against each other. Throws `tls_unreadable`, which repeats nothing of the key. */
export function readPair({ cert, key }: CertificatePair, attempted: string): CertificateFacts {
  let certificate: X509Certificate;
  let matches: boolean;
  try {
    certificate = new X509Certificate(cert);
    matches = certificate.checkPrivateKey(createPrivateKey(key));
    // The chain too, and whether keys are strong enough: what a listener would not take must never reach one that serves.
    if (matches) tlsOnUse().createSecureContext({ cert, key });
  } catch {
    // Without its cause, whose words may quote what it could not read.
    throw tlsErrors('tls_unreadable', { attempted, detail: PARTS });
  }
  if (!matches) throw tlsErrors('tls_unreadable', { attempted, detail: 'the key does not belong to the certificate' });
  return {
    names: namesOf(certificate),
    fromMs: certificate.validFromDate.getTime(),
    untilMs: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256,
  };
}

/** Throws `tls_expired` for a certificate that nobody would take any more. */
export function refuseExpired({ untilMs }: CertificateFacts, nowMs: number, attempted: string): void {
  if (untilMs > nowMs) return;
  throw tlsErrors('tls_expired', { attempted, detail: `it was good until ${timestamp(untilMs)}` });
}

function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map(([, name = '']) => name);
}
