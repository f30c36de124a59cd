/**
 * The numbers that a hash of addresses and ports begins with. Fresh ones for each table: who knew them could make packets
 * that all fall into one place, and stall it.
 */
export interface HashSeed {
  readonly first: number;
  readonly second: number;
}

/** One end of a flow. */
export function hashEnd(seed: HashSeed, a: number, b: number, c: number, d: number, port: number): number {
  let hash = Math.imul(a ^ seed.first, 0x9e3779b1);
  hash ^= hash >>> 15;
  hash = Math.imul(hash ^ port ^ seed.second, 0x85ebca77);
  if ((b | c | d) !== 0) {
    hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae3d);
    hash = Math.imul(hash ^ (hash >>> 16) ^ c, 0x27d4eb2f);
    hash = Math.imul(hash ^ (hash >>> 15) ^ d, 0x165667b1);
  }
  return hash ^ (hash >>> 16);
}

/** Both ends, the same in both directions. */
export function hashFlow(one: number, other: number, protocol: number): number {
  let hash = Math.imul((one + other + protocol) | 0, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  hash = Math.imul(hash, 0x297a2d39);
  return hash ^ (hash >>> 15);
}
