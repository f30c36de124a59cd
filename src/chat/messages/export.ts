import type { ChatDeps } from '../chat-deps.ts';
import { messageView } from '../http/views.ts';
import type { Room } from '../rooms/room-rows.ts';
import { asTheyAre } from './changes.ts';
import { readEdits } from './edits.ts';
import { eventsAfter, positionOf } from './log.ts';

const PAGE = 200;

/** Everything that stands in a room, in order, as JSON Lines: a message as over HTTP, with the texts that it had before. */
export async function* exportRoom(deps: ChatDeps, room: Room): AsyncGenerator<string> {
  // What is said from then on is not for somebody who reads slowly, and may have been put out of the room meanwhile.
  const { sequence: end } = await positionOf(deps, room.roomId);
  for (let after = 0; after < end;) {
    const events = await eventsAfter(deps, room, after, Math.min(PAGE, end - after));
    const last = events.at(-1);
    if (!last) return;
    for (const event of await asTheyAre(deps, room, events)) {
      if (event.content?.kind === 'change') continue;
      const edits = event.changes?.edits ? await readEdits(deps, room, event.sequence) : [];
      yield `${JSON.stringify({ ...messageView(event), edits })}\n`;
    }
    after = last.sequence;
    await new Promise(setImmediate);
  }
}
