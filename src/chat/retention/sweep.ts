import { errorFacts } from '../../base/error-facts.ts';
import { startLeasedLoop } from '../../storage/index.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { ROOMS, type RoomRow } from '../records.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { forgetOld } from './forget.ts';

export interface RetentionSweep extends AsyncDisposable {
  /** Some room keeps less from now on. */
  notify(): void;
  /** Removes what is due, now, whoever holds the lease. */
  sweep(): Promise<void>;
}

/** Looks for what rooms keep no longer, in the background and on one server at a time. */
export function startRetentionSweep(deps: ChatDeps, rooms: OpenRooms): RetentionSweep {
  const { chatRetentionSweepMs: pollMs, chatRetentionLeaseMs: leaseMs } = deps.settings;
  const sweep = async (signal: AbortSignal): Promise<void> => {
    for await (const roomId of forgetful(deps)) {
      if (signal.aborted) return;
      try {
        await forgetOld(deps, rooms, roomId, signal);
      } catch (error) {
        // The others are not kept for longer because of it; the next turn tries again.
        deps.log.error({ roomId, ...errorFacts(error) }, 'What a room keeps no longer could not be removed');
      }
    }
  };
  const loop = startLeasedLoop({
    ...deps,
    name: 'chat-retention',
    leaseMs,
    pollMs,
    isNeeded: async () => !(await forgetful(deps).next()).done,
    async work(signal) {
      await sweep(signal);
      return null;
    },
  });
  return {
    notify: () => loop.notify(),
    sweep: () => sweep(loop.stopping),
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/** Rooms that keep not everything, or did not once: what was begun then is brought to its end. */
async function* forgetful({ records }: ChatDeps): AsyncGenerator<string> {
  for (let after: string | undefined; ;) {
    const page = await records.query<RoomRow>(ROOMS, { limit: 500, ...(after === undefined ? {} : { after }) });
    for (const { sk: roomId, value } of page.items) {
      const { retentionDays = 0, forgottenUpTo = 0 } = value;
      if (retentionDays > 0 || forgottenUpTo > 0) yield roomId;
    }
    after = page.next;
    if (after === undefined) return;
  }
}
