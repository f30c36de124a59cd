/** What admins are told of the hosts that report. */
import { visible } from '../../base/text/visible.ts';
import type { HostEvent } from '../../host/fleet/index.ts';
import type { NoticeEvent, NoticeKind, Notifications } from '../../notifications/index.ts';

const shared = { audience: 'admins', names: 'resource', usual: 'immediate', path: '/security/hosts' } as const;

export const hostNoticeKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'host_enrolled',
    severity: 'info',
    security: true,
    title: (count) => (count === 1 ? 'A host was enrolled' : `${count} hosts were enrolled`),
    advice: 'If that was none of yours: revoke it, and find out how it came by the enrolment.',
  },
  {
    ...shared,
    name: 'host_enrolment_reused',
    severity: 'warning',
    security: true,
    title: () => 'An enrolment was used a second time, and refused',
    advice:
      'If both are yours, make another one for the second host. If not, somebody else has read it: revoke the first.',
  },
  {
    ...shared,
    name: 'host_silent',
    severity: 'warning',
    security: true,
    title: (count) => (count === 1 ? 'A host has gone silent' : `${count} hosts have gone silent`),
    advice: 'See whether it runs, and its agent: systemctl status holdfast-agent. Forget it if it is gone for good.',
  },
];

/** What hosts call themselves is their own word, and so that of a thief with an enrolment: it is shown as it is written. */
export function hostNotice(event: HostEvent): NoticeEvent {
  switch (event.event) {
    case 'enrolled':
      return {
        kind: 'host_enrolled',
        accountId: null,
        subject: event.hostId,
        details: [`${visible(event.hostname)}, with an enrolment that ${event.enrolledBy} made`],
      };
    case 'enrolment_reused':
      return {
        kind: 'host_enrolment_reused',
        accountId: null,
        subject: event.enrolmentId,
        details: [`First by ${visible(event.usedBy)}, then by ${visible(event.triedBy)}`],
      };
  }
}

export interface SilentHost {
  readonly hostId: string;
  readonly hostname: string;
  /** RFC 3339 */
  readonly enrolledTime: string;
  /** RFC 3339; `null`: it has never reported. */
  readonly lastReportTime: string | null;
}

/** Tells of each host once, until it has reported again. */
export async function tellOfSilence(
  notifications: Pick<Notifications, 'tellSeldom' | 'isOver'>,
  silent: readonly SilentHost[],
  reporting: readonly string[],
): Promise<void> {
  for (const { hostId, hostname, enrolledTime, lastReportTime } of silent) {
    const since =
      lastReportTime === null ? `enrolled ${enrolledTime}, never heard of` : `last heard of ${lastReportTime}`;
    await notifications.tellSeldom(`host_silent#${hostId}`, {
      kind: 'host_silent',
      accountId: null,
      subject: 'silent',
      details: [`${visible(hostname)}: ${since}`],
    });
  }
  for (const hostId of reporting) await notifications.isOver(`host_silent#${hostId}`);
}
