/** The doctor's check of the certificate that the server shows. */
import { type Clock, timestamp } from '../../base/clock.ts';
import type { Config } from '../../config/index.ts';
import { type CertificateSource, keptPairFile, readGivenFacts, readKeptPair } from '../../tls/index.ts';
import { tlsFolderOf } from '../tls-folder.ts';
import { check, type DoctorCheck, fail, pass, type Verdict, warn } from './check.ts';

/** What of it is judged; of a server that is stopped there is none. */
export type JudgedCertificate = Pick<CertificateSource, 'kind' | 'facts' | 'trouble'>;

/** None for a server without TLS of its own. */
export function certificateChecks(source: JudgedCertificate | null, clock: Clock): Promise<DoctorCheck>[] {
  return source === null ? [] : [check('certificate', async () => judgeCertificate(source, clock()))];
}

/** The same for a server that is stopped, perhaps because of its certificate: none where it has none yet. */
export async function stoppedCertificateCheck(config: Config, clock: Clock): Promise<DoctorCheck[]> {
  const { tls } = config;
  if (tls === null) return [];
  if (tls.kind === 'files') {
    const look = async () =>
      judgeCertificate({ kind: 'files', facts: await readGivenFacts(tls), trouble: null }, clock());
    return [await check('certificate', look)];
  }
  const kept = await readKeptPair(keptPairFile(tlsFolderOf(config), tls.kind));
  return await Promise.all(certificateChecks(kept && { kind: tls.kind, facts: kept.facts, trouble: null }, clock));
}

/** So much of its time may be left before somebody has to look: a renewal at two thirds would have been long done. */
const LAST_PART = 1 / 5;

const RENEW = {
  files: 'Renew it with the program that made it; the new files are taken up by themselves.',
  'self-made': 'Start the server again: it makes a new one, whose fingerprint people compare anew.',
  acme: 'See what its renewal fails with in the log of the server, and docs/tls.md.',
} as const;

export function judgeCertificate({ kind, facts, trouble }: JudgedCertificate, nowMs: number): Verdict {
  const { fromMs, untilMs } = facts;
  if (untilMs <= nowMs) return fail(`The TLS certificate expired at ${timestamp(untilMs)}.`, RENEW[kind]);
  if (fromMs > nowMs) {
    return fail(
      `The TLS certificate is good from ${timestamp(fromMs)} on only.`,
      'Set the clock of this machine, or wait.',
    );
  }
  if (trouble !== null) {
    return fail(
      `The TLS certificate cannot be renewed since ${timestamp(trouble.atMs)}; the one before is good until ${timestamp(untilMs)}. ${trouble.what}`,
      trouble.remedy,
    );
  }
  if (untilMs - nowMs < (untilMs - fromMs) * LAST_PART) {
    return warn(`The TLS certificate expires at ${timestamp(untilMs)}.`, RENEW[kind]);
  }
  if (kind !== 'self-made') return pass(`The TLS certificate is good until ${timestamp(untilMs)}.`);
  return warn(
    `The TLS certificate was made by this server, and nobody vouches for it. Its fingerprint (SHA-256) is ${facts.fingerprint}.`,
    'Compare the fingerprint when you connect for the first time; with a domain or a public address, set HOLDFAST_TLS=acme.',
  );
}
