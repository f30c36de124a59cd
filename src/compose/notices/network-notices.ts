/** What admins are told of the network: what guards found on it, and at once when somebody got in. */
import { createHash } from 'node:crypto';
import { visible } from '../../base/visible-text.ts';
import type { Opened } from '../../findings/index.ts';
import type { NoticeRecord } from '../../network/index.ts';
import type { NoticeEvent, NoticeKind } from '../../notifications/index.ts';
import { tellOnce, type TellOnceDeps } from './tell-once.ts';

const shared = { audience: 'admins', names: 'resource' } as const;

export const networkNoticeKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'network_alert',
    severity: 'info',
    security: false,
    usual: 'hourly',
    title: (count) => (count === 1 ? 'Something is wrong on the network' : `${count} things are wrong on the network`),
    advice: 'See Security > Network > Alerts: each has the numbers that make it one, and the flows.',
    path: '/security/findings',
  },
  {
    ...shared,
    name: 'network_break_in',
    severity: 'critical',
    security: true,
    usual: 'immediate',
    // Without a number: an alert and the finding that it makes both tell of the same one.
    title: () => 'Somebody got in after guessing passwords',
    advice: 'Block the address, end the sessions of the account, change its password, and see what it did since.',
    path: '/security/network',
  },
];

/** What is critical on the network is one notice, whether an alert or a finding told of it first. */
export const BREAK_IN = { kind: 'network_break_in', accountId: null, subject: 'network' } as const;

export function isOfNetwork({ finding: { source } }: Opened): boolean {
  return source === 'network';
}

/** Of one batch. What one host can say fills nobody's feed: all of it is one notice with a count. */
const MOST = 20;

/**
 * Tells once of each alert that says somebody got in. It does not wait for a finding to open: that of the source may be open already when it
 * gets in. Where one opens with it, that is an event of the same notice.
 */
export async function tellOfBreakIns(
  sensor: string,
  notices: readonly NoticeRecord[],
  deps: TellOnceDeps,
): Promise<void> {
  const critical = notices.filter(({ severity }) => severity === 'critical').slice(0, MOST);
  for (const { key, msg } of critical) {
    const id = createHash('sha256').update(`${sensor}\n${key}`).digest('hex');
    const event: NoticeEvent = { ...BREAK_IN, details: [`${visible(msg)} (seen by ${visible(sensor)})`] };
    await tellOnce(`network/${id}`, [event], deps);
  }
}
