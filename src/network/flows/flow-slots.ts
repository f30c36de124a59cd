const SMALLEST = 4096;

/**
 * Where flows are found: pairs of a hash and an index (and 1; 0 is free), in open addressing with linear probing. It is at
 * most half full, so that a search ends after one or two looks, and both numbers lie in one line of the cache. It grows with
 * the flows: what is spread over more pages than needed is slow to find.
 */
export class FlowSlots {
  slots = new Int32Array(SMALLEST * 2);
  mask = SMALLEST - 1;
  #filled = 0;

  insert(hash: number, index: number): void {
    this.#filled += 1;
    if (this.#filled * 2 > this.mask) this.#grow();
    this.#put(hash, index + 1);
  }

  /** Moves up what stands behind it, so that no search meets a hole (Knuth, 6.4, algorithm R). */
  remove(hash: number, index: number): void {
    const { slots, mask } = this;
    let free = hash & mask;
    while (slots[free * 2 + 1] !== index + 1) free = (free + 1) & mask;
    for (let at = (free + 1) & mask; slots[at * 2 + 1] !== 0; at = (at + 1) & mask) {
      const home = slots[at * 2]! & mask;
      // Stays where it is when its home lies behind what became free.
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      slots[free * 2] = slots[at * 2]!;
      slots[free * 2 + 1] = slots[at * 2 + 1]!;
      free = at;
    }
    slots[free * 2 + 1] = 0;
    this.#filled -= 1;
  }

  #put(hash: number, value: number): void {
    const { slots, mask } = this;
    let at = hash & mask;
    while (slots[at * 2 + 1] !== 0) at = (at + 1) & mask;
    slots[at * 2] = hash;
    slots[at * 2 + 1] = value;
  }

  #grow(): void {
    const before = this.slots;
    this.slots = new Int32Array(before.length * 2);
    this.mask = before.length - 1;
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] !== 0) this.#put(before[at]!, before[at + 1]!);
    }
  }
}
