import { type FlowMemory, flowMemory, flowMemoryIn, WORDS } from '../flows/layout.ts';
import type { FlowHolder } from './conn-record.ts';
import type { IdSeed } from './flow-id.ts';

/** What another thread is handed to read the same flows: their memory is one for both, the rest is copied. */
export interface SharedColumns {
  readonly buffer: ArrayBufferLike;
  readonly seed: IdSeed;
  readonly count: number;
  readonly partial: Uint8Array;
  readonly services: ReadonlyMap<number, string>;
  readonly holders: ReadonlyMap<number, FlowHolder>;
}

/**
 * Flows that ended, copied out of the table as they lay there: a store reads from it what it keeps, and nobody makes an object for
 * each. It is filled again and again.
 */
export class FlowColumns {
  /** Flow 0 to {@link count} - 1, as layout.ts says. */
  readonly memory: FlowMemory;
  /** Of the run that the flows are from: makes uids of serial numbers. */
  readonly seed: IdSeed;
  readonly most: number;
  count = 0;
  #partial: Uint8Array;
  #services: Map<number, string>;
  #holders: Map<number, FlowHolder>;

  constructor(most: number, seed: IdSeed, memory: FlowMemory = flowMemory(most, SharedArrayBuffer)) {
    this.most = most;
    this.#partial = new Uint8Array(most);
    this.#services = new Map();
    this.#holders = new Map();
    this.memory = memory;
    this.seed = seed;
  }

  /** As {@link shared} gave it, to be read and no more. */
  static of({ buffer, seed, count, partial, services, holders }: SharedColumns): FlowColumns {
    const columns = new FlowColumns(0, seed, flowMemoryIn(buffer));
    columns.count = count;
    columns.#partial = partial;
    columns.#services = new Map(services);
    columns.#holders = new Map(holders);
    return columns;
  }

  /** Until they are cleared: whoever has it is to be waited for. */
  get shared(): SharedColumns {
    const { memory, seed, count } = this;
    const partial = this.#partial.subarray(0, count);
    return { buffer: memory.words.buffer, seed, count, partial, services: this.#services, holders: this.#holders };
  }

  /** Copies a flow of `table`; the caller holds to {@link most}. */
  add(table: FlowMemory, index: number, isPartial: boolean, service: string | null): void {
    const { count } = this;
    // A view for each flow would cost more than its words.
    const { words } = this.memory;
    const [from, to] = [index * WORDS, count * WORDS];
    for (let word = 0; word < WORDS; word += 1) words[to + word] = table.words[from + word]!;
    this.#partial[count] = isPartial ? 1 : 0;
    if (service !== null) this.#services.set(count, service);
    this.count = count + 1;
  }

  /** The flow goes on: a later record of the same uid counts from its beginning again. */
  isPartial(index: number): boolean {
    return this.#partial[index] === 1;
  }

  /** Zeek's names of what was spoken; `null`: not known. */
  service(index: number): string | null {
    return this.#services.get(index) ?? null;
  }

  /** Says who holds the socket of a flow that was added. */
  hold(index: number, holder: FlowHolder): void {
    this.#holders.set(index, holder);
  }

  /** `null`: not known, or on another computer. */
  holder(index: number): FlowHolder | null {
    return this.#holders.get(index) ?? null;
  }

  clear(): void {
    this.count = 0;
    this.#holders.clear();
    this.#services.clear();
  }
}
