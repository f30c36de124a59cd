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
  let waiting: string[] = [];
  let bytes = 0;
  let leaving = 0;
  let ended = false;

  const write = async (texts: readonly string[], size: number): Promise<void> => {
    leaving += size;
    try {
      await peer.send(frameOf(texts));
    } catch {
      // The connection is over, which whoever owns it hears elsewhere.
      ended = true;
    }
    leaving -= size;
  };
  const flush = (): void => {
    if (ended || waiting.length === 0) return;
    const [texts, size] = [waiting, bytes];
    [waiting, bytes] = [[], 0];
    void write(texts, size);
  };

  return {
    push(text) {
      if (ended) return;
      bytes += sizeOf(text);
      if (bytes + leaving > maxBytes) {
        ended = true;
        waiting = [];
        onFull();
        return;
      }
      if (waiting.push(text) === 1) setImmediate(flush);
    },
    isIdle: () => leaving === 0,
    async send(texts) {
      // What was pushed before it comes before it.
      flush();
      let frame: string[] = [];
      let size = 0;
      for (const text of texts) {
        frame.push(text);
        size += Buffer.byteLength(text);
        if (size < FRAME_BYTES) continue;
        await write(frame, size);
        [frame, size] = [[], 0];
      }
      if (frame.length > 0 && !ended) await write(frame, size);
    },
    [Symbol.dispose]() {
      ended = true;
      waiting = [];
    },
  };
}

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
