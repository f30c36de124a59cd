/**
 * Who may know of whom: people who share a room. Everybody but guests shares the public ones; of a guest only those know
 * who are in a room with them, and a guest knows only of those.
 */
import { hasCode } from '../../base/errors.ts';
import type { ChatDeps, Person } from '../chat-deps.ts';
import { roomsOf } from '../records.ts';
import { conversationRow } from '../rooms/conversations.ts';
import { membersIn } from '../rooms/members.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';

type Somebody = Pick<Person, 'accountId' | 'role'>;

/** With whom a guest shares a room. */
interface Circle {
  /** One of them is public: with everybody who is no guest. */
  readonly isPublic: boolean;
  readonly accountIds: ReadonlySet<string>;
}

/** Answers, for each reader, those of the people of whom they may know. All who are no guests get the same list where no guest is in it. */
export async function circlesOf<Each extends Somebody>(
  deps: ChatDeps,
  rooms: OpenRooms,
  people: readonly Each[],
): Promise<(reader: Somebody) => Promise<readonly Each[]>> {
  const guests = new Map<string, Circle>();
  for (const { accountId, role } of people) {
    if (role === 'guest') guests.set(accountId, await circleOf(deps, rooms, accountId));
  }
  return async (reader) => {
    const own = reader.role === 'guest' ? await circleOf(deps, rooms, reader.accountId) : null;
    if (!own && guests.size === 0) return people;
    return people.filter((each) => {
      if (each.accountId === reader.accountId) return true;
      if (own) return own.accountIds.has(each.accountId) || (own.isPublic && each.role !== 'guest');
      const circle = guests.get(each.accountId);
      return !circle || circle.isPublic || circle.accountIds.has(reader.accountId);
    });
  };
}

/** The person, as far as the reader may know of them: a name that is typed tells no more than the list of people does. */
export async function knownTo<Each extends Somebody>(
  deps: ChatDeps,
  rooms: OpenRooms,
  reader: Somebody,
  person: Each | null,
): Promise<Each | null> {
  if (!person) return null;
  const [known] = await (await circlesOf(deps, rooms, [person]))(reader);
  return known ?? null;
}

async function circleOf(deps: ChatDeps, rooms: OpenRooms, accountId: string): Promise<Circle> {
  const accountIds = new Set<string>();
  let isPublic = false;
  for (let after: string | undefined; ;) {
    const options = { limit: 1000, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query(roomsOf(accountId), options);
    for (const { sk: roomId } of page.items) {
      const room = await sharedRoom(deps, rooms, accountId, roomId);
      if (room?.isPublic) isPublic = true;
      for (const each of room?.accountIds ?? []) accountIds.add(each);
    }
    after = page.next;
    if (after === undefined) return { isPublic, accountIds };
  }
}

/** `null`: the person is not in it, whatever their list says. */
async function sharedRoom(
  deps: ChatDeps,
  rooms: OpenRooms,
  accountId: string,
  roomId: string,
): Promise<{ readonly isPublic: boolean; readonly accountIds: readonly string[] } | null> {
  const conversation = await conversationRow(deps, roomId);
  if (conversation) {
    const { members } = conversation.row;
    return members.includes(accountId) ? { isPublic: false, accountIds: members } : null;
  }
  try {
    const room = await rooms.read(roomId);
    if ((await rooms.roleIn(room, accountId)) === null) return null;
    const members = await membersIn(deps, roomId);
    return { isPublic: room.kind === 'public', accountIds: members.map((member) => member.accountId) };
  } catch (error) {
    if (hasCode(error, 'chat_room_not_found')) return null;
    throw error;
  }
}
