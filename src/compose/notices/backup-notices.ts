/** What admins are told about second copies. No act brings this about, so that it is looked for again and again. */
import type { Notifications, NoticeKind } from '../../notifications/index.ts';
import type { CopiesStatus } from '../doctor/doctor.ts';

const shared = {
  security: false,
  audience: 'admins',
  names: 'none',
  usual: 'immediate',
  path: '/admin/storage',
} as const;

export const backupNoticeKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'store_missing',
    severity: 'critical',
    title: () => 'A store no longer holds this workspace',
    advice:
      'It was emptied or made anew, or another one is in its place, and every copy in it is gone. See holdfast backup status for which, and what to do.',
  },
  {
    ...shared,
    name: 'copies_overdue',
    severity: 'warning',
    title: () => 'Second copies wait for too long',
    advice: 'See holdfast backup status for the store that fails, and why.',
  },
  {
    ...shared,
    name: 'files_damaged',
    severity: 'critical',
    title: () => 'File versions cannot be read from any store',
    advice: 'See holdfast backup status; put the stores back as they were, from a copy or snapshot of their disks.',
  },
];

/** Tells what is wrong now, each trouble once until it is over or has lasted for long. */
export async function lookAtCopies(
  notifications: Pick<Notifications, 'tellSeldom' | 'isOver'>,
  { overdue, damaged, stores }: Pick<CopiesStatus, 'overdue' | 'damaged' | 'stores'>,
): Promise<void> {
  for (const [kind, number] of [
    ['copies_overdue', overdue],
    ['files_damaged', damaged],
    ['store_missing', stores.filter(({ isMissing }) => isMissing).length],
  ] as const) {
    if (number > 0) await notifications.tellSeldom(kind, { kind, accountId: null, subject: '' });
    else await notifications.isOver(kind);
  }
}
