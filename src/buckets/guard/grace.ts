/** How long a bucket is left to whoever makes or changes it, and a queue that delays messages by less than that. */
import type { GuardConfig } from './config.ts';
import type { GuardEvent } from './event.ts';

/** The queue whose messages come after the grace time. */
export interface GraceQueue extends AsyncDisposable {
  /** The same message comes again after `seconds`, at most {@link LONGEST_DELAY_S}. */
  again(body: string, seconds: number): Promise<void>;
}

/** Amazon SQS delays no message for longer. */
export const LONGEST_DELAY_S = 900;

type Grace = Pick<GuardConfig, 'graceMinutes'>;

/** When a bucket may be mended after a call, in ms since 1970. */
export function graceUntilMs({ time }: Pick<GuardEvent, 'time'>, { graceMinutes }: Grace): number {
  return (Date.parse(time) || 0) + graceMinutes * 60_000;
}

/** Seconds that a message still has to wait; 0: it is time. A time that no clock would show counts as over. */
export function delaySeconds(event: Pick<GuardEvent, 'time'>, config: Grace, nowMs: number): number {
  const leftMs = graceUntilMs(event, config) - nowMs;
  // What the queue delays by itself is not counted again, to the second.
  if (config.graceMinutes * 60 <= LONGEST_DELAY_S || leftMs <= 0 || leftMs > config.graceMinutes * 60_000) return 0;
  return Math.min(LONGEST_DELAY_S, Math.ceil(leftMs / 1000));
}
