/** Times and durations of flows, where seconds matter. */

const moment = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'long',
});

/** `seconds` since 1970; to the second, in the zone of the browser. What no clock shows stays a number. */
export function formatMoment(seconds: number): string {
  return isShown(seconds) ? moment.format(seconds * 1000) : String(seconds);
}

/** With the year and the zone. */
export function formatExactMoment(seconds: number): string {
  return isShown(seconds) ? exact.format(seconds * 1000) : String(seconds);
}

// ECMAScript's last day.
function isShown(seconds: number): boolean {
  return Math.abs(seconds) <= 8.64e12;
}

/** `340 ms`, `1.2 s`, `3 min 4 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatSpan(seconds: number): string {
  if (seconds < 0.001) return seconds > 0 ? '< 1 ms' : '0 s';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return pair(whole, 3600, 'h', 60, 'min');
  return pair(whole, 86_400, 'd', 3600, 'h');
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeUnit}${rest === 0 ? '' : ` ${rest} ${smallUnit}`}`;
}
