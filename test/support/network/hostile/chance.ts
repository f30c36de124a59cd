/** Chance that is the same for the same number, and what it does to bytes. */

/** Numbers from 0 to `below`, less one. */
export type Chance = (below: number) => number;

export function chanceOf(seed: number): Chance {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const EDGES = [0, 1, 4, 5, 6, 15, 16, 20, 40, 44, 60, 64, 127, 128, 254, 255];

/** Bytes set to others, runs taken out or put in twice. */
export function damaged(bytes: readonly number[], chance: Chance, times: number): number[] {
  const result = [...bytes];
  for (let round = 0; round < times && result.length > 0; round += 1) {
    const at = chance(result.length);
    const run = 1 + chance(8);
    switch (chance(6)) {
      case 0:
        result.splice(at, run);
        break;
      case 1:
        result.splice(at, 0, ...result.slice(at, at + run));
        break;
      case 2:
        result.length = at;
        break;
      case 3:
        result[at] = EDGES[chance(EDGES.length)] ?? 0;
        break;
      default:
        result[at] = chance(256);
    }
  }
  return result;
}
