import { createHash } from 'node:crypto';

/** Choices that come out the same for the same seed. */
export interface Seeded {
  /** 0 inclusive to 1 exclusive. */
  fraction(): number;
  /** `from` to `to`, both inclusive. */
  whole(from: number, to: number): number;
  /** One of these; they must not be empty. */
  pick<Item>(items: readonly Item[]): Item;
  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
}

/** mulberry32 over a hash of the seed's text: small, and good enough to choose by. */
export function seeded(seed: string): Seeded {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number): number => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    whole,
    pick<Item>(items: readonly Item[]) {
      if (items.length === 0) throw new RangeError('Pick from nothing');
      return items[whole(0, items.length - 1)] as Item;
    },
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>) {
      const names = Object.keys(weights) as Name[];
      let left = fraction() * names.reduce((sum, name) => sum + weights[name], 0);
      return names.find((name) => (left -= weights[name]) < 0) ?? (names.at(-1) as Name);
    },
  };
}
