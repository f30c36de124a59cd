import type { Lines } from '../lines.ts';
import { text } from '../text.ts';
import type { Head } from './head.ts';

const Part = { counted: 0, toTheEnd: 1, chunkSize: 2, chunk: 3, chunkEnd: 4, trailer: 5 } as const;

/** A body that is passed over and counted: RFC 9112, section 6. */
export class Body {
  bytes = 0;
  isDone = false;
  #part: number;
  #left = 0;

  /** `endsWithConnection`: what is said of no length lasts to the end. */
  constructor({ isChunked, length }: Head, endsWithConnection: boolean) {
    this.#part = isChunked ? Part.chunkSize : length < 0 && endsWithConnection ? Part.toTheEnd : Part.counted;
    this.#left = Math.max(0, length);
    this.isDone = this.#part === Part.counted && this.#left === 0;
  }

  /** Returns how far it was used; -1: it is broken. */
  take(lines: Lines, bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to && !this.isDone) {
      if (this.#part === Part.toTheEnd || this.#part === Part.counted || this.#part === Part.chunk) {
        const size = this.#part === Part.toTheEnd ? to - at : Math.min(this.#left, to - at);
        this.#count(size);
        at += size;
        continue;
      }
      if (!lines.find(bytes, at, to)) return lines.isTooLong ? -1 : at;
      if (!this.#line(bytes, at, lines.end)) return -1;
      at = lines.next;
    }
    return at;
  }

  /** So much of it is lost. False: where it goes on is not known. */
  lose(size: number): boolean {
    const isInside = this.#part === Part.toTheEnd || (this.#part !== Part.chunkSize && this.#left >= size);
    if (isInside && !this.isDone) this.#count(size);
    return isInside;
  }

  #count(size: number): void {
    this.bytes += size;
    if (this.#part === Part.toTheEnd) return;
    this.#left -= size;
    if (this.#left > 0) return;
    if (this.#part === Part.chunk) this.#part = Part.chunkEnd;
    else this.isDone = true;
  }

  #line(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#part === Part.chunkEnd) {
      this.#part = Part.chunkSize;
      return from === to;
    }
    if (this.#part === Part.trailer) {
      this.isDone = from === to;
      return true;
    }
    const size = /^[0-9a-f]{1,12}(?=$|[ ;\t])/i.exec(text(bytes, from, to, 64));
    if (!size) return false;
    this.#left = parseInt(size[0], 16);
    this.#part = this.#left === 0 ? Part.trailer : Part.chunk;
    return true;
  }
}
