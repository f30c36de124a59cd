/** How fast one person may write into one room, change what stands there, or report, on this server. */
import type { Clock } from '../../base/clock.ts';
import type { HoldfastError } from '../../base/errors.ts';
import { remember } from '../../base/memory/remember.ts';
import { chatErrors } from '../errors.ts';

export interface Pace {
  /**
   * Takes one message of somebody, or throws `chat_too_fast` with the time to wait. `slowMs`: the least time between two
   * messages, where the room has such a rule for this person.
   */
  take(roomId: string, speaker: string, slowMs: number | undefined): void;
  /** The same of an edit or a reaction, for which slow mode does not go: everybody in the room is told of them too. */
  takeChange(roomId: string, speaker: string): void;
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
  const knownOf = (name: string): Spoken => spoken.get(name) ?? { left: count, atMs: -Infinity, lastMs: -Infinity };
  const leftOf = ({ left, atMs }: Spoken, nowMs: number): number =>
    Math.min(count, left + (Math.max(0, nowMs - atMs) * count) / everyMs);
  const waitMs = (left: number): number => (left >= 1 ? 0 : ((1 - left) * everyMs) / count);
  const keep = (name: string, now: Spoken): void => remember(spoken, name, now, KEPT);
  const tooFast = (afterMs: number, why = `${count} are taken in ${everyMs / 60_000} min`): HoldfastError =>
    chatErrors('chat_too_fast', { detail: why, extra: { retryAfterMs: Math.ceil(afterMs) } });
  return {
    take(roomId, speaker, slowMs) {
      const name = `${roomId} ${speaker}`;
      const known = knownOf(name);
      const nowMs = clock();
      const left = leftOf(known, nowMs);
      // A clock that was set back makes nobody wait for it.
      const slowWait = slowMs === undefined || nowMs < known.lastMs ? 0 : known.lastMs + slowMs - nowMs;
      const paceWait = waitMs(left);
      if (slowWait > 0) {
        const why = `in this room one message every ${(slowMs ?? 0) / 1000} s, see its rules`;
        throw tooFast(Math.max(slowWait, paceWait), why);
      }
      if (paceWait > 0) throw tooFast(paceWait);
      keep(name, { left: left - 1, atMs: nowMs, lastMs: nowMs });
    },
    takeChange(roomId, speaker) {
      const name = `${roomId} ${speaker}`;
      const known = knownOf(name);
      const nowMs = clock();
      const left = leftOf(known, nowMs);
      if (left < 1) throw tooFast(waitMs(left));
      keep(name, { ...known, left: left - 1, atMs: nowMs });
    },
  };
}
