/** Names of buckets that were ours: whoever makes one next gets what is still sent to it. Pure. */
import { isReserved } from '../discovering/bucket-name.ts';

/** What earlier complete looks at a place have seen, by name, with times in ms since 1970. */
export interface KnownNames {
  readonly seen: Readonly<Record<string, number>>;
  /** When each was first missed. */
  readonly freed: Readonly<Record<string, number>>;
}

export const NO_NAMES: KnownNames = { seen: {}, freed: {} };

/** The newest of them are kept. */
const MOST_FREED = 10_000;

/** After a complete look that saw `names`. What is ours again is not freed any more; what is older than `keptMs` is forgotten. */
export function namesAfter(
  before: KnownNames,
  names: Iterable<string>,
  { nowMs, keptMs }: { readonly nowMs: number; readonly keptMs: number },
): KnownNames {
  const seen = Object.fromEntries([...names].map((name) => [name, nowMs]));
  const missed = Object.keys(before.seen)
    .filter((name) => !isReserved(name))
    .map((name) => [name, nowMs] as const);
  const freed = [...missed, ...Object.entries(before.freed)]
    .filter(([name, sinceMs]) => !Object.hasOwn(seen, name) && nowMs - sinceMs <= keptMs)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, MOST_FREED);
  return { seen, freed: Object.fromEntries(freed) };
}
