import { timestamp } from '../../base/clock.ts';
import { commandErrors } from '../../base/commands/errors.ts';

/** `2026-12-31`, the end of that day here; `30d`, so many days from now; `null` for nothing. Throws `usage_invalid`. */
export function untilFrom(text: string | undefined, nowMs: number): string | null {
  if (text === undefined) return null;
  const days = /^([1-9][0-9]{0,3})d$/.exec(text);
  if (days) return timestamp(nowMs + Number(days[1]) * 86_400_000);
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const end = day ? new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]) + 1) : null;
  if (end && end.getTime() > nowMs) return timestamp(end.getTime());
  throw commandErrors('usage_invalid', {
    detail: `--until takes a day to come (2026-12-31) or a number of days (30d), not “${text}”`,
  });
}
