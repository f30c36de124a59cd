/** What admins are told of what the guard of an AWS account saw. The account itself has mailed it to whom it concerns. */
import type { Accounts } from '../../accounts/index.ts';
import type { WorkspaceNotice } from '../../buckets/index.ts';
import { count } from '../../base/text/quantities.ts';
import { visible } from '../../base/text/visible.ts';
import type { NoticeEvent, NoticeKind } from '../../notifications/index.ts';
import type { HostHolder } from '../../base/http/access.ts';
import { type HostNoticesDeps, noticeOfHost, openHostNotices } from './host-watches.ts';
import { tellOnce, type TellOnceDeps } from './tell-once.ts';

const shared = { audience: 'admins', names: 'resource', usual: 'immediate', mailedElsewhere: true } as const;

export const guardNoticeKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'bucket_objects',
    severity: 'info',
    security: false,
    title: (number) => `${count(number, 'change')} to objects in buckets`,
    advice: 'See the bucket; holdfast buckets notices off BUCKET where nobody needs to hear of it.',
    path: null,
  },
  {
    ...shared,
    name: 'bucket_objects_burst',
    severity: 'critical',
    security: true,
    title: () => 'Very many objects of a bucket were deleted, overwritten or opened at once',
    advice: 'Find out who did it and stop it; where the bucket keeps versions, they can be brought back.',
    path: null,
  },
  {
    ...shared,
    name: 'bucket_guard',
    severity: 'warning',
    security: true,
    title: () => 'The guard of an account saw or mended something',
    advice: 'See what it says, and holdfast buckets audit.',
    path: '/security/buckets',
  },
];

/** The same as somebody's `buckets watch` saw it, which mails nobody and knows what an ACL gives. */
export const watchedNoticeKinds: readonly NoticeKind[] = [
  ...guardNoticeKinds.filter(({ name }) => name !== 'bucket_guard'),
  {
    ...shared,
    name: 'bucket_objects_opened',
    severity: 'critical',
    security: true,
    title: () => 'A bucket or objects in it were opened to everyone',
    advice:
      'Close it where nobody meant it: holdfast buckets audit --bucket NAME --sample 20 shows by what they get in.',
    path: null,
  } satisfies NoticeKind,
].map(({ mailedElsewhere: _, ...kind }) => ({ ...kind, name: kind.name.replace('bucket', 'watched') }));

/** The same for the owner of the bucket, who is no admin. */
export const ownedNoticeKinds: readonly NoticeKind[] = watchedNoticeKinds.map((kind) => ({
  ...kind,
  name: kind.name.replace('watched', 'owned'),
  audience: 'person',
  advice: 'It is about a bucket that is said to be yours. If nobody of yours did it, tell an admin.',
}));

const KINDS = {
  objects: 'bucket_objects',
  burst: 'bucket_objects_burst',
  opened: 'bucket_objects_opened',
  guard: 'bucket_guard',
} as const;
/** Of one event. */
const MOST = 10_000;

export function guardNotice({ kind, about, count: number, lines }: WorkspaceNotice): NoticeEvent {
  return {
    kind: KINDS[kind],
    accountId: null,
    subject: about,
    count: kind === 'objects' ? Math.min(number, MOST) : 1,
    details: lines,
  };
}

type Watched = readonly (Omit<WorkspaceNotice, 'kind'> & {
  readonly kind: 'objects' | 'burst' | 'opened';
  readonly owner?: string;
})[];

/**
 * Tells what somebody's watch saw: the admins, and the owner of the bucket where that is a person of the workspace. What a
 * host says is for admins alone, who know what it is. Throws `host_notices_many` where a host tells too much.
 */
export function tellWatched({
  personOfEmail,
  ...deps
}: TellOnceDeps & HostNoticesDeps & Pick<Accounts, 'personOfEmail'>): (
  watched: Watched,
  host: HostHolder | null,
) => Promise<void> {
  const takeFrom = openHostNotices(deps);
  return async (watched, host) => {
    if (host !== null) takeFrom(host, watched.length);
    for (const { owner, ...each } of watched) {
      const notice = host === null ? each : noticeOfHost(each, host);
      const event = guardNotice(notice);
      const [first = '', ...lines] = notice.lines;
      const details = owner === undefined ? notice.lines : [`${first} (owner: ${visible(owner)})`, ...lines];
      const events: NoticeEvent[] = [{ ...event, details, kind: event.kind.replace('bucket', 'watched') }];
      const person = owner === undefined || host !== null ? null : await personOfEmail(owner);
      // An admin has heard of it.
      if (person !== null && person.role !== 'admin') {
        events.push({ ...event, kind: event.kind.replace('bucket', 'owned'), accountId: person.accountId });
      }
      await tellOnce(notice.id, events, deps);
    }
  };
}
