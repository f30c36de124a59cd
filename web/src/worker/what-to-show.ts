/** What a push shows. It says nothing itself: this is made of what the server answers to the login of this browser. */
import type { RoomView } from '../../../src/chat/wire.ts';
import type { NoticeView } from '../../../src/notifications/wire.ts';

export interface Shown {
  readonly title: string;
  readonly body: string;
  /** One with the same tag takes the place of the one before. */
  readonly tag: string;
  /** Where a click leads. */
  readonly path: string;
}

export type News = Pick<NoticeView, 'noticeId' | 'kind' | 'title' | 'link'>;
export type RoomWithNews = Pick<RoomView, 'roomId' | 'kind' | 'unread'>;

const TAG = 'holdfast';

/** One line, also where there is nothing to say: browsers take the right to push from whoever shows nothing. */
export function whatToShow(
  [newest, ...others]: readonly News[],
  unread: number,
  rooms: readonly RoomWithNews[],
): Shown {
  if (!newest) return { title: 'Holdfast', body: 'What was new is read by now.', tag: TAG, path: '/' };
  const roomId = roomOf(newest, rooms);
  const more = Math.max(unread - 1, others.length);
  const body = more === 0 ? 'Open Holdfast to see it.' : `And ${more === 1 ? 'one more' : `${more} more`} not read.`;
  return {
    title: newest.title,
    body,
    tag: roomId === null ? `notice:${newest.noticeId}` : tagOfRoom(roomId),
    path: roomId === null ? (newest.link ?? '/') : `/chat/rooms/${encodeURIComponent(roomId)}`,
  };
}

/** Where the server does not tell. `signedOut`: this browser has no login any more. */
export function withoutNews(signedOut: boolean): Shown {
  const body = signedOut ? 'Something happened. Log in to see it.' : 'Something happened. Open Holdfast to see it.';
  return { title: 'Holdfast', body, tag: TAG, path: '/' };
}

/** A page that tells the same of a room uses it too, so that nobody is told twice. */
export function tagOfRoom(roomId: string): string {
  return `room:${roomId}`;
}

export function isAboutChat({ kind }: Pick<News, 'kind'>): boolean {
  return kind === 'chat_mention' || kind === 'chat_direct';
}

/** A notice does not name its room, but there may be only one that it can be about. */
function roomOf(notice: News, rooms: readonly RoomWithNews[]): string | null {
  if (!isAboutChat(notice)) return null;
  const fits = ({ kind, unread }: RoomWithNews): boolean =>
    notice.kind === 'chat_direct' ? kind === 'direct' && unread.messages > 0 : unread.mentions > 0;
  const [only, another] = rooms.filter(fits);
  return only && !another ? only.roomId : null;
}
