import { type LogDeps, positionOf } from './log.ts';
import { logOf, RUNS, runAt, type RunRow } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';
import { eventsOf, spanOf } from './run-rows.ts';

/**
 * The sequence before the first event at or after a time: pass it as `after`. By halving, since time never goes back in
 * a room: some twenty small reads for a million messages.
 */
export async function sequenceBefore(deps: LogDeps, room: Room, atMs: number): Promise<number> {
  const { roomId } = room;
  let low = 0;
  let high = (await positionOf(deps, roomId)).sequence;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const options = { prefix: RUNS, after: runAt(middle), limit: 1 };
    const [run] = (await deps.records.query<RunRow>(logOf(roomId), options)).items;
    if (!run) return middle;
    const { first, last } = spanOf(run);
    const { fromMs, toMs } = run.value;
    if (toMs < atMs) low = last;
    else if (fromMs >= atMs) high = Math.min(middle, first - 1);
    // Its first event is earlier, its last is not.
    else return first + eventsOf(room, run).findLastIndex((event) => event.atMs < atMs);
  }
  return low;
}
