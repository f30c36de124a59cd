/** What admins are told about the audit trail: the server found it altered, or verifying it failed. */
import type { NoticeEvent, NoticeKind } from '../../notifications/index.ts';

export const auditNoticeKinds: readonly NoticeKind[] = [
  {
    name: 'audit_trouble',
    severity: 'critical',
    security: true,
    audience: 'admins',
    names: 'none',
    usual: 'immediate',
    title: (count) =>
      count === 1
        ? 'Something is wrong with the audit trail'
        : `Something is wrong with the audit trail (${count} times)`,
    advice: 'Run holdfast audit verify: it says what does not fit, and since when.',
    path: '/activity/everybody',
  },
];

export const auditTrouble: NoticeEvent = { kind: 'audit_trouble', accountId: null, subject: '' };
