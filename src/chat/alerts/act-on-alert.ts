import { actorOf } from '../../base/audit-event.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { changeMessage, type Place, type WriteParts } from '../messages/change-message.ts';
import { messageAt } from '../messages/changes.ts';
import type { RoomEvent } from '../messages/content.ts';
import { requireWriter } from '../rooms/access.ts';
import { actionsOf, alertOf } from './alert.ts';

export interface Decision {
  readonly actionId: string;
  /** Why, for what is kept with a finding. */
  readonly reason: string;
  /** Until when a finding is accepted; `null`: for good. */
  readonly untilMs: number | null;
}

/**
 * Does what an alert offers, once, and shows who did. Being in the room is not enough: whether the caller may is decided
 * where the thing itself decides it. Throws `chat_room_not_found`, `chat_action_not_found`, what acting throws, and what
 * changing a message throws.
 */
export async function actOnAlert(
  deps: ChatDeps,
  parts: WriteParts,
  caller: Caller,
  place: Place,
  { actionId, reason, untilMs }: Decision,
): Promise<RoomEvent> {
  const room = await parts.rooms.read(place.roomId, caller);
  // Before anything is done: that it cannot be shown here must be known first.
  await requireWriter(parts.rooms, room, caller, 'Do what an alert offers');
  const message = await messageAt(deps, room, place.sequence);
  const alert = message && alertOf(message);
  const action = alert && actionsOf(alert).find((each) => each.actionId === actionId);
  if (!message || !action) throw chatErrors('chat_action_not_found');
  const { verb, findingId } = action;
  // After a crash in between it is done again, which says the same again.
  if (!message.changes?.acted?.[actionId]) await deps.decide(caller, { verb, findingId, reason, untilMs });
  return await changeMessage(deps, parts, caller, place, 'acted', ({ changes }) => {
    if (changes.acted?.[actionId]) return null;
    const done = { by: caller.accountId, handle: caller.handle, atMs: deps.clock() };
    return {
      changes: { ...changes, acted: { ...changes.acted, [actionId]: done } },
      beside: deps.audit.operations({
        act: 'chat_alert.acted_on',
        ...actorOf(caller),
        subjectIds: [place.roomId],
        facts: { sequence: place.sequence, verb, findingId },
      }),
    };
  });
}
