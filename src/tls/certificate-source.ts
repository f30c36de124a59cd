import type { CertificateFacts, CertificatePair } from './certificate-pair.ts';

/** Where the certificate comes from. */
export type CertificateKind = 'files' | 'self-made' | 'acme';

/** What went wrong last; the certificate before it goes on being served. */
export interface CertificateTrouble {
  readonly atMs: number;
  readonly code: string;
  /** One sentence. */
  readonly what: string;
  readonly remedy: string;
}

/** A certificate that may become another one while the server runs. */
export interface CertificateSource extends AsyncDisposable {
  readonly kind: CertificateKind;
  /** What new connections are served with. */
  readonly current: CertificatePair;
  readonly facts: CertificateFacts;
  /** `null`: all is well. */
  readonly trouble: CertificateTrouble | null;
  /** Hears of each new pair, which was checked. */
  onChange(listener: (pair: CertificatePair) => void): Disposable;
  /** Certificates for the challenge of RFC 8737, by the name that is asked for; `null`: there are never any. */
  readonly challenges: { pairFor(name: string): CertificatePair | null } | null;
}
