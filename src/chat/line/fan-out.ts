/**
 * Lines on their way to everybody. What comes in one turn of the event loop is put into bytes once and written to each
 * socket once. Each socket has a queue of so many bytes; whoever does not read is closed, and delays nobody.
 */
import type { Socket } from 'node:net';

export interface FanOut extends Disposable {
  /** From here on the socket hears what is told to all. `onSlow` is called once, when its queue is full. */
  seat(socket: Socket, onSlow: () => void): Seat;
  /** Whole lines. */
  tellAll(lines: string): void;
}

export interface Seat {
  /** To this one alone, in order with what is told to all. */
  tell(lines: string): void;
  /** Hands over what waits for this one, and hears nothing more. */
  leave(): void;
}

type Sitting = {
  readonly socket: Socket;
  readonly onSlow: () => void;
  /** How many of this turn's common lines had been told before it sat down. */
  from: number;
  /** Lines of this turn for this one alone, each before the common line of that number. */
  own: { readonly before: number; readonly lines: string }[];
};

/** `maxQueuedBytes`: what may wait for one socket, beyond what the system holds, when the next turn comes. */
export function openFanOut(maxQueuedBytes: number): FanOut {
  const seats = new Set<Sitting>();
  let common: string[] = [];
  let due: NodeJS.Immediate | undefined;

  const linesOf = ({ from, own }: Sitting): string => {
    const lines: string[] = [];
    let next = from;
    for (const { before, lines: alone } of own) {
      lines.push(...common.slice(next, before), alone);
      next = before;
    }
    lines.push(...common.slice(next));
    return lines.join('');
  };

  /** False: it does not read, and its queue is full. */
  const write = ({ socket }: Sitting, bytes: Buffer | string): boolean => {
    if (bytes.length === 0 || !socket.writable) return true;
    if (socket.writableLength > maxQueuedBytes) return false;
    socket.write(bytes);
    return true;
  };

  const flush = (): void => {
    due = undefined;
    const shared = Buffer.from(common.join(''));
    const slow: Sitting[] = [];
    for (const sitting of seats) {
      const alone = sitting.from > 0 || sitting.own.length > 0;
      if (!write(sitting, alone ? linesOf(sitting) : shared)) slow.push(sitting);
      sitting.from = 0;
      if (alone) sitting.own = [];
    }
    common = [];
    // Only now: that somebody left is a line of the next turn.
    for (const sitting of slow) if (seats.delete(sitting)) sitting.onSlow();
  };
  const soon = (): void => {
    due ??= setImmediate(flush);
  };

  return {
    seat(socket, onSlow) {
      const sitting: Sitting = { socket, onSlow, from: common.length, own: [] };
      seats.add(sitting);
      return {
        tell(lines) {
          sitting.own.push({ before: common.length, lines });
          soon();
        },
        leave() {
          if (seats.delete(sitting)) write(sitting, linesOf(sitting));
        },
      };
    },
    tellAll(lines) {
      common.push(lines);
      soon();
    },
    [Symbol.dispose]() {
      clearImmediate(due);
      seats.clear();
    },
  };
}
