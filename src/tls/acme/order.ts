/** Getting one certificate: an order, a proof for each name, the request, the chain (RFC 8555 section 7.4). */
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';
import type { CertificatePair } from '../certificate-pair.ts';
import { privatePem, newKey, signingRequest } from '../made/x509.ts';
import { type AcmeReply, type AcmeSession, wordsOf } from './acme-session.ts';
import type { Challenges, ChallengeType } from './challenges.ts';
import { acmeErrors } from './errors.ts';

export interface OrderOptions {
  readonly session: AcmeSession;
  readonly names: readonly string[];
  readonly challengeType: ChallengeType;
  readonly challenges: Challenges;
  readonly thumbprint: string;
  /** Which certificate comes to an end by this one (RFC 9773 section 5); `null`: none that the authority could know. */
  readonly replaces: string | null;
  /** How long the authority may take to look at one name, or to sign. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 1000;
/** What an authority may ask us to wait between two looks. */
const LONGEST_POLL_MS = 30_000;
/** Certificates for bare addresses are of few days only (Let's Encrypt's profile of that name). */
const FOR_ADDRESSES = 'shortlived';

/** Throws `acme_not_reached_us`, `acme_refused`, `acme_limited`, `acme_answer_invalid`, `acme_unreachable`. */
export async function orderCertificate(options: OrderOptions): Promise<CertificatePair> {
  const { session, names } = options;
  const identifiers = names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
  const wantsShort = identifiers.some(({ type }) => type === 'ip') && session.profiles.has(FOR_ADDRESSES);
  const order = { identifiers, ...(wantsShort ? { profile: FOR_ADDRESSES } : {}) };
  const ordered = await placeOrder(order, options);
  const orderUrl = ordered.location ?? '';
  const { authorizations, finalize } = ordered.json;
  if (!isTexts(authorizations) || typeof finalize !== 'string') throw invalid('an order without its parts');
  for (const url of authorizations) await authorize(url, options);

  const key = await newKey();
  await session.post(finalize, { csr: signingRequest(key, names).toString('base64url') });
  const done = await poll(orderUrl, options, ['pending', 'ready', 'processing']);
  if (done.json['status'] !== 'valid') {
    throw acmeErrors('acme_refused', { attempted: 'Get the certificate', detail: wordsOf(done.json['error']) });
  }
  const { certificate } = done.json;
  if (typeof certificate !== 'string') throw invalid('an order that is done, without a certificate');
  return pairOf(key, (await session.post(certificate, null)).text);
}

async function placeOrder(order: object, { session, replaces }: OrderOptions): Promise<AcmeReply> {
  if (replaces === null || !session.hasRenewalInfo) return await session.post(session.newOrderUrl, order);
  try {
    return await session.post(session.newOrderUrl, { ...order, replaces });
  } catch (error) {
    // It may know it as replaced already, or not at all: a hint to the authority is no reason to go without a certificate.
    if (!(error instanceof HoldfastError) || error.code !== 'acme_refused') throw error;
    return await session.post(session.newOrderUrl, order);
  }
}

function pairOf(key: KeyObject, chain: string): CertificatePair {
  const blocks = chain.match(/-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----/g);
  if (blocks === null) throw invalid('no certificate where one should be');
  return { key: Buffer.from(privatePem(key)), cert: Buffer.from(`${blocks.join('\n')}\n`) };
}

async function authorize(url: string, options: OrderOptions): Promise<void> {
  const { session, challengeType, challenges, thumbprint } = options;
  const { json } = await session.post(url, null);
  if (json['status'] === 'valid') return;
  const name = (json['identifier'] as { value?: unknown } | undefined)?.value;
  const offered = Array.isArray(json['challenges']) ? (json['challenges'] as Record<string, unknown>[]) : [];
  const challenge = offered.find(({ type }) => type === challengeType);
  if (typeof name !== 'string') throw invalid('a name that is none');
  const attempted = `Show that ${name} is ours by ${challengeType}`;
  if (!challenge) throw acmeErrors('acme_refused', { attempted, detail: 'this way is not offered for the name' });
  const { token, url: challengeUrl } = challenge;
  if (typeof token !== 'string' || !/^[A-Za-z0-9_-]{1,256}$/.test(token) || typeof challengeUrl !== 'string') {
    throw invalid('a challenge without its parts');
  }
  using _shown = await challenges.show({ type: challengeType, name, token, thumbprint });
  await session.post(challengeUrl, {});
  const looked = await poll(url, options, ['pending']);
  if (looked.json['status'] === 'valid') return;
  const failed = (looked.json['challenges'] as Record<string, unknown>[] | undefined)?.find(({ error }) => error);
  throw acmeErrors('acme_not_reached_us', { attempted, detail: wordsOf(failed?.['error']) });
}

/** Asks until the state is none of `unfinished`. */
async function poll(url: string, options: OrderOptions, unfinished: readonly string[]): Promise<AcmeReply> {
  const { session, patienceMs, signal } = options;
  for (let waitedMs = 0; ;) {
    const reply = await session.post(url, null);
    if (!unfinished.includes(String(reply.json['status']))) return reply;
    if (waitedMs >= patienceMs) {
      throw acmeErrors('acme_not_reached_us', {
        attempted: 'Get a certificate',
        detail: 'the authority takes too long',
      });
    }
    const pauseMs = Math.min(Math.max(reply.retryAfterMs ?? POLL_MS, POLL_MS), LONGEST_POLL_MS);
    await wait(pauseMs, undefined, { signal, ref: false });
    waitedMs += pauseMs;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}

function invalid(detail: string): Error {
  return acmeErrors('acme_answer_invalid', { attempted: 'Get a certificate', detail });
}
