/** Sizes, durations and times in words. Decimal units (1 kB = 1000 bytes), as disks and networks count. */

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `0 bytes`, `1 byte`, `999 bytes`, `1.3 GB`: at most three digits that matter. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte';
  let value = bytes;
  let unit = 0;
  // 999.95 and not 1000: what would be rounded up to four digits takes the next unit.
  while (value >= (unit === 0 ? 1000 : 999.5) && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 ? String(value) : value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return `${text} ${UNITS[unit] ?? ''}`;
}

/** `0.4 s`, `8.2 s`, `43 s`, `2 min 5 s`, `3 h 20 min`: for how long something took. */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `0:09`, `12:40`, `1:02:09`: for how long something will take, in a place that changes every moment. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const tail = String(seconds % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`;
}

/** `2026-11-21 23:05`, in the time zone of whoever reads it. */
export function formatTime(atMs: number): string {
  const at = new Date(atMs);
  if (Number.isNaN(at.getTime())) return 'unknown';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

const STEPS = [
  [7 * 86_400_000, 86_400_000, 'day'],
  [86_400_000, 3_600_000, 'hour'],
  [3_600_000, 60_000, 'minute'],
] as const;

/** `just now`, `5 minutes ago`, `in 2 hours`; past a week the date. */
export function formatRelative(atMs: number, nowMs: number): string {
  const distance = Math.abs(nowMs - atMs);
  if (Number.isNaN(distance)) return 'unknown';
  if (distance < 60_000) return 'just now';
  if (distance >= 7 * 86_400_000) return formatTime(atMs);
  const [, size, unit] = STEPS.findLast(([below]) => distance < below) ?? STEPS[0];
  const number = count(Math.floor(distance / size), unit);
  return atMs <= nowMs ? `${number} ago` : `in ${number}`;
}

/** `1 file`, `2 files`, `0 copies`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? singular : plural}`;
}
