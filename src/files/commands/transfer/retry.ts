import { setTimeout as wait } from 'node:timers/promises';
import { hasCode } from '../../../base/errors.ts';

/** Waits in ms before the next tries: a server that restarts is back within these. */
const PAUSES_MS = [250, 1000, 4000, 8000] as const;

/** What may be gone at the next try. A refused certificate or a wrong password never is. */
function mayPass(error: unknown): boolean {
  return hasCode(
    error,
    'connection_lost',
    'server_stalled',
    'server_unreachable',
    'write_contention',
    'idempotency_in_progress',
    'busy',
    'store_unavailable',
    'records_unavailable',
    'shutting_down',
  );
}

/** Repeats `work` when the line or the server failed for the moment; gives up after the last pause. */
export async function withPatience<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
  pauses: readonly number[] = PAUSES_MS,
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      const pause = pauses[failures];
      if (signal.aborted || pause === undefined || !mayPass(error)) throw error;
      await wait(pause, undefined, { signal });
    }
  }
}

/** What will meet every other file too: going on would only repeat it ten thousand times. */
export function stopsAll(error: unknown): boolean {
  return (
    mayPass(error) ||
    hasCode(error, 'session_invalid', 'not_signed_in', 'store_full', 'records_full', 'store_denied', 'drive_read_only')
  );
}
