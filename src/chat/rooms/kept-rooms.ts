import type { Clock } from '../../base/clock.ts';
import { repeat } from '../../base/timing/repeat.ts';
import type { Room } from './room-rows.ts';

/** Opened conversations, for a while after they were used last: then the server forgets their keys. */
export interface KeptRooms extends AsyncDisposable {
  get(roomId: string): Room | undefined;
  keep(room: Room): Room;
}

/** How often keys that are over are looked for, in shares of the time that they are kept. */
const LOOKS = 4;

export function openKeptRooms(keptMs: number, clock: Clock): KeptRooms {
  const rooms = new Map<string, { readonly room: Room; untilMs: number }>();
  const sweep = repeat(Math.max(1000, keptMs / LOOKS), async () => {
    for (const [roomId, { untilMs }] of rooms) if (untilMs <= clock()) rooms.delete(roomId);
  });
  return {
    get(roomId) {
      const kept = rooms.get(roomId);
      if (!kept || kept.untilMs <= clock()) return undefined;
      kept.untilMs = clock() + keptMs;
      return kept.room;
    },
    keep(room) {
      rooms.set(room.roomId, { room, untilMs: clock() + keptMs });
      return room;
    },
    async [Symbol.asyncDispose]() {
      rooms.clear();
      await sweep[Symbol.asyncDispose]();
    },
  };
}
