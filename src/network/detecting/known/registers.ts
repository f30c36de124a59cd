const REGISTERS = 256;
/** Bias of HyperLogLog with 256 registers (Flajolet et al. 2007, figure 3). */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** HyperLogLog: how many different hashes there were, about. What each register has is the most zeros that a hash of its began with, and one. */
export class Registers {
  readonly #ranks = new Uint8Array(REGISTERS);
  /** Of 2 to the minus of each register, and how many are 0. */
  #sum = REGISTERS;
  #empty = REGISTERS;

  constructor(hashes: readonly number[]) {
    for (const hash of hashes) this.add(hash);
  }

  /** As {@link toString} gave it; `null`: it is none. */
  static from(text: string): Registers | null {
    const ranks = Buffer.from(text, 'base64');
    if (ranks.length !== REGISTERS || ranks.some((rank) => rank > 25)) return null;
    const made = new Registers([]);
    for (const [place, rank] of ranks.entries()) made.#raise(place, rank);
    return made;
  }

  /** False: it changes nothing. */
  add(hash: number): boolean {
    // Leading zeros of the 24 bits that are left, and one.
    return this.#raise(hash & (REGISTERS - 1), Math.clz32(hash >>> 8) - 8 + 1);
  }

  get size(): number {
    const estimate = (ALPHA * REGISTERS * REGISTERS) / this.#sum;
    // Linear counting where it is small, section 4 of the same paper.
    const small = estimate <= 2.5 * REGISTERS && this.#empty > 0;
    return Math.round(small ? REGISTERS * Math.log(REGISTERS / this.#empty) : estimate);
  }

  toString(): string {
    return Buffer.from(this.#ranks).toString('base64');
  }

  #raise(place: number, rank: number): boolean {
    const before = this.#ranks[place]!;
    if (before >= rank) return false;
    this.#ranks[place] = rank;
    this.#sum += 2 ** -rank - 2 ** -before;
    if (before === 0) this.#empty -= 1;
    return true;
  }
}
