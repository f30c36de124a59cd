/** A certificate that a certificate authority gives and renews by ACME (RFC 8555), for names and for bare addresses (RFC 8738). */
import type { Clock } from '../../base/clock.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Settings } from '../../base/settings.ts';
import type { CertificateFacts } from '../certificate-pair.ts';
import { readPair } from '../certificate-pair.ts';
import type { CertificateSource, CertificateTrouble } from '../certificate-source.ts';
import { plainName } from '../made/addresses.ts';
import { type KeptPair, keptPairFile, readKeptPair, writeKeptPair } from '../made/kept-pair.ts';
import { openSelfMade } from '../made/self-made.ts';
import { servedPair } from '../served-pair.ts';
import type { tlsSettings } from '../settings.ts';
import { openAcmeSession } from './acme-session.ts';
import { keepAttempts, openAccountKey, readAttempts } from './acme-state.ts';
import { type ChallengeType, openChallenges } from './challenges.ts';
import { orderCertificate } from './order.ts';
import type { ExternalAccount } from './external-account.ts';
import { certificateIdOf } from './renewal/certificate-id.ts';
import { openRenewalInfo } from './renewal/renewal-info.ts';
import { type Attempt, failuresInARow, nextAttemptMs } from './renewal/timing.ts';

export interface AcmeOptions {
  /** Where key, certificate and account are kept. */
  readonly folder: string;
  readonly directoryUrl: string;
  /** Whom to trust when asking the authority, PEM; `null`: the usual ones. */
  readonly ca: Buffer | null;
  readonly email: string | null;
  /** An account with the authority that ours is bound to; `null`: none. */
  readonly externalAccount: ExternalAccount | null;
  /** DNS names and IP addresses, at least one. */
  readonly names: readonly string[];
  readonly challengeType: ChallengeType;
  readonly settings: Settings<typeof tlsSettings>;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AcmeCertificate extends CertificateSource {
  /** Begins to ask, once the server listens: the authority comes back at once. */
  begin(): void;
  /** What to answer in clear for a token (http-01). */
  answerFor(token: string): string | null;
}

/** A timer holds no longer time; the clock may also be set meanwhile. */
const LOOK_AGAIN_MS = 3_600_000;
/** No authority has us wait for longer. */
const LONGEST_WAIT_MS = 7 * 86_400_000;

/**
 * Serves the certificate that was got before, else a self-made one until the first has come. A failure changes nothing of what is served;
 * from the second in a row on it counts as trouble. Throws `tls_unwritable`.
 */
export async function openAcmeCertificate(options: AcmeOptions): Promise<AcmeCertificate> {
  const { folder, directoryUrl, clock, log, settings } = options;
  const file = keptPairFile(folder, 'acme');
  const names = options.names.map(plainName);
  const accountKey = await openAccountKey(folder);
  let attempts = await readAttempts(folder, directoryUrl);
  let isFreshStart = true;
  const kept = await readKeptPair(file);
  const isGood = kept !== null && kept.facts.untilMs > clock();
  const first = isGood ? kept : await selfMade({ folder, names, clock });
  const served = servedPair(first.pair, first.facts);
  // Whoever names another authority wants its certificate; of the same one, all names have to be in it.
  let got = isGood && attempts.length > 0 && covers(kept.facts, names) ? gotten(kept) : null;
  let trouble: CertificateTrouble | null = isGood ? null : NONE_YET(clock());
  const challenges = openChallenges();
  const stopping = new AbortController();
  const { signal } = stopping;
  const authority = {
    ...{ directoryUrl, ca: options.ca, userAgent: options.userAgent, timeoutMs: settings.acmeRequestTimeoutMs, signal },
  };
  const renewal = openRenewalInfo({ ...authority, clock, log });

  const attempt = async (): Promise<void> => {
    const atMs = clock();
    let outcome: Attempt;
    try {
      const { email, externalAccount } = options;
      const session = await openAcmeSession({ ...authority, accountKey, email, externalAccount, clock });
      const pair = await orderCertificate({
        ...{ session, names, challengeType: options.challengeType, challenges, signal },
        ...{ thumbprint: accountKey.thumbprint, patienceMs: settings.acmePatienceMs, replaces: got?.id ?? null },
      });
      const facts = readPair(pair, 'Read the certificate that the authority gave');
      await writeKeptPair(file, pair);
      served.replace(pair, facts);
      got = gotten({ pair, facts });
      trouble = null;
      outcome = { atMs, code: null };
      log.info({ until: new Date(facts.untilMs).toISOString() }, 'The certificate authority gave a certificate');
    } catch (error) {
      if (signal.aborted) return;
      outcome = { atMs, ...failureOf(error, atMs) };
      const failures = failuresInARow([...attempts, outcome]);
      log.warn(
        { failures, ...errorFacts(error) },
        'No new TLS certificate; the one before is served, and it is tried again',
      );
      if (trouble !== null || failures > 1) trouble = troubleOf(error, trouble?.atMs ?? atMs);
    }
    attempts = [...attempts, outcome];
    isFreshStart = false;
    await keepAttempts(folder, { directoryUrl, attempts });
  };

  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  /** Asks the authority when to renew, where that is due, and for a certificate, where that is. */
  const look = async (): Promise<void> => {
    if (got?.id && clock() >= renewal.dueMs(got.id)) await renewal.ask(got.id);
    if (clock() >= dueMs()) await attempt();
  };
  const dueMs = (): number => {
    const { acmeRetryMs, acmeRetryMaxMs } = settings;
    const facts = got?.facts ?? null;
    const window = got?.id ? renewal.windowFor(got.id) : null;
    return nextAttemptMs({ facts, window, attempts, acmeRetryMs, acmeRetryMaxMs, isFreshStart }, clock());
  };
  const schedule = (): void => {
    if (signal.aborted) return;
    const nextMs = Math.min(dueMs(), got?.id ? renewal.dueMs(got.id) : Number.POSITIVE_INFINITY);
    const waitMs = Math.min(Math.max(0, nextMs - clock()), LOOK_AGAIN_MS);
    timer = setTimeout(() => {
      running = look()
        .catch((error: unknown) => log.error(errorFacts(error), 'Attempts to get a certificate cannot be kept'))
        .then(schedule);
    }, waitMs);
    timer.unref();
  };
  return {
    kind: 'acme',
    get current() {
      return served.current;
    },
    get facts() {
      return served.facts;
    },
    get trouble() {
      return trouble;
    },
    onChange: (listener) => served.onChange(listener),
    challenges: options.challengeType === 'tls-alpn-01' ? challenges : null,
    answerFor: (token) => challenges.answerFor(token),
    begin: schedule,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

const NONE_YET = (atMs: number): CertificateTrouble => ({
  atMs,
  code: 'acme_pending',
  what: 'The certificate authority gave none yet, and a self-made one is served until then.',
  remedy: 'Wait a minute; if it stays, look into the log of the server for what the authority says.',
});

async function selfMade(options: Parameters<typeof openSelfMade>[0]): Promise<KeptPair> {
  const { current, facts } = await openSelfMade(options);
  return { pair: current, facts };
}

/** A certificate that the authority gave, and what it is asked about by. */
function gotten({ pair, facts }: KeptPair): { readonly facts: CertificateFacts; readonly id: string | null } {
  return { facts, id: certificateIdOf(pair.cert) };
}

function covers(facts: CertificateFacts, names: readonly string[]): boolean {
  const has = new Set(facts.names.map(plainName));
  return names.every((name) => has.has(name));
}

function failureOf(error: unknown, atMs: number): Omit<Attempt, 'atMs'> {
  if (!(error instanceof HoldfastError)) return { code: 'internal_error' };
  const { retryAfterMs } = error.extra;
  if (typeof retryAfterMs !== 'number') return { code: error.code };
  return { code: error.code, notBeforeMs: atMs + Math.min(retryAfterMs, LONGEST_WAIT_MS) };
}

function troubleOf(error: unknown, atMs: number): CertificateTrouble {
  if (!(error instanceof HoldfastError)) {
    return { atMs, code: 'internal_error', what: 'Something went wrong inside.', remedy: 'Look into the log.' };
  }
  return { atMs, code: error.code, what: `${error.message}.`, remedy: error.remedy };
}
