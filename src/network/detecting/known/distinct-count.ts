/** Up to here it is exact. */
const EXACT = 64;
const REGISTERS = 256;
/** Bias of HyperLogLog with 256 registers (Flajolet et al. 2007, figure 3). */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/**
 * How many different values there were: exact up to 64, and beyond that by HyperLogLog in 256 bytes, which is off by 6.5 %
 * on average. So a scan of every port of every host takes no more memory than one of a hundred ports.
 */
export class DistinctCount {
  /** Few enough to be looked through; a Set of them takes twice the memory, and there are tens of thousands of these. */
  #hashes: number[] | null = [];
  #registers: Uint8Array | null = null;
  /** Of 2 to the minus of each register, and how many are 0. */
  #sum = REGISTERS;
  #empty = REGISTERS;

  /** The same value is counted once. False: it was surely counted before, or changes no estimate. */
  add(value: string | number): boolean {
    return this.#addHash(typeof value === 'number' ? mixed(value | 0) : hashOf(value));
  }

  get isExact(): boolean {
    return this.#hashes !== null;
  }

  get size(): number {
    if (this.#hashes) return this.#hashes.length;
    const estimate = (ALPHA * REGISTERS * REGISTERS) / this.#sum;
    // Linear counting where it is small, section 4 of the same paper.
    const small = estimate <= 2.5 * REGISTERS && this.#empty > 0;
    return Math.round(small ? REGISTERS * Math.log(REGISTERS / this.#empty) : estimate);
  }

  /** `57`, or `about 1,020` where it is not exact. */
  toString(): string {
    return `${this.isExact ? '' : 'about '}${this.size.toLocaleString('en-US')}`;
  }

  toJSON(): readonly number[] | string {
    return this.#hashes ? this.#hashes : Buffer.from(this.#registers!).toString('base64');
  }

  /** `null`: it is none. */
  static from(kept: unknown): DistinctCount | null {
    const made = new DistinctCount();
    if (typeof kept === 'string') {
      const registers = Buffer.from(kept, 'base64');
      if (registers.length !== REGISTERS || registers.some((register) => register > 25)) return null;
      made.#hashes = null;
      made.#registers = new Uint8Array(registers);
      made.#sum = registers.reduce((sum, register) => sum + 2 ** -register, 0);
      made.#empty = registers.filter((register) => register === 0).length;
      return made;
    }
    if (!Array.isArray(kept) || kept.length > EXACT || !kept.every(Number.isInteger)) return null;
    made.#hashes = [...new Set(kept as number[])];
    return made;
  }

  #addHash(hash: number): boolean {
    if (this.#hashes) {
      if (this.#hashes.includes(hash)) return false;
      this.#hashes.push(hash);
      if (this.#hashes.length > EXACT) this.#spill(this.#hashes);
      return true;
    }
    return this.#register(this.#registers!, hash);
  }

  #spill(hashes: readonly number[]): void {
    this.#registers = new Uint8Array(REGISTERS);
    for (const hash of hashes) this.#register(this.#registers, hash);
    this.#hashes = null;
  }

  #register(registers: Uint8Array, hash: number): boolean {
    const place = hash & (REGISTERS - 1);
    // Leading zeros of the 24 bits that are left, and one.
    const rank = Math.clz32(hash >>> 8) - 8 + 1;
    const before = registers[place]!;
    if (before >= rank) return false;
    registers[place] = rank;
    this.#sum += 2 ** -rank - 2 ** -before;
    if (before === 0) this.#empty -= 1;
    return true;
  }
}

/** FNV-1a, then mixed, since its upper bits alone are poor. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash);
}

/** One to one (MurmurHash3's finalizer). */
function mixed(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
