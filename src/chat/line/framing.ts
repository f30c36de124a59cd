/** Where a message ends: at a line feed, or at a pause, which only the caller can see. */

const LF = 0x0a;
const CR = 0x0d;
/** More pieces than this are put together, so that bytes sent one by one do not cost a hundred times their size. */
const MAX_PIECES = 64;

export interface Framing {
  /** The messages that these bytes complete, without their ends; `null` when more than the limit has no end. */
  push(bytes: Buffer): Buffer[] | null;
  /** What came since the last end, as a message; `null`: nothing. */
  flush(): Buffer | null;
  /** Whether something came since the last end. */
  readonly pending: boolean;
}

export function openFraming(maxBytes: number): Framing {
  let pieces: Buffer[] = [];
  let length = 0;

  const take = (last: Buffer): Buffer => {
    const whole = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
    pieces = [];
    length = 0;
    return whole.at(-1) === CR ? whole.subarray(0, -1) : whole;
  };

  return {
    push(bytes) {
      const messages: Buffer[] = [];
      let from = 0;
      for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
        if (length + end - from > maxBytes) return null;
        messages.push(take(bytes.subarray(from, end)));
        from = end + 1;
      }
      if (from < bytes.length) {
        pieces.push(bytes.subarray(from));
        length += bytes.length - from;
        if (pieces.length > MAX_PIECES) pieces = [Buffer.concat(pieces)];
      }
      return length > maxBytes ? null : messages;
    },
    flush: () => (length === 0 ? null : take(Buffer.alloc(0))),
    get pending() {
      return length > 0;
    },
  };
}
