import type { Capture } from '../capture/capture.ts';
import { Frame } from '../capture/frame.ts';
import { type FlowTable, MOST_AHEAD } from '../flows/flow-table.ts';

/** The frames of a capture one by one, some of them read ahead where there are so many flows that the table wants to see them before. */
export class FramesAhead {
  /** Read and not yet given out. */
  waiting = 0;
  readonly #capture: Capture;
  readonly #table: Pick<FlowTable, 'isLarge' | 'lookAhead'>;
  readonly #frames = Array.from({ length: MOST_AHEAD }, () => new Frame());
  #read = 0;

  constructor(capture: Capture, table: Pick<FlowTable, 'isLarge' | 'lookAhead'>) {
    this.#capture = capture;
    this.#table = table;
  }

  /** Packets of the capture that were given out. */
  get packets(): number {
    return this.#capture.packets - this.waiting;
  }

  /** `null`: more bytes are needed, or it has ended. Valid until the next one. */
  next(): Frame | null {
    if (this.waiting === 0 && !this.#readSome()) return null;
    const frame = this.#frames[this.#read - this.waiting]!;
    this.waiting -= 1;
    return frame;
  }

  #readSome(): boolean {
    const capture = this.#capture;
    const table = this.#table;
    const frames = this.#frames;
    const most = table.isLarge ? MOST_AHEAD : 1;
    let read = 0;
    while (read < most && capture.next(frames[read]!)) read += 1;
    if (read > 1) table.lookAhead(capture.bytes, frames, read);
    this.#read = read;
    this.waiting = read;
    return read > 0;
  }
}
