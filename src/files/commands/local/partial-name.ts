import { randomUUID } from 'node:crypto';

/**
 * The name of a download until it is whole, in the folder that it goes into. Not made from the target's name: that may
 * have the full 255 bytes already.
 */
export function partialName(): string {
  return `.holdfast-${randomUUID()}.partial`;
}

const PARTIAL = /^\.holdfast-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.partial$/;

/** True for exactly the names that {@link partialName} makes: what a `get` that was killed left behind. */
export function isPartialName(name: string): boolean {
  return PARTIAL.test(name);
}
