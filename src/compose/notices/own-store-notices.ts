/** What admins are told about the buckets that the workspace keeps its files in. */
import type { OwnBucketsSeen } from '../../buckets/index.ts';
import type { Notifications, NoticeKind } from '../../notifications/index.ts';

const shared = {
  security: true,
  audience: 'admins',
  names: 'none',
  usual: 'immediate',
  path: '/security/findings',
} as const;

export const ownStoreNoticeKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'own_bucket_loose',
    severity: 'critical',
    title: () => 'A bucket of this workspace is not as closed as it should be',
    advice: 'See holdfast findings list --source buckets, and holdfast buckets fix BUCKET for what would mend it.',
  },
  {
    ...shared,
    name: 'own_bucket_unread',
    severity: 'warning',
    title: () => 'Nobody can say whether the buckets of this workspace are closed',
    advice:
      'Not all of their settings can be read: holdfast findings list --source buckets says which, and docs/buckets.md which rights the server needs for it.',
  },
  {
    ...shared,
    name: 'own_bucket_mended',
    severity: 'warning',
    title: () => 'A bucket of this workspace was loosened, and was mended at once',
    advice: 'Find out who loosened it; what was replaced lies in the folder guard/ of the server, as a receipt.',
  },
];

/** Tells what is wrong now, once until it is over or has lasted for long. */
export async function lookAtOwnStores(
  notifications: Pick<Notifications, 'tellSeldom' | 'isOver'>,
  { loose, unread, mended, failed }: OwnBucketsSeen,
): Promise<void> {
  for (const [kind, some] of [
    ['own_bucket_loose', loose],
    ['own_bucket_unread', [...unread, ...failed]],
    ['own_bucket_mended', mended],
  ] as const) {
    if (some.length > 0) await notifications.tellSeldom(kind, { kind, accountId: null, subject: '' });
    // Of one that could not be looked at nobody knows that it is over.
    else if (failed.length === 0) await notifications.isOver(kind);
  }
}
