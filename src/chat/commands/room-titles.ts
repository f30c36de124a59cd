import type { ApiClient } from '../../base/commands/command.ts';
import { visible } from '../../base/text/visible.ts';
import type { PeopleReply, RoomView } from '../wire.ts';

const PAGE = 200;

/**
 * What rooms are called on a terminal, as they are typed: `#general`, and `@grace,@edsger` for a conversation with these two.
 * Who is not known any more is `@?`.
 */
export async function roomTitles(api: ApiClient, rooms: readonly RoomView[]): Promise<(room: RoomView) => string> {
  const isDirect = ({ kind }: RoomView): boolean => kind === 'direct';
  if (!rooms.some(isDirect)) return ({ name }) => `#${visible(name)}`;
  const { accountId: me } = await api.get<{ readonly accountId: string }>('/account');
  const handles = new Map<string, string>();
  for (let after = ''; ;) {
    const page: PeopleReply = await api.get<PeopleReply>(`/chat/people?limit=${PAGE}${after}`);
    for (const { accountId, handle } of page.people) handles.set(accountId, handle);
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  return (room) => {
    if (!isDirect(room)) return `#${visible(room.name)}`;
    const others = room.people.filter((each) => each !== me);
    return others.map((each) => `@${visible(handles.get(each) ?? '?')}`).join(',');
  };
}
