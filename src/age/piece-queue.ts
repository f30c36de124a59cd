/** Pieces below this are copied together: a source of single bytes must not make thousands of cipher calls. */
const SMALL_BYTES = 4096;
const STAGING_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * Bytes in the order they came, handed out in the sizes a consumer needs, without joining them: a cipher takes a
 * chunk in several updates as well as in one. Large pieces are kept as they are, so whoever pushes one must not
 * change it afterwards.
 */
export class PieceQueue {
  #pieces: Uint8Array[] = [];
  #head = 0;
  #staging: Buffer | undefined;
  #staged = 0;
  /** Bytes waiting. */
  bytes = 0;

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.bytes += piece.length;
    if (piece.length >= SMALL_BYTES) {
      this.#flushStaging();
      this.#pieces.push(piece);
      return;
    }
    if (this.#staging && this.#staged + piece.length > this.#staging.length) this.#flushStaging();
    this.#staging ??= Buffer.allocUnsafeSlow(STAGING_BYTES);
    this.#staging.set(piece, this.#staged);
    this.#staged += piece.length;
  }

  /** Takes exactly `count` bytes off the front, as one or more pieces. `count` is at most `bytes`. */
  take(count: number): Uint8Array[] {
    if (count > this.bytes) throw new RangeError(`Only ${this.bytes} of ${count} bytes are waiting`);
    this.bytes -= count;
    const taken: Uint8Array[] = [];
    for (let missing = count; missing > 0;) {
      if (this.#head === this.#pieces.length) this.#flushStaging();
      const piece = this.#pieces[this.#head] as Uint8Array;
      if (piece.length <= missing) {
        taken.push(piece);
        missing -= piece.length;
        // Let go of at once: the list itself is only trimmed now and then.
        this.#pieces[this.#head++] = NOTHING;
      } else {
        taken.push(piece.subarray(0, missing));
        this.#pieces[this.#head] = piece.subarray(missing);
        missing = 0;
      }
    }
    // Dropped in one go: shifting one by one would move the whole list each time.
    if (this.#head === this.#pieces.length || this.#head > 1024) {
      this.#pieces = this.#pieces.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }

  /** What is staged becomes a piece; the rest of its buffer stays in use for what comes next. */
  #flushStaging(): void {
    if (!this.#staging || this.#staged === 0) return;
    this.#pieces.push(this.#staging.subarray(0, this.#staged));
    this.#staging =
      this.#staging.length - this.#staged >= SMALL_BYTES ? this.#staging.subarray(this.#staged) : undefined;
    this.#staged = 0;
  }
}
