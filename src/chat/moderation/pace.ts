/** How fast one person may write into one room, or report, on this server. */
import type { Clock } from '../../base/clock.ts';
import { chatErrors } from '../errors.ts';

export interface Pace {
  /**
   * Takes one message of somebody, or throws `chat_too_fast` with the time to wait. `slowMs`: the least time between two
   * messages, where the room has such a rule for this person.
   */
  take(roomId: string, speaker: string, slowMs: number | undefined): void;
}

interface Spoken {
  /** Messages that may still be sent at once. */
  left: number;
  atMs: number;
  lastMs: number;
}

/** People and rooms that are remembered; whoever is forgotten starts afresh. */
const KEPT = 20_000;

/** `count` at once, and again as many spread over each `everyMs`. */
export function openPace({ count, everyMs }: { readonly count: number; readonly everyMs: number }, clock: Clock): Pace {
  const spoken = new Map<string, Spoken>();
  return {
    take(roomId, speaker, slowMs) {
      const name = `${roomId} ${speaker}`;
      const known = spoken.get(name) ?? { left: count, atMs: -Infinity, lastMs: -Infinity };
      const nowMs = clock();
      const left = Math.min(count, known.left + (Math.max(0, nowMs - known.atMs) * count) / everyMs);
      // A clock that was set back makes nobody wait for it.
      const slowWait = slowMs === undefined || nowMs < known.lastMs ? 0 : known.lastMs + slowMs - nowMs;
      const paceWait = left >= 1 ? 0 : ((1 - left) * everyMs) / count;
      const retryAfterMs = Math.ceil(Math.max(slowWait, paceWait));
      if (retryAfterMs > 0) {
        const detail =
          slowWait > 0
            ? `in this room one message every ${(slowMs ?? 0) / 1000} s, see its rules`
            : `${count} are taken in ${everyMs / 60_000} min`;
        throw chatErrors('chat_too_fast', { detail, extra: { retryAfterMs } });
      }
      spoken.delete(name);
      spoken.set(name, { left: left - 1, atMs: nowMs, lastMs: nowMs });
      const oldest = spoken.keys().next();
      if (spoken.size > KEPT && !oldest.done) spoken.delete(oldest.value);
    },
  };
}
