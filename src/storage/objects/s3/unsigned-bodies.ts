/**
 * A request to S3 is signed with the SHA-256 of its body, which both sides compute for that alone. Where the way there
 * protects the body by itself it is left out, as the SDK leaves it out for streams; see docs/decisions/0051.
 */
import { refusalOf } from '../../../base/aws/sdk-refusal.ts';
import { areCredentialsRefused } from '../../renewed-credentials.ts';

const WITH_BODIES: ReadonlySet<string> = new Set(['PutObjectCommand', 'UploadPartCommand']);

const HEADER = 'x-amz-content-sha256';

interface Request {
  readonly protocol: string;
  readonly hostname: string;
  readonly headers: Record<string, string>;
}

type Next<Args, Result> = (args: Args) => Promise<Result>;

/**
 * For the `build` step of a client's middleware, where a request knows where it goes. A store, or a policy of a bucket, that
 * takes no such body is sent a signed one, and signed ones alone from then on.
 */
export function leaveBodiesUnsigned() {
  let isAllowed = true;
  return <Args extends { readonly request: unknown }, Result>(
    next: Next<Args, Result>,
    { commandName = '' }: { readonly commandName?: string },
  ): Next<Args, Result> =>
    async (args) => {
      const { protocol, hostname, headers } = args.request as Request;
      if (!isAllowed || !WITH_BODIES.has(commandName) || !isProtected(protocol, hostname)) return await next(args);
      headers[HEADER] = 'UNSIGNED-PAYLOAD';
      try {
        return await next(args);
      } catch (error) {
        if (!mayBeAboutTheBody(error)) throw error;
        delete headers[HEADER];
        const result = await next(args);
        isAllowed = false;
        return result;
      }
    };
}

/** By TLS, or because it never leaves this machine. A name that only leads here may lead elsewhere tomorrow. */
export function isProtected(protocol: string, hostname: string): boolean {
  return protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname);
}

/**
 * Stores have many names for it; what else is refused with these is refused again. One that hashes the body in any case finds another
 * signature.
 */
function mayBeAboutTheBody(error: unknown): boolean {
  const { name = '', status = null } = refusalOf(error) ?? {};
  const isAboutKeys = areCredentialsRefused(name) && name !== 'SignatureDoesNotMatch';
  return (status === 400 || status === 403 || status === 501) && !isAboutKeys;
}
