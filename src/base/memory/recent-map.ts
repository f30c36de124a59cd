interface Entry<Value> {
  value: Value;
  /** Since it was put in, or was last passed over. */
  isUsed: boolean;
}

/**
 * A map of at most so many entries: for a new one the oldest that nobody has asked for goes. Asking leaves a mark and moves
 * nothing: in a map that keeps its entries in order of use, that is most of what a look-up takes.
 */
export class RecentMap<Key, Value> {
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #most: number;
  /** Goes round and round: a map that has lost many of its first entries takes long to find the first that is left. */
  #hand = this.#entries.entries();

  /** `most`: at least 1. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    entry.isUsed = true;
    return entry.value;
  }

  set(key: Key, value: Value): void {
    const entry = this.#entries.get(key);
    if (entry) {
      entry.value = value;
      return;
    }
    if (this.#entries.size >= this.#most) this.#dropOne();
    this.#entries.set(key, { value, isUsed: false });
  }

  /** Those that were used are passed over once: their marks are gone then, so that this ends. */
  #dropOne(): void {
    for (;;) {
      const next = this.#hand.next();
      if (next.done) {
        this.#hand = this.#entries.entries();
        continue;
      }
      const [key, entry] = next.value;
      if (!entry.isUsed) {
        this.#entries.delete(key);
        return;
      }
      entry.isUsed = false;
    }
  }
}
