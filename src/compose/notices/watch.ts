import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/timing/repeat.ts';
import type { Findings } from '../../findings/index.ts';
import type { Notifications } from '../../notifications/index.ts';
import type { CopiesStatus } from '../doctor/doctor.ts';
import type { JudgedCertificate } from '../doctor/certificate.ts';
import { lookAtCopies } from './backup-notices.ts';
import { lookAtCertificate } from './certificate-notices.ts';

export interface NoticeWatchParts {
  readonly notifications: Pick<Notifications, 'tellSeldom' | 'isOver'>;
  readonly copies: () => Promise<CopiesStatus>;
  readonly findings: Pick<Findings, 'totals'>;
  /** `null`: this server has no TLS of its own. */
  readonly certificate: JudgedCertificate | null;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly log: Log;
}

/** Looks for what no act tells of. Every server does; what is found is told once. */
export function startNoticeWatch(parts: NoticeWatchParts): AsyncDisposable {
  return repeat(parts.everyMs, () => lookForTrouble(parts));
}

export async function lookForTrouble({
  notifications,
  copies,
  findings,
  certificate,
  clock,
  log,
}: Omit<NoticeWatchParts, 'everyMs'>): Promise<void> {
  try {
    await lookAtCopies(notifications, await copies());
    await lookAtCertificate(notifications, certificate, clock);
    // Whoever looks at findings opens those whose acceptance has ended.
    await findings.totals();
  } catch (error) {
    log.warn(errorFacts(error), 'Could not look for trouble to be told of; it is tried again');
  }
}
