import type { Person } from '../../../../src/accounts/people/wire.ts';

/** What each role may do, in one sentence. */
export const roles = {
  admin: { label: 'Admin', about: 'Also lets people in and out, and sees the settings and the audit trail.' },
  member: { label: 'Member', about: 'Has a drive, and invites members and guests.' },
  guest: { label: 'Guest', about: 'Sees only what others share.' },
} as const satisfies Record<Person['role'], unknown>;
