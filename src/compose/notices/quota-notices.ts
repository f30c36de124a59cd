/** What people are told about the space that they may use: when an upload finds it nearly full, or does not fit. */
import type { Notifications, NoticeKind } from '../../notifications/index.ts';

const shared = { security: false, audience: 'person', names: 'none', path: '/settings' } as const;

export const quotaNoticeKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'quota_near',
    severity: 'info',
    usual: 'daily',
    title: () => 'Your space is nearly used up',
    advice: 'Empty the trash, remove old versions, or ask an admin for more.',
  },
  {
    ...shared,
    name: 'quota_over',
    severity: 'warning',
    usual: 'immediate',
    title: () => 'An upload did not fit into your space',
    advice: 'Empty the trash, remove old versions, or ask an admin for more.',
  },
];

export function quotaNotice(
  notifications: Pick<Notifications, 'tellSeldom'>,
): (accountId: string, level: 'near' | 'over') => Promise<void> {
  return (accountId, level) => {
    const kind = level === 'near' ? 'quota_near' : 'quota_over';
    return notifications.tellSeldom(`${kind}#${accountId}`, { kind, accountId, subject: '' });
  };
}
