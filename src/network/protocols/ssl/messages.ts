import { be16, be24 } from '../text.ts';

export const RECORD_BYTES = 5;
/** RFC 8446, section 5.2, with room for what some send. */
const MOST_RECORD = 18_432;

export const Content = { changeCipher: 20, alert: 21, handshake: 22, data: 23 } as const;

/** Where a record ends; -1: this is none, 0: its head has not come yet. */
export function recordEnd(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < RECORD_BYTES) return 0;
  const kind = bytes[from]!;
  if (kind < Content.changeCipher || kind > Content.data || bytes[from + 1] !== 3) return -1;
  const size = be16(bytes, from + 3);
  return size > MOST_RECORD ? -1 : from + RECORD_BYTES + size;
}

const MESSAGE_BYTES = 4;
/** Chains of certificates are the longest that anybody reads. */
export const MOST_MESSAGE = 65_536;

/** A handshake message, put together from the records that it lies in. */
export interface Message {
  readonly kind: number;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Where the record begins that its last byte lies in, and how much of that is used. */
  readonly record: number;
  readonly used: number;
}

/**
 * The next message from the record at `from` on, `used` bytes of which belong to the one before. A number: so many more bytes
 * have to come first. null: it is broken, or too long.
 */
export function readHandshake(bytes: Uint8Array, from: number, to: number, used: number): Message | number | null {
  // Mostly it lies in one record.
  let gathered: Uint8Array | null = null;
  let filled = 0;
  let record = from;
  let at = from + RECORD_BYTES + used;
  for (;;) {
    const end = recordEnd(bytes, record, to);
    // One without content is against RFC 8446, section 5.1.
    const isHandshake = bytes[record] === Content.handshake && end > record + RECORD_BYTES;
    if (end < 0 || (end > 0 && !isHandshake)) return null;
    if (end === 0 || end > to) {
      // What has come of this record counts.
      const missing = gathered === null ? 1 : gathered.length - filled - Math.max(0, to - at);
      return Math.max(1, end === 0 ? RECORD_BYTES - (to - record) : end - to, missing);
    }
    if (gathered === null && end - at >= MESSAGE_BYTES) {
      const size = be24(bytes, at + 1);
      if (size > MOST_MESSAGE) return null;
      const whole = at + MESSAGE_BYTES + size;
      if (whole <= end) {
        return {
          kind: bytes[at]!,
          bytes,
          from: at + MESSAGE_BYTES,
          to: whole,
          record,
          used: whole - record - RECORD_BYTES,
        };
      }
    }
    // Its head may be cut as well: four bytes are gathered first, then all of it.
    for (; at < end;) {
      gathered ??= new Uint8Array(MESSAGE_BYTES);
      const piece = Math.min(end - at, gathered.length - filled);
      gathered.set(bytes.subarray(at, at + piece), filled);
      filled += piece;
      at += piece;
      if (filled < gathered.length) continue;
      const size = MESSAGE_BYTES + be24(gathered, 1);
      if (size > MOST_MESSAGE) return null;
      if (filled === size) {
        const place = { record, used: at - record - RECORD_BYTES };
        return { kind: gathered[0]!, bytes: gathered, from: MESSAGE_BYTES, to: size, ...place };
      }
      const larger: Uint8Array = new Uint8Array(size);
      larger.set(gathered);
      gathered = larger;
    }
    record = end;
    at = end + RECORD_BYTES;
  }
}
