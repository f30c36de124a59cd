import { hashEnd, type HashSeed } from '../flows/flow-hash.ts';
import { ipv4Text } from '../records/addresses.ts';
import { topRows } from '../records/top-rows.ts';

/** Of an address, from its flows. */
export interface Talker {
  readonly address: string;
  readonly flows: number;
  readonly bytes: number;
}

/** Of each version; then the half with the least is forgotten. */
const MOST = 65_536;
/** A quarter full at most when addresses have come, half at the worst: a search ends at once. */
const PLACES = MOST * 2;

/** Who sent and received most, in bounded memory: exact up to 65,536 addresses, and for those on top beyond it nearly so. */
export class Talkers {
  /** What a forgotten address had at most: so much less than the truth a figure may be. */
  mayMissBytes = 0;
  /** Addresses of IPv4 in open addressing; one without flows is no place that is taken. */
  readonly #addresses = new Int32Array(PLACES);
  readonly #flows = new Float64Array(PLACES);
  readonly #bytes = new Float64Array(PLACES);
  #taken = 0;
  readonly #version6 = new Map<string, { flows: number; bytes: number }>();
  readonly #seed: HashSeed;

  constructor(seed: HashSeed) {
    this.#seed = seed;
  }

  add4(address: number, bytes: number, flows = 1): void {
    let at = hashEnd(this.#seed, address, 0, 0, 0, 0) & (PLACES - 1);
    while (this.#flows[at] !== 0 && this.#addresses[at] !== address) at = (at + 1) & (PLACES - 1);
    if (this.#flows[at] === 0) {
      if (this.#taken === MOST) {
        this.#forget4();
        return this.add4(address, bytes, flows);
      }
      this.#taken += 1;
      this.#addresses[at] = address;
    }
    this.#flows[at]! += flows;
    this.#bytes[at]! += bytes;
  }

  add6(address: string, bytes: number): void {
    const known = this.#version6.get(address);
    if (known) {
      known.flows += 1;
      known.bytes += bytes;
      return;
    }
    if (this.#version6.size === MOST) this.#forget6();
    this.#version6.set(address, { flows: 1, bytes });
  }

  /** The most bytes first. */
  top(most: number): readonly Talker[] {
    const all6 = Array.from(this.#version6, ([address, counted]) => ({ address, ...counted }));
    // An object for each of them would take more memory than all that was counted.
    const top4 = topRows({ count: PLACES, flows: this.#flows, bytes: this.#bytes }, most).map((at) => ({
      ...{ address: ipv4Text(this.#addresses[at]!), flows: this.#flows[at]!, bytes: this.#bytes[at]! },
    }));
    return [...top4, ...all6].toSorted((a, b) => b.bytes - a.bytes).slice(0, most);
  }

  #all4(): (readonly [address: number, flows: number, bytes: number])[] {
    const all: (readonly [number, number, number])[] = [];
    for (let at = 0; at < PLACES; at += 1) {
      if (this.#flows[at]! > 0) all.push([this.#addresses[at]!, this.#flows[at]!, this.#bytes[at]!]);
    }
    return all;
  }

  #forget4(): void {
    const all = this.#all4();
    const most = this.#missed(Float64Array.from(all, ([, , bytes]) => bytes));
    this.#flows.fill(0);
    this.#bytes.fill(0);
    this.#taken = 0;
    for (const [address, flows, bytes] of all) if (bytes > most) this.add4(address, bytes, flows);
  }

  #forget6(): void {
    const most = this.#missed(Float64Array.from(this.#version6.values(), ({ bytes }) => bytes));
    for (const [address, { bytes }] of this.#version6) if (bytes <= most) this.#version6.delete(address);
  }

  /** What has no more than the median goes: at least half, or traffic could be made so that each new address has one looked for. */
  #missed(all: Float64Array): number {
    const median = all.toSorted()[all.length >> 1]!;
    this.mayMissBytes += median;
    return median;
  }
}
