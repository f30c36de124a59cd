import { randomUUIDv7 } from 'node:crypto';

/** A UUIDv7 (RFC 9562): sorts by the time it was made, so ids double as creation order. */
export function newId(): string {
  return randomUUIDv7();
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for the lower-case text form that {@link newId} makes; anything else never reaches a store. */
export function isId(text: string): boolean {
  return ID.test(text);
}
