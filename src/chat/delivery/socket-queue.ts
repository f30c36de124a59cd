import type { Connection } from './live-talk.ts';

export interface SocketQueue extends Disposable {
  /** One JSON text; goes out with whatever else there is at the end of this turn of the event loop, as one write. */
  push(text: string): void;
  /** Whether nothing waits: then what is worth little may go out as well. */
  isIdle(): boolean;
  /** The same for much at once: resolves when it has left, so that whoever sends pages goes no faster than the client. */
  send(texts: readonly string[]): Promise<void>;
}

/** Of one frame of a page. */
const FRAME_BYTES = 128 * 1024;

/**
 * What is told to one client. It holds `maxBytes` at most: when the client is slower than that, `onFull` is called once
 * and nothing more is taken. Nothing is left out on the way.
 */
export function openSocketQueue(peer: Connection, maxBytes: number, onFull: () => void): SocketQueue {
  return new Queue(peer, maxBytes, onFull);
}

/** A class: a server holds thousands, and each function of its own would cost every one of them. */
class Queue implements SocketQueue {
  readonly #peer: Connection;
  readonly #maxBytes: number;
  readonly #onFull: () => void;
  #waiting: string[] | null = null;
  #bytes = 0;
  #leaving = 0;
  #hasEnded = false;

  constructor(peer: Connection, maxBytes: number, onFull: () => void) {
    this.#peer = peer;
    this.#maxBytes = maxBytes;
    this.#onFull = onFull;
  }

  push(text: string): void {
    if (this.#hasEnded) return;
    this.#bytes += sizeOf(text);
    if (this.#bytes + this.#leaving > this.#maxBytes) {
      this[Symbol.dispose]();
      this.#onFull();
      return;
    }
    if (this.#waiting) this.#waiting.push(text);
    else {
      this.#waiting = [text];
      setImmediate(flush, this);
    }
  }

  isIdle(): boolean {
    return this.#leaving === 0;
  }

  async send(texts: readonly string[]): Promise<void> {
    // What was pushed before it comes before it.
    this.flush();
    let frame: string[] = [];
    let size = 0;
    for (const text of texts) {
      frame.push(text);
      size += Buffer.byteLength(text);
      if (size < FRAME_BYTES) continue;
      await this.#write(frame, size);
      [frame, size] = [[], 0];
    }
    if (frame.length > 0 && !this.#hasEnded) await this.#write(frame, size);
  }

  flush(): void {
    const [texts, size] = [this.#waiting, this.#bytes];
    if (this.#hasEnded || !texts) return;
    [this.#waiting, this.#bytes] = [null, 0];
    void this.#write(texts, size);
  }

  async #write(texts: readonly string[], size: number): Promise<void> {
    this.#leaving += size;
    try {
      await this.#peer.send(frameOf(texts));
    } catch {
      // The connection is over, which whoever owns it hears elsewhere.
      this.#hasEnded = true;
    }
    this.#leaving -= size;
  }

  [Symbol.dispose](): void {
    this.#hasEnded = true;
    this.#waiting = null;
  }
}

const flush = (queue: Queue): void => queue.flush();

/** What is said in a room is sent to all who listen, one after the other: it is measured and framed once. */
let sent = { text: '', bytes: 0, frame: '' };

function known(text: string): typeof sent {
  if (sent.text !== text) sent = { text, bytes: Buffer.byteLength(text), frame: `{"type":"chat","news":[${text}]}` };
  return sent;
}

const sizeOf = (text: string): number => known(text).bytes;

function frameOf(texts: readonly string[]): string {
  const [first = ''] = texts;
  return texts.length === 1 ? known(first).frame : `{"type":"chat","news":[${texts.join(',')}]}`;
}
