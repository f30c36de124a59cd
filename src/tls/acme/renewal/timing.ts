/** When a certificate is asked for: early enough, spread, and never more often than authorities allow. Pure. */
import type { CertificateFacts } from '../../certificate-pair.ts';

export interface Attempt {
  readonly atMs: number;
  /** `null`: a certificate came of it. */
  readonly code: string | null;
  /** The authority asked to be left alone until then. */
  readonly notBeforeMs?: number;
}

/** When an authority wants a certificate to be renewed (RFC 9773). */
export interface RenewalWindow {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Timing {
  /** `null`: there is none, or one of other names, or its time is over. */
  readonly facts: CertificateFacts | null;
  /** `null`: the authority says nothing of it. */
  readonly window: RenewalWindow | null;
  /** The oldest first. */
  readonly attempts: readonly Attempt[];
  readonly acmeRetryMs: number;
  readonly acmeRetryMaxMs: number;
  /** The server was started after the last attempt: whoever mended something does not wait for a day. */
  readonly isFreshStart: boolean;
}

const WEEK_MS = 7 * 86_400_000;
/** Let's Encrypt gives five certificates a week for the same names; one is left for a person. */
const A_WEEK = 4;
/** Renewed when two thirds are over, somewhere in the next fifteenth: servers that began together do not come together. */
const RENEW_AT = 2 / 3;
const SPREAD = 1 / 15;
/** Whatever an authority says: what is left has to do for a few attempts. */
const LATEST = 9 / 10;

/** Not before this time; at or before `nowMs`: now. */
export function nextAttemptMs({ facts, window, attempts, ...settings }: Timing, nowMs: number): number {
  // A clock that was set back must not keep anything from happening.
  const past = attempts.map((attempt) => ({ ...attempt, atMs: Math.min(attempt.atMs, nowMs) }));
  return Math.max(
    facts === null ? 0 : renewalMs(facts, window),
    afterFailures(past, settings),
    afterEnough(past, nowMs),
  );
}

/** How many came to nothing since the last one that did not. */
export function failuresInARow(attempts: readonly Attempt[]): number {
  const last = attempts.findLastIndex(({ code }) => code === null);
  return attempts.length - 1 - last;
}

function renewalMs({ fromMs, untilMs, fingerprint }: CertificateFacts, window: RenewalWindow | null): number {
  const fraction = fractionOf(fingerprint);
  const after = (part: number): number => fromMs + (untilMs - fromMs) * part;
  if (window === null) return after(RENEW_AT + SPREAD * fraction);
  return Math.min(window.startMs + (window.endMs - window.startMs) * fraction, after(LATEST));
}

/** From 0 to 1, always the same for one certificate, so that a new start does not throw the dice again. */
function fractionOf(fingerprint: string): number {
  return Number.parseInt(fingerprint.replaceAll(':', '').slice(0, 8), 16) / 2 ** 32;
}

function afterFailures(
  attempts: readonly Attempt[],
  { acmeRetryMs, acmeRetryMaxMs, isFreshStart }: Omit<Timing, 'facts' | 'window' | 'attempts'>,
): number {
  const failures = failuresInARow(attempts);
  const last = attempts.at(-1);
  if (failures === 0 || !last) return 0;
  const doubled = isFreshStart ? acmeRetryMs : Math.min(acmeRetryMs * 2 ** Math.min(failures - 1, 30), acmeRetryMaxMs);
  // A quarter more or less by the time of the failure itself, which no two servers share.
  const spread = 1 + (last.atMs % 1000) / 4000;
  return Math.max(last.atMs + doubled * spread, last.notBeforeMs ?? 0);
}

function afterEnough(attempts: readonly Attempt[], nowMs: number): number {
  const got = attempts.filter(({ code, atMs }) => code === null && atMs > nowMs - WEEK_MS);
  const oldest = got.at(-A_WEEK);
  return oldest ? oldest.atMs + WEEK_MS : 0;
}
