/** Times of day where somebody lives. Days on which clocks change have 23 or 25 hours, and are taken as they are. */

const MINUTE = 60_000;
const DAY_MINUTES = 1440;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws `RangeError` for a time zone that there is not. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    formats.set(timeZone, format);
  }
  return format;
}

export function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +02:00 are taken as well, and know no summer.
    return /^[A-Za-z0-9_+\-/]{1,64}$/.test(name) && formatOf(name) !== null;
  } catch {
    return false;
  }
}

export function isTimeOfDay(text: string): boolean {
  return /^([01][0-9]|2[0-3]):[0-5][0-9]$/.test(text);
}

/** Minutes since midnight, there. */
function minuteOfDay(atMs: number, timeZone: string): number {
  return minutesOf(formatOf(timeZone).format(atMs));
}

/** `HH:MM` in minutes. */
function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The next moment after `nowMs` at which clocks there show `time`, to the full minute. */
export function nextTimeOfDay(nowMs: number, timeZone: string, time: string): number {
  const wanted = minutesOf(time);
  const distance = (wanted - minuteOfDay(nowMs, timeZone) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const straight = nowMs - (nowMs % MINUTE) + distance * MINUTE;
  // The clocks changed in between: by what they are off now.
  const off = (minuteOfDay(straight, timeZone) - wanted + DAY_MINUTES * 1.5) % DAY_MINUTES;
  const mended = straight - (off - DAY_MINUTES / 2) * MINUTE;
  return mended > nowMs ? mended : straight;
}

/** The next full hour of the clocks there. */
export function nextHour(nowMs: number, timeZone: string): number {
  return nowMs - (nowMs % MINUTE) + (60 - (minuteOfDay(nowMs, timeZone) % 60)) * MINUTE;
}

/** When the quiet hours end that `atMs` lies in; `null` when it lies in none. */
export function endOfQuiet(
  atMs: number,
  timeZone: string,
  { from, to }: { readonly from: string; readonly to: string },
): number | null {
  const [start, end, now] = [minutesOf(from), minutesOf(to), minuteOfDay(atMs, timeZone)];
  const isIn = start <= end ? now >= start && now < end : now >= start || now < end;
  return isIn ? nextTimeOfDay(atMs, timeZone, to) : null;
}
