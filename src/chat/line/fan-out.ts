/**
 * Lines on their way to everybody. What comes in one turn of the event loop is put into bytes once and written to each
 * socket once. Each socket has a queue of so many bytes; whoever does not read is closed, and delays nobody.
 */
import type { Socket } from 'node:net';

export interface FanOut extends Disposable {
  /**
   * From here on the socket hears what is told to all, but what those say whom `leftOut` answers, by folded names. `onSlow` is
   * called once, when its queue is full.
   */
  seat(socket: Socket, onSlow: () => void, leftOut?: LeftOut | null): Seat;
  /** Whole lines. `author`: folded, who said them; left out where it is the server itself. */
  tellAll(lines: string, author?: string): void;
}

export interface Seat {
  /** To this one alone, in order with what is told to all. */
  tell(lines: string): void;
  /** Hands over what waits for this one, and hears nothing more. */
  leave(): void;
}

type LeftOut = () => ReadonlySet<string>;

type Sitting = {
  readonly socket: Socket;
  readonly onSlow: () => void;
  /** How many of this turn's common lines had been told before it sat down. */
  from: number;
  /** Lines of this turn for this one alone, each before the common line of that number. */
  own: { readonly before: number; readonly lines: string }[];
  readonly leftOut: LeftOut | null;
};

type Common = { readonly lines: string; readonly author: string | undefined };

/** `maxQueuedBytes`: what may wait for one socket, beyond what the system holds, when the next turn comes. */
export function openFanOut(maxQueuedBytes: number): FanOut {
  const seats = new Set<Sitting>();
  let common: Common[] = [];
  let due: NodeJS.Immediate | undefined;

  const isLeftOut = ({ leftOut }: Sitting, { author }: Common): boolean =>
    leftOut !== null && author !== undefined && leftOut().has(author);
  const linesOf = (sitting: Sitting): string => {
    const { from, own } = sitting;
    const lines: string[] = [];
    let next = from;
    const upTo = (end?: number): void => {
      for (const each of common.slice(next, end)) if (!isLeftOut(sitting, each)) lines.push(each.lines);
    };
    for (const { before, lines: alone } of own) {
      upTo(before);
      lines.push(alone);
      next = before;
    }
    upTo();
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
    const shared = Buffer.from(common.map(({ lines }) => lines).join(''));
    const slow: Sitting[] = [];
    for (const sitting of seats) {
      const hearsLess = (sitting.leftOut?.().size ?? 0) > 0 && common.some((each) => isLeftOut(sitting, each));
      const alone = sitting.from > 0 || sitting.own.length > 0 || hearsLess;
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
    seat(socket, onSlow, leftOut = null) {
      const sitting: Sitting = { socket, onSlow, from: common.length, own: [], leftOut };
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
    tellAll(lines, author) {
      common.push({ lines, author });
      soon();
    },
    [Symbol.dispose]() {
      clearImmediate(due);
      seats.clear();
    },
  };
}
