/** An account at a certificate authority: its directory, nonces, signed requests and what it refuses (RFC 8555). */
import type { Clock } from '../../base/clock.ts';
import { visible } from '../../base/text/visible.ts';
import { type AcmeAnswer, type AcmeRequest, askAcme, hostOf, jsonOf, retryAfterMs } from './acme-request.ts';
import { type AccountKey, signedMessage } from './acme-signing.ts';
import { noDirectory, readDirectory } from './directory.ts';
import { acmeErrors } from './errors.ts';
import { enterAccount, type ExternalAccount } from './external-account.ts';

export interface AuthorityOptions extends Pick<AcmeRequest, 'ca' | 'userAgent' | 'timeoutMs' | 'signal'> {
  readonly directoryUrl: string;
  readonly accountKey: AccountKey;
  /** `null`: none is told. */
  readonly email: string | null;
  /** `null`: the authority knows nobody beforehand. */
  readonly externalAccount: ExternalAccount | null;
  readonly clock: Clock;
}

export interface AcmeSession {
  readonly newOrderUrl: string;
  /** Names of profiles that certificates may be asked for with. */
  readonly profiles: ReadonlySet<string>;
  /** It says when certificates are to be renewed, and takes which one is replaced (RFC 9773). */
  readonly hasRenewalInfo: boolean;
  /** Sends a signed message; `null` only reads. Throws `acme_refused`, `acme_limited` and what asking throws. */
  post(url: string, payload: object | null): Promise<AcmeReply>;
}

export interface AcmeReply {
  /** Of an answer that is JSON. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly location: string | null;
  readonly retryAfterMs: number | null;
}

/** A nonce may have been used up or be too old: the answer brings another one. */
const NONCE_ATTEMPTS = 4;
const MAX_DETAIL = 300;

/**
 * Reads the directory and finds or makes the account of the key. Whoever calls has agreed to the terms of the authority.
 * Throws `acme_unreachable`, `acme_answer_invalid`, `acme_refused`, `acme_limited`.
 */
export async function openAcmeSession(options: AuthorityOptions): Promise<AcmeSession> {
  const { directoryUrl, accountKey, email, clock } = options;
  const ask = (request: Pick<AcmeRequest, 'url' | 'method' | 'body'>): Promise<AcmeAnswer> =>
    askAcme({ ...options, ...request });
  const { newNonce, newAccount, newOrder, ...directory } = await readDirectory(options);

  let nonce: string | null = null;
  let account: string | null = null;
  const post = async (url: string, payload: object | null): Promise<AcmeReply> => {
    if (URL.parse(url)?.protocol !== 'https:') throw noDirectory(directoryUrl);
    for (let attempt = 1; ; attempt += 1) {
      nonce ??= nonceOf(await ask({ url: newNonce, method: 'HEAD' }));
      if (nonce === null) throw noDirectory(directoryUrl);
      const body = signedMessage({ url, nonce, account, payload }, accountKey);
      const answer = await ask({ url, method: 'POST', body });
      nonce = nonceOf(answer);
      if (answer.status < 400) return replyOf(answer, clock());
      const problem = jsonOf(answer);
      const isOldNonce = problem['type'] === 'urn:ietf:params:acme:error:badNonce';
      if (!isOldNonce || attempt === NONCE_ATTEMPTS) throw refusalOf(problem, answer, url, clock());
    }
  };
  const { location } = await enterAccount({
    ...{ post, url: newAccount, email, jwk: accountKey.jwk, external: options.externalAccount },
    ...{ isExternalWanted: directory.wantsExternalAccount, authority: hostOf(directoryUrl) },
  });
  if (location === null) throw noDirectory(directoryUrl);
  account = location;
  return {
    newOrderUrl: newOrder,
    profiles: directory.profiles,
    hasRenewalInfo: directory.renewalInfo !== null,
    post,
  };
}

/** What the authority says of a failure, in its own words, made visible and cut. */
export function wordsOf(problem: unknown): string {
  const { type, detail } = (problem ?? {}) as { type?: unknown; detail?: unknown };
  const kind = typeof type === 'string' ? type.replace(/^urn:ietf:params:acme:error:/, '') : 'unknown';
  const text = typeof detail === 'string' ? `: ${detail}` : '';
  return visible(`${kind}${text}`).slice(0, MAX_DETAIL).replace(/\.$/, '');
}

function refusalOf(problem: unknown, answer: AcmeAnswer, url: string, nowMs: number): Error {
  const attempted = `Ask ${hostOf(url)} for a certificate`;
  const { type } = (problem ?? {}) as { type?: unknown };
  const isLimit = type === 'urn:ietf:params:acme:error:rateLimited' || answer.status === 429 || answer.status === 503;
  const waitMs = retryAfterMs(answer.headers, nowMs);
  return acmeErrors(isLimit ? 'acme_limited' : 'acme_refused', {
    attempted,
    detail: wordsOf(problem),
    extra: { ...(typeof type === 'string' && { acmeType: type }), ...(waitMs !== null && { retryAfterMs: waitMs }) },
  });
}

function replyOf(answer: AcmeAnswer, nowMs: number): AcmeReply {
  const text = answer.body.toString('utf8');
  const isJson = /^application\/([a-z]+\+)?json/.test(answer.headers['content-type'] ?? '');
  return {
    json: isJson ? jsonOf(answer) : {},
    text,
    location: answer.headers.location ?? null,
    retryAfterMs: retryAfterMs(answer.headers, nowMs),
  };
}

function nonceOf({ headers }: AcmeAnswer): string | null {
  const text = headers['replay-nonce'];
  return typeof text === 'string' && /^[A-Za-z0-9_-]{1,512}$/.test(text) ? text : null;
}
