/** A TLS server whose certificate may change while it runs; both listeners, for HTTP and for other protocols, go through here. */
import type { Server, TLSSocket, TlsOptions } from 'node:tls';
import type { Socket } from 'node:net';
import { type CertificatePair, type CertificateSource, tlsErrors } from '../../tls/index.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** What RFC 8996 leaves. */
const minVersion = 'TLSv1.2';
/** The protocol in whose name a certificate authority asks (RFC 8737). */
const CHALLENGE = 'acme-tls/1';

/**
 * Makes the server by `make`, which adds options of its own, and has it follow the certificate until it is closed:
 * connections that are there keep theirs. `protocol` is what clients may ask for by name; where a certificate authority
 * never asks, it is `null`. Throws `tls_unreadable`.
 */
export function makeTlsServer<Kind extends Server>(
  certificate: CertificateSource,
  make: (options: TlsOptions) => Kind,
  protocol: string | null,
): Kind {
  const challenges = protocol === null ? null : certificate.challenges;
  try {
    const server = make({
      ...certificate.current,
      minVersion,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      ...(challenges === null ? {} : { ALPNCallback: answerChallenges(challenges, protocol ?? '') }),
    });
    server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
    const following = certificate.onChange((pair: CertificatePair) => server.setSecureContext({ ...pair, minVersion }));
    server.on('close', () => following[Symbol.dispose]());
    if (challenges !== null) {
      // Nothing but the handshake is asked for (RFC 8737 section 3).
      server.prependListener('secureConnection', (socket: TLSSocket) => {
        if (socket.alpnProtocol === CHALLENGE) socket.destroy();
      });
    }
    return server;
  } catch (cause) {
    throw tlsErrors('tls_unreadable', { attempted: 'Serve with the TLS certificate', cause });
  }
}

function answerChallenges(
  challenges: NonNullable<CertificateSource['challenges']>,
  protocol: string,
): NonNullable<TlsOptions['ALPNCallback']> {
  return function choose(this: TLSSocket, { servername, protocols }) {
    if (protocols.includes(CHALLENGE)) {
      const pair = challenges.pairFor(servername.toLowerCase());
      if (pair === null) return undefined;
      this.setKeyCert(pair);
      return CHALLENGE;
    }
    return protocols.includes(protocol) ? protocol : undefined;
  };
}
