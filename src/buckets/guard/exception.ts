/**
 * A bucket that is meant to be as it is says so by a tag: `owner=ada@example.org until=2027-01-31 reason=press kit`. Who
 * it is for, until when and why have to be there, so that nobody forgets it.
 */
import { timestamp } from '../../base/clock.ts';

export interface Exception {
  readonly owner: string;
  readonly reason: string;
  /** The day after which it holds no longer, as `2027-01-31`. */
  readonly until: string;
}

/** `invalid` says why a tag that is there does not count. */
export type ReadException =
  | { readonly exception: Exception; readonly invalid: null }
  | { readonly exception: null; readonly invalid: string | null };

const DAY_MS = 86_400_000;

/** `mostMs`: an exception that runs longer than that does not count. */
export function readException(value: string | undefined, nowMs: number, mostMs: number): ReadException {
  if (value === undefined) return { exception: null, invalid: null };
  const owner = /(?:^|\s)owner=(\S+)/.exec(value)?.[1];
  const until = /(?:^|\s)until=(\d{4}-\d{2}-\d{2})(?:\s|$)/.exec(value)?.[1];
  const reason = /(?:^|\s)reason=(.*?)(?=\s+(?:owner|until)=|$)/.exec(value)?.[1]?.trim();
  if (!owner) return none('it names no owner');
  if (!reason) return none('it gives no reason');
  const endMs = until === undefined ? Number.NaN : Date.parse(`${until}T00:00:00Z`) + DAY_MS;
  if (until === undefined || Number.isNaN(endMs)) return none('it has no day until when, as in until=2027-01-31');
  if (endMs <= nowMs) return none(`it ended with ${until}`);
  if (endMs - nowMs > mostMs + DAY_MS) return none(`it runs beyond ${timestamp(nowMs + mostMs).slice(0, 10)}`);
  return { exception: { owner, reason, until }, invalid: null };
}

function none(invalid: string): ReadException {
  return { exception: null, invalid };
}
