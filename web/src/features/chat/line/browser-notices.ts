/** Messages for this person, shown by the browser while a tab is open: whoever looks at the room sees them there. */
import { queryClient } from '../../../app/query-client.ts';
import { tagOfRoom } from '../../../worker/what-to-show.ts';
import { ability, show, takeBack } from '../../notifications/browser/ability.ts';
import { choiceOf } from '../../notifications/browser/choice.ts';
import { type Member, membersOptions, peopleOptions, type RoomView } from '../api.ts';
import { markedName } from '../message/author-mark.ts';
import { announced, type Announcement } from './announce.ts';
import { isLookedAt } from './looking.ts';

/** Each announcement, for as long as the app runs. */
export function showAnnounced(me: () => string): void {
  announced.subscribe(() => {
    const last = announced.get();
    const accountId = me();
    if (!last?.isForMe || ability() !== 'granted' || !choiceOf(accountId).open) return;
    // What cannot be shown is counted in the side bar all the same.
    tell(last).catch(() => undefined);
  });
}

async function tell({ message, room }: Announcement): Promise<void> {
  const { roomId, sequence, author } = message;
  if (await isLookedAt(roomId)) return;
  const name = markedName(author, await nameOf(room, author.accountId, author.handle));
  const path = `/chat/rooms/${encodeURIComponent(roomId)}`;
  const title = room.kind === 'direct' ? `${name} wrote to you` : `${name} named you in #${room.name}`;
  await show({ title, body: 'Open Holdfast to read it.', tag: tagOfRoom(roomId), path }, sequence);
}

async function nameOf({ roomId, kind }: RoomView, accountId: string | null, handle: string): Promise<string> {
  type People = readonly Pick<Member, 'accountId' | 'name'>[];
  // In a public room people write who never joined it.
  const asked: Promise<People> =
    kind === 'public' ? queryClient.query(peopleOptions) : queryClient.query(membersOptions(roomId));
  const people = await asked.catch((): People => []);
  return people.find((each) => each.accountId === accountId)?.name ?? handle;
}

/** Somebody looks at the room now. */
export function takeBackShown(roomId: string): void {
  takeBack(tagOfRoom(roomId)).catch(() => undefined);
}
