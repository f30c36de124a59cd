/** What people are told about their own account, from the events of accounts/. */
import type { AuditEvent } from '../../base/audit-event.ts';
import type { NoticeEvent, NoticeKind } from '../../notifications/index.ts';

const own = { security: true, audience: 'person', names: 'own', usual: 'immediate' } as const;

export const accountNoticeKinds: readonly NoticeKind[] = [
  {
    ...own,
    name: 'login_new',
    severity: 'warning',
    title: (count) => (count === 1 ? 'Login from a new device' : `${count} logins from new devices`),
    advice: 'If that was not you: end the session, and set another password.',
    path: '/settings/sessions',
  },
  {
    ...own,
    name: 'recovery_key_used',
    severity: 'critical',
    title: (count) => (count === 1 ? 'The recovery key was used' : `The recovery key was used ${count} times`),
    advice: 'It set a new password. If that was not you: recover again at once, and renew the keys of the account.',
    path: '/settings/sessions',
  },
  {
    ...own,
    name: 'password_changed',
    severity: 'warning',
    title: (count) => (count === 1 ? 'The password was changed' : `The password was changed ${count} times`),
    advice: 'If that was not you: set a new one with the recovery key.',
    path: '/settings',
  },
  {
    ...own,
    name: 'account_rotated',
    severity: 'warning',
    title: (count) => (count === 1 ? 'The account got new keys' : `The account got new keys ${count} times`),
    advice: 'Earlier notices cannot be read any more. If that was not you: tell an admin.',
    path: '/settings/keys',
  },
  {
    ...own,
    name: 'app_password_made',
    severity: 'warning',
    title: (count) => (count === 1 ? 'A new app password' : `${count} new app passwords`),
    advice: 'If that was not you: revoke it, and set another password.',
    path: '/settings/app-passwords',
  },
];

/** `null` for what nobody is told. */
export function accountNotice({ act, actorId: accountId, facts = {} }: AuditEvent): NoticeEvent | null {
  if (accountId === null) return null;
  const told = { accountId, subject: '' };
  switch (act) {
    case 'session.started':
      return facts['newDevice'] === true
        ? { ...told, kind: 'login_new', details: fromAddress(facts['address']) }
        : null;
    case 'account.recovered':
    case 'account.reopened':
      return { ...told, kind: 'recovery_key_used', details: fromAddress(facts['address']) };
    case 'account.rotated':
      return { ...told, kind: 'account_rotated' };
    case 'password.changed':
      return { ...told, kind: 'password_changed' };
    case 'app_password.made':
      return { ...told, kind: 'app_password_made', details: [`For ${String(facts['scope'])}`] };
    default:
      return null;
  }
}

function fromAddress(address: unknown): string[] {
  return typeof address === 'string' ? [`From ${address}`] : [];
}
