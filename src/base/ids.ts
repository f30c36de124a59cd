import { randomUUIDv7 } from 'node:crypto';

/** A clock that was set back by more is followed; until then the order of ids counts for more than their time. */
const MAX_BEHIND_MS = 10_000;
const MAX_COUNT = 0xfff;

let lastMs = 0;
let count = 0;

/**
 * A UUIDv7 (RFC 9562): sorts by the time it was made, so ids double as creation order. Those of one process and one
 * millisecond are told apart by a counter in the 12 bits behind the time, which begins by chance (section 6.2,
 * method 1); 62 bits are random.
 */
export function newId(): string {
  const id = randomUUIDv7();
  const nowMs = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  if (nowMs > lastMs || nowMs < lastMs - MAX_BEHIND_MS) {
    lastMs = nowMs;
    // The upper half is room to count.
    count = Number.parseInt(id.slice(15, 18), 16) >> 1;
  } else if (count < MAX_COUNT) {
    count += 1;
  } else {
    lastMs += 1;
    count = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, '0')}${id.slice(18)}`;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for the lower-case text form that {@link newId} makes; anything else never reaches a store. */
export function isId(text: string): boolean {
  return ID.test(text);
}
