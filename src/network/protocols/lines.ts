import { find } from './text.ts';

/** Longer lines are no commands, and no heads of web pages either. */
const MOST_LINE = 32_768;
const LF = 10;
const CR = 13;

/** Finds the ends of lines in what one side sends, without looking twice at the same bytes. */
export class Lines {
  /** Of the line that has not ended yet, so many bytes were looked at. */
  #looked = 0;
  /** Where the line ends without its CR and LF, and where the next begins. */
  end = 0;
  next = 0;

  /** True: a line of [from, to) is found. False: it has not ended yet; the same bytes have to come again with more. */
  find(bytes: Uint8Array, from: number, to: number): boolean {
    const at = find(bytes, LF, from + this.#looked, to);
    if (at < 0) {
      this.#looked = to - from;
      return false;
    }
    this.#looked = 0;
    this.next = at + 1;
    this.end = at > from && bytes[at - 1] === CR ? at - 1 : at;
    return true;
  }

  /** The line that has not ended yet is longer than any may be. */
  get isTooLong(): boolean {
    return this.#looked > MOST_LINE;
  }

  /** After bytes that were lost, or read by somebody else. */
  reset(): void {
    this.#looked = 0;
  }
}
