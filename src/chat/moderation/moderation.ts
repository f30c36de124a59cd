import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { Place, WriteParts } from '../messages/change-message.ts';
import type { RoomEvent } from '../messages/content.ts';
import { enterRoom } from '../rooms/access.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { RoomRole } from '../rooms/roles.ts';
import { type Act, type ActInRoom, type ActPage, type ActQuery, listActs, listActsOn } from './acts.ts';
import type { FilterRules } from './filter/filter.ts';
import { type HiddenMessage, hideMessage, readHidden, restoreMessage } from './hide.ts';
import { openPace } from './pace.ts';
import {
  listReports,
  type Outcome,
  type Readers,
  type Report,
  type ReportPage,
  type ReportQuery,
  reportMessage,
  resolveReport,
} from './reports.ts';
import { inForce, kick, liftRestriction, restrict } from './restrict.ts';
import { changeRules, type RuleChanges, tryFilter } from './room-rules.ts';
import type { Restriction } from './rules.ts';

/** Whom an act is about, as the moderator names them. */
export type Named = { readonly handle: string } | { readonly sequence: number };

/** What holds in a room, as somebody in it sees it. */
export interface RoomRules {
  readonly room: Room;
  readonly role: RoomRole;
  readonly inForce: readonly Restriction[];
}

/** What moderators do, and what people hear of it. Each function lists its errors where it is defined. */
export interface Moderation {
  /** Throws `chat_room_not_found`. */
  rules(caller: Caller, roomId: string): Promise<RoomRules>;
  /** See {@link changeRules}. */
  changeRules(caller: Caller, roomId: string, changes: RuleChanges): Promise<void>;
  /** See {@link tryFilter}. */
  tryFilter(
    caller: Caller,
    roomId: string,
    wanted: { readonly filter: FilterRules; readonly text: string },
  ): Promise<readonly string[]>;
  /** See {@link restrict}. Throws `chat_member_not_found` as well. */
  restrict(
    caller: Caller,
    roomId: string,
    wanted: {
      readonly whom: Named;
      readonly what: Restriction['what'];
      readonly minutes: number;
      readonly reason: string;
    },
  ): Promise<void>;
  /** See {@link liftRestriction}. */
  lift(
    caller: Caller,
    roomId: string,
    wanted: { readonly restrictionId: string; readonly reason: string },
  ): Promise<void>;
  /** See {@link kick}. Throws `chat_member_not_found` as well. */
  kick(caller: Caller, roomId: string, wanted: { readonly handle: string; readonly reason: string }): Promise<void>;
  /** See {@link hideMessage}. */
  hide(caller: Caller, place: Place, reason: string): Promise<RoomEvent>;
  /** See {@link restoreMessage}. */
  restore(caller: Caller, place: Place, reason: string): Promise<RoomEvent>;
  /** See {@link readHidden}. */
  hidden(caller: Caller, place: Place): Promise<HiddenMessage>;
  /** See {@link reportMessage}. */
  report(
    caller: Caller,
    place: Place,
    wanted: { readonly reason: string; readonly toAdmins: boolean },
  ): Promise<string>;
  /** See {@link listReports}. */
  reports(caller: Caller, readers: Readers, query: ReportQuery): Promise<ReportPage>;
  /** See {@link resolveReport}. */
  resolve(
    caller: Caller,
    readers: Readers,
    wanted: { readonly reportId: string; readonly outcome: Outcome; readonly note: string },
  ): Promise<Report>;
  /** What moderators did in a room, for them. Throws `chat_room_not_found`, `chat_forbidden`. */
  acts(caller: Caller, roomId: string, query: ActQuery): Promise<ActPage<Act>>;
  /** See {@link listActsOn}. */
  actsOn(caller: Caller, query: ActQuery): Promise<ActPage<ActInRoom>>;
}

const HOUR = 3_600_000;

export function openModeration(deps: ChatDeps, parts: WriteParts): Moderation {
  const { rooms } = parts;
  const pace = openPace({ count: deps.settings.chatReportsPerHour, everyMs: HOUR }, deps.clock);
  const personCalled = async (caller: Caller, roomId: string, handle: string) => {
    const person = await deps.personOfHandle(handle);
    if (person) return person;
    // Whether there is somebody of this name is told to those alone who may do something about them.
    await enterRoom(rooms, caller, roomId, 'moderator');
    throw chatErrors('chat_member_not_found');
  };
  return {
    async rules(caller, roomId) {
      const { room, role } = await enterRoom(rooms, caller, roomId);
      return { room, role, inForce: inForce(room.rules, deps.clock()) };
    },
    changeRules: (caller, roomId, changes) => changeRules(deps, rooms, caller, roomId, changes),
    tryFilter: (caller, roomId, wanted) => tryFilter(deps, rooms, caller, roomId, wanted),
    async restrict(caller, roomId, { whom, ...wanted }) {
      const met = 'handle' in whom ? { person: await personCalled(caller, roomId, whom.handle) } : whom;
      await restrict(deps, rooms, caller, roomId, { ...wanted, whom: met });
    },
    lift: (caller, roomId, wanted) => liftRestriction(deps, rooms, caller, roomId, wanted),
    async kick(caller, roomId, { handle, reason }) {
      await kick(deps, rooms, caller, roomId, { person: await personCalled(caller, roomId, handle), reason });
    },
    hide: (caller, place, reason) => hideMessage(deps, parts, caller, place, reason),
    restore: (caller, place, reason) => restoreMessage(deps, parts, caller, place, reason),
    hidden: (caller, place) => readHidden(deps, rooms, caller, place),
    report: (caller, place, wanted) => reportMessage(deps, { rooms, pace }, caller, place, wanted),
    reports: (caller, readers, query) => listReports(deps, rooms, caller, readers, query),
    resolve: (caller, readers, wanted) => resolveReport(deps, rooms, caller, readers, wanted),
    acts: async (caller, roomId, query) =>
      await listActs(deps, (await enterRoom(rooms, caller, roomId, 'moderator')).room, query),
    actsOn: (caller, query) => listActsOn(deps, rooms, caller, query),
  };
}
