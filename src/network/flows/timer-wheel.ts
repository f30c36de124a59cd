import { Word, WORDS } from './layout.ts';

const SLOTS = 1024;
/** 2^19 microseconds: about half a second, so that the wheel reaches nearly nine minutes ahead. */
const TICK_US = 524_288;

/**
 * When flows are to be looked at. A flow stands in one slot, linked to its neighbours; a packet of it moves nothing: when its
 * slot comes up, whoever asks looks how long the flow has really been silent and puts it back. So a packet costs nothing here,
 * and nobody walks through all flows.
 *
 * Word.nextDue is the index of the next flow of the slot and 1; 0: none. Word.previousDue is that of the one before; of the first it is the slot, as -1 - slot.
 */
export class TimerWheel {
  readonly #words: Int32Array;
  /** Index of the first flow of each slot and 1; 0: empty. */
  readonly #heads = new Int32Array(SLOTS);
  /** The tick that was last looked at to its end. */
  #tick = -1;
  #target = -1;
  /** Between these times there is nothing to do. */
  #nextUs = Number.NEGATIVE_INFINITY;
  #backUs = Number.NEGATIVE_INFINITY;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** False while there is nothing to do at this time. */
  isDue(timeUs: number): boolean {
    return timeUs >= this.#nextUs || timeUs < this.#backUs;
  }

  /** Moves time. Backwards it goes only by much: a little is packets out of order. */
  moveTo(timeUs: number): void {
    const tick = Math.floor(timeUs / TICK_US);
    if (this.#tick < 0 || tick < this.#tick - SLOTS) this.#tick = tick - 1;
    // After a long silence each slot is looked at once.
    if (tick - this.#tick > SLOTS) this.#tick = tick - SLOTS;
    this.#target = tick;
  }

  /** A flow whose slot has come up, taken out of it; -1: there is none up to now. */
  due(): number {
    while (this.#tick < this.#target) {
      const slot = (this.#tick + 1) & (SLOTS - 1);
      const head = this.#heads[slot]!;
      if (head > 0) {
        this.remove(head - 1);
        // There may be more, which the next call goes on with.
        this.#nextUs = Number.NEGATIVE_INFINITY;
        return head - 1;
      }
      this.#tick += 1;
    }
    this.#nextUs = (this.#tick + 1) * TICK_US;
    this.#backUs = (this.#tick - SLOTS) * TICK_US;
    return -1;
  }

  /** The slot that comes next of those with a flow, whose first flow is taken out by {@link takeFrom}; -1: the wheel is empty. */
  nearest(): number {
    for (let ahead = 1; ahead <= SLOTS; ahead += 1) {
      const slot = (this.#tick + ahead) & (SLOTS - 1);
      if (this.#heads[slot]! > 0) return slot;
    }
    return -1;
  }

  /** The index of the first flow of a slot that has one. */
  takeFrom(slot: number): number {
    const index = this.#heads[slot]! - 1;
    this.remove(index);
    return index;
  }

  /** Where a flow stands that is to be looked at then. Behind the farthest slot a deadline waits in that. */
  slotOf(deadlineUs: number): number {
    const wanted = Math.floor(deadlineUs / TICK_US) + 1;
    const tick = Math.min(Math.max(wanted, this.#tick + 2), this.#tick + SLOTS);
    return tick & (SLOTS - 1);
  }

  schedule(index: number, deadlineUs: number): void {
    const words = this.#words;
    const slot = this.slotOf(deadlineUs);
    const head = this.#heads[slot]!;
    const at = index * WORDS;
    words[at + Word.nextDue] = head;
    words[at + Word.previousDue] = -1 - slot;
    if (head > 0) words[(head - 1) * WORDS + Word.previousDue] = index + 1;
    this.#heads[slot] = index + 1;
  }

  remove(index: number): void {
    const words = this.#words;
    const at = index * WORDS;
    const next = words[at + Word.nextDue]!;
    const previous = words[at + Word.previousDue]!;
    if (next > 0) words[(next - 1) * WORDS + Word.previousDue] = previous;
    if (previous > 0) words[(previous - 1) * WORDS + Word.nextDue] = next;
    else this.#heads[-1 - previous] = next;
  }
}
