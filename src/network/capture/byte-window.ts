/** Fills `into` from `at` on. Resolves with the bytes that were read; 0 is the end. */
export type ReadInto = (into: Uint8Array, at: number) => Promise<number>;

/** Large enough that a read costs little beside what it brings, small enough to be in a processor's cache when it is looked at. */
const READ_BYTES = 2 ** 20;

/**
 * A part of a capture that is in memory. While it is looked at, what follows is read into a second buffer, behind room for
 * what is left unread of the first: only that is ever copied.
 */
export class ByteWindow {
  /** The buffer that is looked at; another one after {@link fill}. */
  bytes: Uint8Array;
  /** What is unread lies in [from, to). */
  from: number;
  to: number;
  readonly #room: number;
  readonly #read: ReadInto;
  /** Of the first byte of the buffer, in the file; negative before all of its room was needed. */
  #passed: number;
  #other: Uint8Array;
  #coming: Promise<number>;

  /** `room`: the most bytes that a reader leaves unread. */
  constructor(read: ReadInto, room: number) {
    this.#room = room;
    this.#read = read;
    this.#passed = -room;
    this.bytes = new Uint8Array(room + READ_BYTES);
    this.#other = new Uint8Array(room + READ_BYTES);
    this.from = this.to = room;
    this.#coming = this.#readAhead();
  }

  /** Where in the file the next unread byte lies. */
  get position(): number {
    return this.#passed + this.from;
  }

  /** False at the end. Throws what the reading threw. */
  async fill(): Promise<boolean> {
    const left = this.to - this.from;
    if (left > this.#room) throw new RangeError('The window is full of what nobody reads');
    const more = await this.#coming;
    const next = this.#other;
    const room = this.#room;
    next.set(this.bytes.subarray(this.from, this.to), room - left);
    this.#passed += this.to - room;
    this.#other = this.bytes;
    this.bytes = next;
    this.from = room - left;
    this.to = room + more;
    if (more > 0) this.#coming = this.#readAhead();
    return more > 0;
  }

  #readAhead(): Promise<number> {
    const coming = this.#read(this.#other, this.#room);
    // It is heard when it is waited for, which may be never.
    coming.catch(() => undefined);
    return coming;
  }
}

export function u16(bytes: Uint8Array, at: number, little: boolean): number {
  const [first, second] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
  return little ? first | (second << 8) : (first << 8) | second;
}

/** Unsigned. */
export function u32(bytes: Uint8Array, at: number, little: boolean): number {
  const a = bytes[at]!;
  const b = bytes[at + 1]!;
  const c = bytes[at + 2]!;
  const d = bytes[at + 3]!;
  return (little ? a | (b << 8) | (c << 16) | (d << 24) : (a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
