import { Registers } from './registers.ts';

/** Up to here it is exact. */
const EXACT = 64;
/** Of all that have counted nothing yet. */
const NONE: number[] = [];

/**
 * How many different values there were: exact up to 64, and beyond that by HyperLogLog in 256 bytes, which is off by 6.5 %
 * on average. So a scan of every port of every host takes no more memory than one of a hundred ports.
 */
export class DistinctCount {
  /**
   * Few enough to be looked through; a Set of them takes twice the memory. There are a hundred thousand of these, most of them with a value or
   * two, and an array that is pushed to has room for 17 at once: here it is doubled, and places that are free repeat what was counted.
   */
  #counted: number[] | Registers = NONE;
  /** Of an array. */
  #count = 0;

  /** The same value is counted once. False: it was surely counted before, or changes no estimate. */
  add(value: string | number): boolean {
    return this.#addHash(typeof value === 'number' ? mixed(value | 0) : hashOf(value));
  }

  get isExact(): boolean {
    return !(this.#counted instanceof Registers);
  }

  get size(): number {
    return this.#counted instanceof Registers ? this.#counted.size : this.#count;
  }

  /** `57`, or `about 1,020` where it is not exact. */
  toString(): string {
    return `${this.isExact ? '' : 'about '}${this.size.toLocaleString('en-US')}`;
  }

  toJSON(): readonly number[] | string {
    return this.#counted instanceof Registers ? this.#counted.toString() : this.#counted.slice(0, this.#count);
  }

  /** `null`: it is none. */
  static from(kept: unknown): DistinctCount | null {
    const made = new DistinctCount();
    if (typeof kept === 'string') {
      const registers = Registers.from(kept);
      if (registers !== null) made.#counted = registers;
      return registers && made;
    }
    if (!Array.isArray(kept) || kept.length > EXACT || !kept.every(Number.isInteger)) return null;
    for (const hash of kept as number[]) made.#addHash(hash);
    return made;
  }

  #addHash(hash: number): boolean {
    const counted = this.#counted;
    if (counted instanceof Registers) return counted.add(hash);
    if (counted.includes(hash)) return false;
    if (this.#count === EXACT) this.#counted = new Registers([...counted, hash]);
    else this.#append(counted, hash);
    return true;
  }

  #append(hashes: number[], hash: number): void {
    const room = this.#count < hashes.length ? hashes : hashes.length === 0 ? [hash] : hashes.concat(hashes);
    room[this.#count] = hash;
    this.#counted = room;
    this.#count += 1;
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
