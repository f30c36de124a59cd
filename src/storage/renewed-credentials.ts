/**
 * Credentials that lie in a file are replaced there while the server runs: keys are rotated, sessions of a login end after
 * hours. The SDK reads a file once and signs with what it found until the process ends.
 */
import { refusalOf } from '../base/aws/sdk-refusal.ts';

/** For the configuration of a client: its chain of credentials reads files anew whenever it is asked, and not once in a process. */
export const UNCACHED = { ignoreCache: true };

/** What stores and tables say of credentials that are no longer good, or not yet. */
const REFUSED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
  'XAdminUserNotFound',
]);

/** Whether it is the credentials that are refused, and not what was to be done with them. */
export function areCredentialsRefused(name: string): boolean {
  return REFUSED.has(name);
}

/** Whoever is refused again and again looks no more often: some ways of the chain start a program, or ask a service. */
const LOOK_EVERY_MS = 5_000;

interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

interface Client {
  readonly config: { credentials(options?: { readonly forceRefresh: boolean }): Promise<Identity> };
}

/**
 * For the `initialize` step of a client's middleware: a request whose credentials are refused is made again, once, where
 * there are other ones by now. `now` is a clock in ms that never goes back.
 */
export function renewCredentials(client: Client, now: () => number = () => performance.now()) {
  let lookedMs = -Infinity;
  let looking: Promise<Identity> | undefined;
  const look = (): Promise<Identity> => {
    if (now() - lookedMs < LOOK_EVERY_MS) return looking ?? client.config.credentials();
    lookedMs = now();
    looking = client.config.credentials({ forceRefresh: true }).finally(() => (looking = undefined));
    return looking;
  };
  return <Input, Result>(next: (input: Input) => Promise<Result>) =>
    async (input: Input): Promise<Result> => {
      const used = await client.config.credentials();
      try {
        return await next(input);
      } catch (error) {
        if (!areCredentialsRefused(refusalOf(error)?.name ?? '')) throw error;
        // Another request may have found them meanwhile. Where there are none, that is not what the caller was told.
        const found = await look().catch(() => used);
        if (isSame(used, found)) throw error;
        return await next(input);
      }
    };
}

function isSame(a: Identity, b: Identity): boolean {
  return (
    a.accessKeyId === b.accessKeyId && a.secretAccessKey === b.secretAccessKey && a.sessionToken === b.sessionToken
  );
}
