/** IP counts what it carries in 16 bits. */
const MOST_BYTES = 65_535;
/** What a piece takes beside its bytes. */
const PIECE_BYTES = 128;

/** What the fragments of one packet carry, until all of it is there. */
export class FragmentContent {
  /** What it takes in memory. */
  heldBytes = 0;
  /** Headers of IPv6 that lie before the transport; the first fragment says. */
  headerBytes = 0;
  #sum = 0;
  #total = -1;
  readonly #pieces = new Map<number, Uint8Array>();

  /**
   * Takes a piece, which is copied. `whole`: there is all of it now. `spoiled`: it will never be, since pieces contradict each other (RFC 5722 wants
   * those that overlap thrown away); one that comes twice is no contradiction.
   */
  add(offset: number, piece: Uint8Array, isLast: boolean): 'waits' | 'whole' | 'spoiled' {
    const end = offset + piece.length;
    if (end > MOST_BYTES || piece.length === 0) return 'spoiled';
    const known = this.#pieces.get(offset);
    if (known) return known.length === piece.length ? 'waits' : 'spoiled';
    if (isLast) {
      if (this.#total >= 0) return 'spoiled';
      this.#total = end;
    }
    this.#pieces.set(offset, Uint8Array.from(piece));
    this.#sum += piece.length;
    this.heldBytes += PIECE_BYTES + piece.length;
    if (this.#total < 0 || this.#sum < this.#total) return 'waits';
    return this.#isWithoutHoles() ? 'whole' : 'spoiled';
  }

  /** For whom `add` said that it is whole. */
  joined(): Uint8Array {
    const whole = new Uint8Array(this.#total);
    for (const [offset, piece] of this.#pieces) whole.set(piece, offset);
    return whole;
  }

  #isWithoutHoles(): boolean {
    let at = 0;
    for (const [offset, { length }] of [...this.#pieces].toSorted(([one], [other]) => one - other)) {
      if (offset !== at) return false;
      at += length;
    }
    return at === this.#total;
  }
}
