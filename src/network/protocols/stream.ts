/** What all streams keep together, held against one limit. */
export class Budget {
  used = 0;
  readonly most: number;

  /** Buffers that were given back, to be used again: making one takes longer than all that is done with it. */
  readonly #spare: Uint8Array[] = [];

  constructor(most: number) {
    this.most = most;
  }

  /** A buffer of at least `size` bytes, counted; null: there is no room. */
  take(size: number): Uint8Array | null {
    const spare = size <= SPARE_BYTES ? this.#spare.pop() : undefined;
    let room = SPARE_BYTES;
    while (room < size) room *= 2;
    if (this.used + room > this.most) return null;
    this.used += room;
    return spare ?? new Uint8Array(room);
  }

  give(buffer: Uint8Array): void {
    this.used -= buffer.length;
    if (buffer.length === SPARE_BYTES && this.#spare.length < MOST_SPARE) this.#spare.push(buffer);
  }
}

/** Hardly anything that is unfinished is longer than a packet. */
const SPARE_BYTES = 2048;
const MOST_SPARE = 256;

interface Held {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** A window of TCP is hardly ever more segments than that; each takes a search through them. */
const MOST_HELD = 64;
/** What an object takes beside its bytes. */
const HELD_COST = 128;

/**
 * One direction of a connection: segments that came before their turn, and bytes in order that nobody could use yet. Where
 * copies of the same bytes differ, those count that could be read first.
 */
export class Stream {
  /** Bytes that are not asked for. */
  skip = 0;
  /** Not to be handed on before there are so many. */
  need = 0;
  /** False: nothing more is taken. */
  isOpen = true;
  readonly #budget: Budget;
  readonly #most: number;
  #isBegun = false;
  /** The sequence number that is to come. */
  #next = 0;
  #held: Held[] = [];
  #heldBytes = 0;
  #kept: Uint8Array | null = null;
  #keptBytes = 0;

  constructor(budget: Budget, most: number) {
    this.#budget = budget;
    this.#most = most;
  }

  /** `sequence`: of the first byte that is to come. Later calls change nothing. */
  begin(sequence: number): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#next = sequence;
  }

  /** How many bytes of a segment at `sequence` were there before; negative: so many are missing before it. */
  ahead(sequence: number): number {
    return (this.#next - sequence) | 0;
  }

  advance(size: number): void {
    this.#next = (this.#next + size) | 0;
  }

  /** Keeps a segment until what lies before it has come. False: there is no room. */
  hold(sequence: number, bytes: Uint8Array, from: number, to: number): boolean {
    const cost = to - from + HELD_COST;
    if (this.#held.length >= MOST_HELD || this.#heldBytes + cost > this.#most) return false;
    if (this.#budget.used + cost > this.#budget.most) return false;
    let place = this.#held.length;
    while (place > 0 && ((this.#held[place - 1]!.sequence - sequence) | 0) > 0) place -= 1;
    this.#held.splice(place, 0, { sequence, bytes: bytes.slice(from, to) });
    this.#heldBytes += cost;
    this.#budget.used += cost;
    return true;
  }

  /** The next segment whose turn has come; null: there is none. */
  turn(): Held | null {
    const [first] = this.#held;
    if (first === undefined || ((first.sequence - this.#next) | 0) > 0) return null;
    this.#held.shift();
    const cost = first.bytes.length + HELD_COST;
    this.#heldBytes -= cost;
    this.#budget.used -= cost;
    return first;
  }

  /** Bytes that are missing before what is held; 0: nothing is held. */
  missing(): number {
    const [first] = this.#held;
    return first === undefined ? 0 : (first.sequence - this.#next) | 0;
  }

  /** What is missing was acknowledged: it will not come any more. */
  isLost(acknowledged: number): boolean {
    const [first] = this.#held;
    return first !== undefined && ((acknowledged - first.sequence) | 0) >= 0;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Bytes that nobody could use yet, with these behind them; null: there is no room. Valid until the next call. */
  join(bytes: Uint8Array, from: number, to: number): Uint8Array | null {
    const size = this.#keptBytes + to - from;
    if (size > this.#most) return null;
    if (this.#kept === null || this.#kept.length < size) {
      const larger = this.#budget.take(size);
      if (larger === null) return null;
      if (this.#kept) {
        larger.set(this.#kept.subarray(0, this.#keptBytes));
        this.#budget.give(this.#kept);
      }
      this.#kept = larger;
    }
    this.#kept.set(bytes.subarray(from, to), this.#keptBytes);
    this.#keptBytes = size;
    return this.#kept;
  }

  /** Of what is kept, the first bytes were used. */
  drop(size: number): void {
    if (size >= this.#keptBytes) {
      this.#release();
      return;
    }
    this.#kept?.copyWithin(0, size, this.#keptBytes);
    this.#keptBytes -= size;
  }

  kept(): Uint8Array | null {
    return this.#kept;
  }

  /** Nothing more is taken, and nothing kept. */
  close(): void {
    this.isOpen = false;
    this.#release();
    this.#budget.used -= this.#heldBytes;
    this.#heldBytes = 0;
    this.#held = [];
  }

  #release(): void {
    if (this.#kept) this.#budget.give(this.#kept);
    this.#kept = null;
    this.#keptBytes = 0;
  }
}
