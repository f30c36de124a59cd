import type { Caller, ChatDeps, Person } from '../chat-deps.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { circlesOf } from './circles.ts';

export interface PeopleQuery {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** 1-200. */
  readonly limit: number;
}

export interface PeoplePage {
  readonly people: readonly Person[];
  readonly next: string | null;
}

/** Everybody who may log in and shares a room with the caller, in order of sign-up. A page may hold fewer, or none. */
export async function listPeople(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  query: PeopleQuery,
): Promise<PeoplePage> {
  const { people, next } = await deps.people(query);
  const known = await circlesOf(deps, rooms, people);
  return { people: await known(caller), next };
}
