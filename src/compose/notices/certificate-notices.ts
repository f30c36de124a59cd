/** What admins are told about the certificate of the server. Time alone brings it about, so that it is looked for again and again. */
import type { Clock } from '../../base/clock.ts';
import type { Notifications, NoticeKind } from '../../notifications/index.ts';
import { type JudgedCertificate, judgeCertificate } from '../doctor/certificate.ts';

const KIND = 'certificate_trouble';

export const certificateNoticeKinds: readonly NoticeKind[] = [
  {
    name: KIND,
    severity: 'warning',
    security: false,
    audience: 'admins',
    names: 'none',
    usual: 'immediate',
    title: () => 'The TLS certificate of the server is not renewed',
    advice: 'Run holdfast doctor: it says why, and until when the present one is good.',
    path: '/admin/storage',
  },
];

/** Tells it once until it is over or has lasted for long. */
export async function lookAtCertificate(
  notifications: Pick<Notifications, 'tellSeldom' | 'isOver'>,
  source: JudgedCertificate | null,
  clock: Clock,
): Promise<void> {
  if (source === null) return;
  const { verdict } = judgeCertificate(source, clock());
  // That nobody vouches for a self-made one was chosen.
  const isWrong = verdict === 'fail' || (verdict === 'warn' && source.kind !== 'self-made');
  if (isWrong) await notifications.tellSeldom(KIND, { kind: KIND, accountId: null, subject: '' });
  else await notifications.isOver(KIND);
}
