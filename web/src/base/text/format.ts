/** Sizes, times and counts as the person's own locale writes them. */

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** Making a formatter takes longer than a row of a long list may; there are few, and each is made once. */
function made<Options extends object, Formatter>(make: (locale: string | undefined, options: Options) => Formatter) {
  const known = new Map<string, Formatter>();
  return (locale: string | undefined, options: Options): Formatter => {
    const key = JSON.stringify([locale, options]);
    const found = known.get(key) ?? make(locale, options);
    known.set(key, found);
    return found;
  };
}
const numbers = made((locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
const dates = made((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));
const spans = made((locale, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options));

/** Decimal, as disks and file managers of today count: 1 500 000 bytes are 1.5 MB. */
export function formatSize(bytes: number, locale?: string): string {
  let value = bytes;
  let at = 0;
  // 999.95 would be written as 1,000.
  while (value >= 999.95 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return numbers(locale, {
    style: 'unit',
    unit: units[at] ?? 'byte',
    unitDisplay: at === 0 ? 'long' : 'short',
    maximumFractionDigits: at === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

export function formatCount(count: number, locale?: string): string {
  return numbers(locale, {}).format(count);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const JUST_NOW = 'Just now';

/** "5 minutes ago" up to a week, then the date. `now` in milliseconds. */
export function formatTime(time: string, now: number, locale?: string): string {
  const atMs = Date.parse(time);
  const agoMs = now - atMs;
  // Clocks of two machines differ by seconds; "in 3 seconds" would only puzzle.
  if (Math.abs(agoMs) < MINUTE_MS) return JUST_NOW;
  if (Math.abs(agoMs) >= 7 * DAY_MS) {
    const thisYear = new Date(now).getFullYear() === new Date(atMs).getFullYear();
    const year = thisYear ? {} : ({ year: 'numeric' } as const);
    return dates(locale, { day: 'numeric', month: 'short', ...year }).format(atMs);
  }
  const relative = spans(locale, { numeric: 'always' });
  if (Math.abs(agoMs) < HOUR_MS) return relative.format(-Math.round(agoMs / MINUTE_MS), 'minute');
  if (Math.abs(agoMs) < DAY_MS) return relative.format(-Math.round(agoMs / HOUR_MS), 'hour');
  return relative.format(-Math.round(agoMs / DAY_MS), 'day');
}

/** The day alone, for what ends on one. */
export function formatDay(time: string, locale?: string): string {
  return dates(locale, { dateStyle: 'medium' }).format(Date.parse(time));
}

/** To the second, for who points at a time. */
export function formatExactTime(time: string, locale?: string): string {
  return dates(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(Date.parse(time));
}

/** "3 min left": rough, because it is a guess. */
export function formatDuration(ms: number, locale?: string): string {
  const [value, unit] =
    ms < MINUTE_MS
      ? [Math.max(1, Math.round(ms / 1000)), 'second']
      : ms < HOUR_MS
        ? [Math.round(ms / MINUTE_MS), 'minute']
        : [Math.round(ms / HOUR_MS), 'hour'];
  return numbers(locale, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(Number(value));
}

/** "1 file", "3 files". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** The time of day, to the minute. */
export function formatClock(time: string, locale?: string): string {
  return dates(locale, { hour: '2-digit', minute: '2-digit' }).format(Date.parse(time));
}

/** "Today", "Yesterday", else the day with its weekday. `now` in milliseconds since 1970. */
export function formatDate(time: string, now: number, locale?: string): string {
  const midnight = (atMs: number): number => new Date(atMs).setHours(0, 0, 0, 0);
  const ago = Math.round((midnight(now) - midnight(Date.parse(time))) / DAY_MS);
  if (ago === 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  const year = new Date(now).getFullYear() === new Date(time).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return dates(locale, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(Date.parse(time));
}
