/** What is shown to a certificate authority while it looks whether a name is ours. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import type { CertificatePair } from '../certificate-pair.ts';
import { reverseName } from '../made/addresses.ts';
import { newKey, privatePem, selfSigned } from '../made/x509.ts';

export const challengeTypes = ['tls-alpn-01', 'http-01'] as const;
export type ChallengeType = (typeof challengeTypes)[number];

export interface Challenges {
  /** For the handshake (RFC 8737), by what the authority calls the name. */
  pairFor(name: string): CertificatePair | null;
  /** For the request in clear (RFC 8555 section 8.3). */
  answerFor(token: string): string | null;
  /** Shows it until it is disposed of. */
  show(challenge: { type: ChallengeType; name: string; token: string; thumbprint: string }): Promise<Disposable>;
}

const HOUR_MS = 3_600_000;

export function openChallenges(): Challenges {
  const pairs = new Map<string, CertificatePair>();
  const answers = new Map<string, string>();
  return {
    pairFor: (name) => pairs.get(name) ?? null,
    answerFor: (token) => answers.get(token) ?? null,
    async show({ type, name, token, thumbprint }) {
      const text = `${token}.${thumbprint}`;
      if (type === 'http-01') {
        answers.set(token, text);
        return { [Symbol.dispose]: () => void answers.delete(token) };
      }
      const asked = isIP(name) === 0 ? name : reverseName(name);
      const key = await newKey();
      const nowMs = Date.now();
      const cert = selfSigned({
        ...{ key, names: [name], commonName: 'ACME challenge', fromMs: nowMs - HOUR_MS, untilMs: nowMs + HOUR_MS },
        challengeDigest: createHash('sha256').update(text).digest(),
      });
      pairs.set(asked, { cert: Buffer.from(cert), key: Buffer.from(privatePem(key)) });
      return { [Symbol.dispose]: () => void pairs.delete(asked) };
    },
  };
}
