import { randomUUIDv7 } from 'node:crypto';

/** A clock that was set back by more is followed; until then the order of ids counts for more than their time. */
const MAX_BEHIND_MS = 10_000;
const MAX_COUNT = 0xfff;

/** By hand `toString(16)` and filling up take longer than all the rest. */
const COUNTS = Array.from({ length: MAX_COUNT + 1 }, (_, each) => each.toString(16).padStart(3, '0'));

/** The time of the last id as it stands there, which sorts as the number does: `0192f0c4-1234`. */
let lastTime = '';
let count = 0;

/**
 * A UUIDv7 (RFC 9562): sorts by the time it was made, so ids double as creation order. Those of one process and one
 * millisecond are told apart by a counter in the 12 bits behind the time, which begins by chance (section 6.2,
 * method 1); 62 bits are random.
 */
export function newId(): string {
  const id = randomUUIDv7();
  const time = id.slice(0, 13);
  if (time > lastTime || msOf(time) < msOf(lastTime) - MAX_BEHIND_MS) {
    lastTime = time;
    // The upper half is room to count.
    count = Number.parseInt(id.slice(15, 18), 16) >> 1;
  } else if (count < MAX_COUNT) {
    count += 1;
  } else {
    const next = (msOf(lastTime) + 1).toString(16).padStart(12, '0');
    lastTime = `${next.slice(0, 8)}-${next.slice(8)}`;
    count = 0;
  }
  return `${lastTime}-7${COUNTS[count] ?? ''}${id.slice(18)}`;
}

function msOf(time: string): number {
  return Number.parseInt(time.slice(0, 8) + time.slice(9), 16);
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for the lower-case text form that {@link newId} makes; anything else never reaches a store. */
export function isId(text: string): boolean {
  return ID.test(text);
}
